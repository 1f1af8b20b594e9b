package io.github.secateur.spark.rounds;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.secateur.spark.LocalSpark;
import io.github.secateur.train.GradientSum;
import io.github.secateur.train.StateMean;
import io.github.secateur.train.TreeSum;
import io.github.secateur.train.TreeSum.Node;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.rdd.RDD;
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
    RDD<byte[]> leaves =
        context
            .parallelize(IntStream.range(0, shards).boxed().toList(), shards)
            .map(
                shard ->
                    SumFormat.GRADIENT.encode(new Node<>(shard, shard + 1, sumOf(shard)), shard))
            .rdd();
    TreeSum<GradientSum> tree = new TreeSum<>(shards, GradientSum::plus);
    for (int shard = 0; shard < shards; shard++) {
      tree.add(shard, sumOf(shard));
    }
    TreeAggregation staged = new TreeAggregation(depth, 0, 1 << 20);
    assertEquals(
        partitionsAtDriver,
        staged.addSubtrees(leaves, SumFormat.GRADIENT, shards).getNumPartitions());
    TreeAggregation sliced = new TreeAggregation(depth, 0, 40);
    for (TreeAggregation way : List.of(staged, new TreeAggregation(depth), sliced)) {
      TreeAggregation.Total<GradientSum> total =
          way.sum(leaves, SumFormat.GRADIENT, shards, LENGTH);
      assertSame(tree.total(), total.sum());
      assertEquals(shards - 1, total.computeNanos(), "that of the slowest");
    }
  }

  @Test
  void slicesBringOneSumToTheDriver() {
    int shards = 16;
    JavaSparkContext context =
        JavaSparkContext.fromSparkContext(LocalSpark.session().sparkContext());
    RDD<byte[]> leaves =
        context
            .parallelize(IntStream.range(0, shards).boxed().toList(), shards)
            .map(
                shard ->
                    SumFormat.STATE_MEAN.encode(new Node<>(shard, shard + 1, meanOf(shard)), 1))
            .rdd();
    TreeSum<StateMean> tree = new TreeSum<>(shards, StateMean::plus);
    for (int shard = 0; shard < shards; shard++) {
      tree.add(shard, meanOf(shard));
    }
    TreeAggregation.Total<StateMean> sliced =
        new TreeAggregation(2, 0, 1000).sum(leaves, SumFormat.STATE_MEAN, shards, 1000);
    assertArrayEquals(tree.total().values(), sliced.sum().values());
    assertArrayEquals(tree.total().counts(), sliced.sum().counts());
    assertEquals(tree.total().weightSum(), sliced.sum().weightSum());
    assertEquals(7, sliced.sum().optimizerSteps());
    assertTrue(
        sliced.bytes() < 4 * 1000 + 4 * 100,
        String.format(Locale.ROOT, "%d bytes", sliced.bytes()));
  }

  private static StateMean meanOf(int shard) {
    Random random = new Random(shard);
    float[] values = new float[1000];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    double weight = shard % 5 == 3 ? 0 : 1 + random.nextInt(5);
    return new StateMean(values, weight, shard % 8, new double[] {random.nextDouble(), weight, 3});
  }

  @Test
  void anEncodedSumComesBackAsItWas() {
    GradientSum sum = new GradientSum(new float[] {1.5f, -0f, Float.MIN_VALUE}, 0.1, 2.5, 3L << 33);
    byte[] bytes = SumFormat.GRADIENT.encode(new Node<>(4, 6, sum), 17);
    Node<GradientSum> decoded = SumFormat.GRADIENT.decode(bytes);
    assertEquals(List.of(4, 6), List.of(decoded.from(), decoded.to()));
    assertEquals(4, SumFormat.from(bytes));
    assertEquals(17, SumFormat.nanos(bytes));
    assertSame(sum, decoded.sum());
  }

  @Test
  void anEmptySumTakesNoSpace() {
    GradientSum empty = new GradientSum(1000);
    byte[] bytes = SumFormat.GRADIENT.encode(new Node<>(0, 1, empty), 0);
    assertEquals(44, bytes.length);
    assertEquals(0, SumFormat.GRADIENT.decode(bytes).sum().rows());
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
