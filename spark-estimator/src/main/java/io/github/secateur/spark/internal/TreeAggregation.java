package io.github.secateur.spark.internal;

import io.github.secateur.train.GradientSum;
import io.github.secateur.train.TreeSum;
import java.io.Serializable;
import java.util.Iterator;
import java.util.function.Consumer;
import org.apache.spark.HashPartitioner;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.rdd.RDD;
import scala.Function1;
import scala.Function2;
import scala.Tuple2;
import scala.reflect.ClassTag$;
import scala.runtime.BoxedUnit;

/**
 * Adds the gradient sums of all shards along the fixed tree of {@link TreeSum}. If they are many,
 * stages in between add whole subtrees first; the bits are the same.
 *
 * @param depth the largest number of levels at which sums are added, the driver's included; at
 *     least 2
 * @param directBytes the driver adds up to so many bytes of gradients without help: a stage costs
 *     more than it saves
 */
record TreeAggregation(int depth, long directBytes) {
  static final long DIRECT_BYTES = 64L << 20;

  /**
   * Runs the job that computes the sums, and adds them.
   *
   * @param leaves in partition i the {@linkplain GradientBytes encoded} sum of shard i
   * @param shards the number of partitions
   * @param stateLength the length of a gradient
   */
  GradientSum sum(JavaRDD<byte[]> leaves, int shards, int stateLength) {
    boolean direct = (long) Float.BYTES * stateLength * shards <= directBytes;
    TreeSum<GradientSum> tree = new TreeSum<>(shards, GradientSum::plus);
    forEach(
        direct ? leaves : addSubtrees(leaves, shards),
        bytes -> tree.add(GradientBytes.decode(bytes)));
    return tree.total();
  }

  /** Returns fewer partitions, each with the sum of a whole subtree. */
  JavaRDD<byte[]> addSubtrees(JavaRDD<byte[]> leaves, int shards) {
    JavaRDD<byte[]> nodes = leaves;
    int fanIn = fanIn(shards);
    int shardsOfNode = 1;
    int count = shards;
    // as in Spark's treeAggregate: a level that leaves the driver as much to do is not worth its
    // stage
    while (count > fanIn + ceilDiv(count, fanIn)) {
      shardsOfNode *= fanIn;
      count = ceilDiv(shards, shardsOfNode);
      int divisor = shardsOfNode;
      nodes =
          nodes
              .mapToPair(bytes -> new Tuple2<>(GradientBytes.from(bytes) / divisor, bytes))
              .partitionBy(new HashPartitioner(count))
              .mapPartitions(children -> addSubtree(children, shards));
    }
    return nodes;
  }

  /**
   * Returns the number of children of an inner node: a power of two, so that children make whole
   * subtrees.
   */
  private int fanIn(int shards) {
    int needed = (int) Math.ceil(Math.pow(shards, 1.0 / depth));
    return Math.max(2, Integer.highestOneBit(2 * needed - 1));
  }

  private static int ceilDiv(int a, int b) {
    return (a + b - 1) / b;
  }

  private static Iterator<byte[]> addSubtree(
      Iterator<Tuple2<Integer, byte[]>> children, int shards) {
    TreeSum<GradientSum> tree = new TreeSum<>(shards, GradientSum::plus);
    children.forEachRemaining(child -> tree.add(GradientBytes.decode(child._2())));
    return tree.nodes().stream().map(GradientBytes::encode).iterator();
  }

  /** Runs a job and hands its results over as they come, one from each partition. */
  static <T> void forEach(JavaRDD<T> results, Consumer<T> consumer) {
    Function1<scala.collection.Iterator<T>, T> onlyElement =
        (Function1<scala.collection.Iterator<T>, T> & Serializable) elements -> elements.next();
    Function2<Object, T, BoxedUnit> handler =
        (partition, result) -> {
          consumer.accept(result);
          return BoxedUnit.UNIT;
        };
    RDD<T> rdd = results.rdd();
    rdd.sparkContext().runJob(rdd, onlyElement, handler, ClassTag$.MODULE$.apply(Object.class));
  }
}
