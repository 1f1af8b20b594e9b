package io.github.secateur.train;

import static io.github.secateur.train.Fixtures.add;
import static io.github.secateur.train.Fixtures.blobs;
import static io.github.secateur.train.Fixtures.dense;
import static io.github.secateur.train.Fixtures.engines;
import static io.github.secateur.train.Fixtures.initialParameters;
import static io.github.secateur.train.Fixtures.mlp;
import static io.github.secateur.train.Fixtures.tanh;
import static io.github.secateur.train.Fixtures.vectors;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.secateur.engine.CrossEntropy;
import io.github.secateur.engine.Engine;
import io.github.secateur.graph.Attributes;
import io.github.secateur.graph.Graph;
import io.github.secateur.graph.OperatorType;
import io.github.secateur.kernel.choice.KernelChoice;
import io.github.secateur.kernel.choice.KernelProvider;
import io.github.secateur.plan.TrainableLayout;
import io.github.secateur.train.Fixtures.Rows;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ShardWorkerTest {
  private static final Rows ROWS = blobs(53, 3, 0.5f, 1);
  private static final Graph WITH_DROPOUT =
      dense(
              add(
                  tanh(dense(vectors(2), 16)),
                  OperatorType.DROPOUT,
                  new Attributes.Dropout(0.5f),
                  false),
              3)
          .build();

  private static ShardWorker worker(Graph graph, int maxRows) {
    return new ShardWorker(graph, engines(graph, maxRows).get(), () -> false);
  }

  private static GradientSum empty(Graph graph) {
    return new GradientSum(TrainableLayout.of(graph).stateLength());
  }

  private static GradientSum gradient(Graph graph, int maxRows, IndexedShard shard, Step step) {
    GradientSum sum = empty(graph);
    worker(graph, maxRows).gradient(shard, initialParameters(graph, 1), step, sum);
    return sum;
  }

  private static GradientSum fullGradient(Graph graph, int maxRows, IndexedShard shard) {
    GradientSum sum = empty(graph);
    worker(graph, maxRows).fullGradient(shard, initialParameters(graph, 1), sum);
    return sum;
  }

  private static IndexedShard shard(Rows rows, int index) {
    return new IndexedShard(rows.shards(1).get(0), index, 7);
  }

  @Test
  void theEnginesBatchSizeDoesNotMatterEvenWithDropout() {
    IndexedShard shard = shard(ROWS, 0);
    Step step = new Step(1, 1, 3);
    GradientSum whole = gradient(WITH_DROPOUT, 64, shard, step);
    GradientSum full = fullGradient(WITH_DROPOUT, 64, shard);
    for (int maxRows : new int[] {1, 5, 16, 18}) {
      GradientSum parts = gradient(WITH_DROPOUT, maxRows, shard, step);
      assertArrayEquals(whole.values(), parts.values(), 1e-5f);
      assertEquals(whole.lossSum(), parts.lossSum(), 1e-9);
      assertEquals(whole.rows(), parts.rows());
      assertArrayEquals(full.values(), fullGradient(WITH_DROPOUT, maxRows, shard).values(), 1e-5f);
    }
  }

  @Test
  void dropoutDiffersBetweenShardsStepsAndEpochsAndRepeats() {
    Step step = new Step(0, 0, 1);
    GradientSum sum = gradient(WITH_DROPOUT, 64, shard(ROWS, 0), step);
    assertArrayEquals(sum.values(), gradient(WITH_DROPOUT, 64, shard(ROWS, 0), step).values());
    assertFalse(
        Arrays.equals(sum.values(), gradient(WITH_DROPOUT, 64, shard(ROWS, 1), step).values()));
    assertFalse(
        Arrays.equals(
            sum.values(), gradient(WITH_DROPOUT, 64, shard(ROWS, 0), new Step(1, 0, 1)).values()));
    assertArrayEquals(
        fullGradient(WITH_DROPOUT, 64, shard(ROWS, 0)).values(),
        fullGradient(WITH_DROPOUT, 64, shard(ROWS, 0)).values());
  }

  @Test
  void theStepsOfAnEpochAddUpToTheFullGradient() {
    Graph graph = mlp(2, 8, 3);
    IndexedShard shard = shard(ROWS, 0);
    GradientSum full = fullGradient(graph, 16, shard);
    GradientSum sum = GradientSum.nothing();
    for (int s = 0; s < 4; s++) {
      sum = sum.plus(gradient(graph, 16, shard, new Step(0, s, 4)));
    }
    assertArrayEquals(full.values(), sum.values(), 1e-4f);
    assertEquals(full.lossSum(), sum.lossSum(), 1e-4);
    assertEquals(full.weightSum(), sum.weightSum(), 1e-12);
    assertEquals(53, sum.rows());
  }

  @Test
  void sparseRowsGiveTheBitsOfDenseOnes() {
    Graph graph = mlp(2, 8, 3);
    IndexedShard dense = shard(ROWS, 0);
    IndexedShard sparse = new IndexedShard(Fixtures.sparse(ROWS, 1).get(0), 0, 7);
    Engine engine =
        Engine.forTraining(
            graph, true, CrossEntropy.PLAIN, 16, true, KernelProvider.create(KernelChoice.SCALAR));
    ShardWorker sparseWorker = new ShardWorker(graph, engine, () -> false);
    float[] parameters = initialParameters(graph, 1);
    Step step = new Step(0, 1, 2);
    GradientSum sum = empty(graph);
    sparseWorker.gradient(sparse, parameters, step, sum);
    assertArrayEquals(gradient(graph, 16, dense, step).values(), sum.values());
    assertArrayEquals(
        sum.values(), gradient(graph, 16, sparse, step).values(), "densified by a dense engine");
    assertEquals(
        worker(graph, 16).evaluate(dense, parameters), sparseWorker.evaluate(sparse, parameters));
  }

  @Test
  void rowsThatAreScaledOnTheWayGiveTheBitsOfTheScaleOperator() {
    Graph graph =
        dense(
                tanh(
                    dense(
                        add(vectors(2), OperatorType.SCALE, new Attributes.Scale(-0.37f), false),
                        8)),
                3)
            .build();
    float[] parameters = initialParameters(graph, 1);
    Rows bytes = Fixtures.rows(new float[][] {{0, 255}, {17, 3}, {128, 1}, {9, 0}}, 0, 1, 2, 0);
    for (IndexedShard shard :
        List.of(
            shard(ROWS, 0),
            shard(bytes, 0),
            new IndexedShard(Fixtures.sparse(bytes, 1).get(0), 0, 7))) {
      int rows = shard.rows();
      int[] ids = IntStream.range(0, rows).toArray();
      int[] labels = new int[rows];
      float[] weights = new float[rows];
      Engine engine = engines(graph, rows).get();
      assertEquals(-0.37f, engine.inputFactor());
      GradientSum expected = empty(graph);
      shard.shard().gather(ids, 0, rows, engine.input(), engine.inputOffset());
      shard.shard().gatherLabels(ids, 0, rows, labels, weights);
      double loss =
          engine.lossAndGradient(parameters, rows, labels, weights, 0, 0, expected.values());
      long flops = engine.counters().flops();

      Engine other = engines(graph, rows).get();
      ShardWorker worker = new ShardWorker(graph, other, () -> false);
      GradientSum sum = empty(graph);
      worker.fullGradient(shard, parameters, sum);
      assertArrayEquals(expected.values(), sum.values());
      assertEquals(loss, sum.lossSum());
      assertEquals(flops, other.counters().flops(), "nothing is multiplied twice");
      assertEquals(loss, worker.evaluate(shard, parameters).lossSum());
    }
  }

  @Test
  void onlyAScaleInFrontIsLeftOut() {
    for (Graph graph : List.of(mlp(2, 8, 3), WITH_DROPOUT)) {
      assertEquals(1, engines(graph, 4).get().inputFactor());
    }
  }

  @Test
  void evaluationWeighsCorrectRowsAndTakesTheFirstOfEqualLogits() {
    Graph graph = mlp(1, 3);
    Rows rows = Fixtures.rows(new float[][] {{0}, {0}, {0}}, 0, 1, 2).withWeights(0.5f, 2, 4);
    float[] zeros = new float[graph.parameterCount()];
    EvaluationSum sum = worker(graph, 2).evaluate(shard(rows, 0), zeros);
    assertEquals(0.5, sum.correctWeight());
    assertEquals(6.5, sum.weightSum());
    assertEquals(6.5 * Math.log(3), sum.lossSum(), 1e-5);
    assertEquals(3, sum.rows());
  }

  @Test
  void labelsBeyondTheOutputsAreRefused() {
    Rows rows = Fixtures.rows(new float[][] {{0, 0}, {0, 0}}, 1, 3);
    Exception e =
        assertThrows(TrainingException.class, () -> fullGradient(mlp(2, 3), 4, shard(rows, 0)));
    assertEquals(
        "labels must be integers in [0, 3), the number of outputs of the network; found 3 in row 1;"
            + " widen the last layer or index the labels",
        e.getMessage());
  }

  @Test
  void rowsOfAnotherWidthAreRefused() {
    Exception e =
        assertThrows(TrainingException.class, () -> fullGradient(mlp(5, 3), 4, shard(ROWS, 0)));
    assertEquals(
        "the network reads rows of 5 values, found 2; set the input of the network to the features",
        e.getMessage());
  }
}
