package io.github.secateur.spark.rows;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.secateur.spark.LocalSpark;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaRDDLike;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.rdd.RDD;
import org.junit.jupiter.api.Test;
import scala.Tuple2;
import scala.reflect.ClassTag$;

/**
 * What is sent of an RDD whose partitions are numbers, and that its rows are those of the other.
 */
class NumberedPartitionsTest {
  private final JavaSparkContext context =
      JavaSparkContext.fromSparkContext(LocalSpark.session().sparkContext());

  @Test
  void parentIsNotSent() {
    byte[] large = new byte[100_000]; // in a closure, as the source code of a query is
    JavaRDD<Integer> parent = numbers(1000, 4).map(number -> number + large.length);
    NumberedPartitions<Integer> rows = NumberedPartitions.of(parent.rdd());
    try {
      assertTrue(serializedSize(parent.rdd()) > 100_000);
      int sent = serializedSize(rows);
      assertTrue(sent < 4000, sent + " bytes are sent in each round");
      for (Object partition : rows.getPartitions()) {
        assertTrue(serializedSize(partition) < 200);
      }
      assertEquals(parent.collect(), rows.toJavaRDD().collect());
    } finally {
      rows.release();
    }
  }

  @Test
  void rowsBehindShuffleAndCacheAreThoseOfTheParent() {
    JavaPairRDD<Integer, Iterable<Integer>> parent =
        numbers(100, 5).mapToPair(number -> new Tuple2<>(number % 7, number)).groupByKey(3).cache();
    NumberedPartitions<Tuple2<Integer, Iterable<Integer>>> rows =
        NumberedPartitions.of(parent.rdd());
    try {
      List<String> expected = parent.map(row -> "" + row).collect();
      for (int i = 0; i < 2; i++) {
        assertEquals(expected, rows.toJavaRDD().map(row -> "" + row).collect());
      }
    } finally {
      rows.release();
      parent.unpersist();
    }
  }

  @Test
  void rowsOfAllKindsOfParentsAreTheirs() {
    JavaRDD<Integer> some = numbers(20, 5);
    List<JavaRDDLike<?, ?>> parents =
        List.of(
            some.coalesce(2),
            some.repartition(3),
            some.union(numbers(7, 2)).coalesce(3),
            some.cartesian(some),
            some.zip(some.map(number -> -number)),
            some.sortBy(number -> -number, true, 3),
            some.sample(false, 0.5, 7).zipWithIndex().coalesce(1));
    for (JavaRDDLike<?, ?> parent : parents) {
      sameRows(parent.rdd());
    }
    sameRows(LocalSpark.session().range(0, 50, 1, 4).coalesce(3).filter("id % 2 = 0").rdd());
  }

  private static <T> void sameRows(RDD<T> parent) {
    NumberedPartitions<T> rows = NumberedPartitions.of(parent);
    try {
      // first, before others ask the parent for what it is made from
      List<String> found = rows.toJavaRDD().map(row -> "" + row).collect();
      assertEquals(parent.toJavaRDD().map(row -> "" + row).collect(), found);
    } finally {
      rows.release();
    }
  }

  private JavaRDD<Integer> numbers(int count, int partitions) {
    return context.parallelize(IntStream.range(0, count).boxed().toList(), partitions);
  }

  private static int serializedSize(Object object) {
    return SparkEnv.get()
        .closureSerializer()
        .newInstance()
        .serialize(object, ClassTag$.MODULE$.apply(Object.class))
        .remaining();
  }
}
