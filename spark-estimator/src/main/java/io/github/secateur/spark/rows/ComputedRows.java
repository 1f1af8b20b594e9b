package io.github.secateur.spark.rows;

import java.io.Serializable;
import java.util.Iterator;
import org.apache.spark.Partition;
import org.apache.spark.TaskContext;
import org.apache.spark.rdd.RDD;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag$;

/**
 * What a function makes of each partition of an RDD, as {@code mapPartitions} does, for jobs that
 * run many times a second: Spark reads the byte code of its own methods again for each of its own
 * closures, which takes milliseconds.
 */
final class ComputedRows<T, U> extends RDD<U> {
  private static final long serialVersionUID = 1L;

  /** What is made of a partition. */
  interface OfPartition<T, U> extends Serializable {
    Iterator<U> of(Iterator<T> rows);
  }

  private final OfPartition<T, U> function;

  ComputedRows(RDD<T> parent, Class<U> type, OfPartition<T, U> function) {
    super(parent, ClassTag$.MODULE$.apply(type));
    this.function = function;
  }

  @Override
  public Partition[] getPartitions() {
    return parent().partitions();
  }

  @Override
  public scala.collection.Iterator<U> compute(Partition partition, TaskContext context) {
    return CollectionConverters.asScala(
        function.of(CollectionConverters.asJava(parent().iterator(partition, context))));
  }

  private RDD<T> parent() {
    return firstParent(ClassTag$.MODULE$.apply(Object.class));
  }
}
