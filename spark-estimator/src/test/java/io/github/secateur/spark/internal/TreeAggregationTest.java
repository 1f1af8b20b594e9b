package io.github.secateur.spark.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.secateur.spark.LocalSpark;
import io.github.secateur.train.GradientSum;
import io.github.secateur.train.TreeSum;
import io.github.secateur.train.TreeSum.Node;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TreeAggregationTest {
  private static final int LENGTH = 37;

  @ParameterizedTest(name = "{0} shards, depth {1}, {2} partitions at the driver")
  @CsvSource({"1,2,1", "2,2,2", "7,2,2", "9,2,3", "33,2,5", "64,3,4", "70,3,9"})
  void stagesInBetweenChangeNoBits(int shards, int depth, int partitionsAtDriver) {
    JavaSparkContext context =
        JavaSparkContext.fromSparkContext(LocalSpark.session().sparkContext());
    JavaRDD<byte[]> leaves =
        context
            .parallelize(IntStream.range(0, shards).boxed().toList(), shards)
            .map(shard -> GradientBytes.encode(new Node<>(shard, shard + 1, sumOf(shard))));
    TreeSum<GradientSum> tree = new TreeSum<>(shards, GradientSum::plus);
    for (int shard = 0; shard < shards; shard++) {
      tree.add(shard, sumOf(shard));
    }
    TreeAggregation staged = new TreeAggregation(depth, 0);
    assertEquals(partitionsAtDriver, staged.addSubtrees(leaves, shards).getNumPartitions());
    assertSame(tree.total(), staged.sum(leaves, shards, LENGTH));
    TreeAggregation direct = new TreeAggregation(depth, TreeAggregation.DIRECT_BYTES);
    assertSame(tree.total(), direct.sum(leaves, shards, LENGTH));
  }

  @Test
  void anEncodedSumComesBackAsItWas() {
    GradientSum sum = new GradientSum(new float[] {1.5f, -0f, Float.MIN_VALUE}, 0.1, 2.5, 3L << 33);
    byte[] bytes = GradientBytes.encode(new Node<>(4, 6, sum));
    Node<GradientSum> decoded = GradientBytes.decode(bytes);
    assertEquals(List.of(4, 6), List.of(decoded.from(), decoded.to()));
    assertEquals(4, GradientBytes.from(bytes));
    assertSame(sum, decoded.sum());
  }

  @Test
  void anEmptySumTakesNoSpace() {
    GradientSum empty = new GradientSum(1000);
    byte[] bytes = GradientBytes.encode(new Node<>(0, 1, empty));
    assertEquals(32, bytes.length);
    assertEquals(0, GradientBytes.decode(bytes).sum().rows());
  }

  private static GradientSum sumOf(int shard) {
    if (shard % 5 == 3) {
      return GradientSum.nothing();
    }
    Random random = new Random(shard);
    float[] values = new float[LENGTH];
    for (int i = 0; i < LENGTH; i++) {
      values[i] = (float) (random.nextGaussian() * Math.exp(10 * random.nextDouble()));
    }
    return new GradientSum(values, random.nextGaussian(), random.nextDouble(), shard + 1);
  }

  private static void assertSame(GradientSum expected, GradientSum found) {
    assertArrayEquals(expected.values(), found.values());
    assertEquals(
        List.of(expected.rows(), expected.lossSum(), expected.weightSum()),
        List.of(found.rows(), found.lossSum(), found.weightSum()));
  }
}
