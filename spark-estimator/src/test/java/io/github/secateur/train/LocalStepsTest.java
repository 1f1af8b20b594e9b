package io.github.secateur.train;

import static io.github.secateur.train.Fixtures.add;
import static io.github.secateur.train.Fixtures.blobs;
import static io.github.secateur.train.Fixtures.dense;
import static io.github.secateur.train.Fixtures.evaluate;
import static io.github.secateur.train.Fixtures.mlp;
import static io.github.secateur.train.Fixtures.tanh;
import static io.github.secateur.train.Fixtures.train;
import static io.github.secateur.train.Fixtures.vectors;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.secateur.data.Shard;
import io.github.secateur.graph.Attributes;
import io.github.secateur.graph.Graph;
import io.github.secateur.graph.OperatorType;
import io.github.secateur.optim.SgdOptions;
import io.github.secateur.optim.Solver;
import io.github.secateur.train.Fixtures.Rows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Optimizer steps of each shard on its own, and the average of all shards after them. */
class LocalStepsTest {
  private static final Rows ROWS = blobs(120, 3, 0.5f, 1);
  private static final TrainingOptions OPTIONS =
      TrainingOptions.builder().epochs(3).batchSize(10).learningRate(0.01).build();

  private static TrainingOptions options(int localSteps) {
    return OPTIONS.toBuilder().localSteps(localSteps).build();
  }

  private static Graph normalized() {
    Attributes.BatchNorm batchNorm = new Attributes.BatchNorm(0.9f, 1e-5f);
    return dense(add(tanh(dense(vectors(2), 8)), OperatorType.BATCH_NORM, batchNorm, false), 3)
        .build();
  }

  @ParameterizedTest
  @EnumSource(names = {"SGD", "ADAM", "ADAMW"})
  void oneShardGivesTheBitsOfSynchronousSteps(Solver solver) {
    TrainingOptions exact = OPTIONS.toBuilder().solver(solver).regularization(0.01).build();
    TrainingResult expected = train(normalized(), exact, ROWS.shards(1), List.of());
    for (int localSteps : new int[] {2, 5, 12, 1000}) {
      TrainingOptions local = exact.toBuilder().localSteps(localSteps).build();
      TrainingResult found = train(normalized(), local, ROWS.shards(1), List.of());
      assertArrayEquals(expected.parameters(), found.parameters());
      assertArrayEquals(
          expected.history().objectiveHistory(), found.history().objectiveHistory(), 1e-12);
    }
  }

  @Test
  void severalShardsDivergeBetweenAverages() {
    TrainingResult exact = train(mlp(2, 8, 3), OPTIONS, ROWS.shards(3), List.of());
    TrainingResult local = train(mlp(2, 8, 3), options(4), ROWS.shards(3), List.of());
    assertFalse(Arrays.equals(exact.parameters(), local.parameters()));
  }

  @Test
  void numberOfThreadsChangesNoBits() {
    TrainingOptions options = options(5);
    List<Shard> shards = new ArrayList<>(ROWS.shards(4));
    shards.add(2, Fixtures.emptyShard(2));
    TrainingResult one = train(normalized(), options, shards, List.of());
    TrainingResult four = train(normalized(), options, shards, List.of(), 4, TrainingListener.NONE);
    assertArrayEquals(one.parameters(), four.parameters());
  }

  /** Equal rows in a shard: their order, which depends on the shard's number, does not matter. */
  @Test
  void averageIsTheMeanOfSeparateTrainingsByWeight() {
    Rows first = repeat(0.5f, -1, 0, 1, 20);
    Rows second = repeat(-0.7f, 0.3f, 1, 3, 40);
    TrainingOptions options =
        TrainingOptions.builder()
            .solver(Solver.SGD)
            .sgd(new SgdOptions(0.9, false))
            .epochs(1)
            .batchSize(12)
            .learningRate(0.05)
            .localSteps(5)
            .build();
    Graph graph = mlp(2, 4, 2);
    float[] both =
        train(graph, options, List.of(first.shards(1).get(0), second.shards(1).get(0)), List.of())
            .parameters();
    float[] a =
        train(graph, options.toBuilder().batchSize(4).build(), first.shards(1), List.of())
            .parameters();
    float[] b =
        train(graph, options.toBuilder().batchSize(8).build(), second.shards(1), List.of())
            .parameters();
    for (int i = 0; i < both.length; i++) {
      double weightA = 20 * 1;
      double weightB = 40 * 3;
      assertEquals((weightA * a[i] + weightB * b[i]) / (weightA + weightB), both[i], 1e-5);
    }
  }

  private static Rows repeat(float x, float y, int label, float weight, int count) {
    float[][] features = new float[count][];
    Arrays.fill(features, new float[] {x, y});
    int[] labels = new int[count];
    Arrays.fill(labels, label);
    float[] weights = new float[count];
    Arrays.fill(weights, weight);
    return new Rows(features, labels, weights);
  }

  @Test
  void lossOfAStepIsTheMeanOverShardsByWeight() {
    List<StepRecord> records = new ArrayList<>();
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void step(StepRecord step) {
            records.add(step);
          }
        };
    TrainingOptions options = options(5).toBuilder().epochs(1).build();
    train(mlp(2, 8, 3), options, ROWS.shards(3), List.of(), 1, listener);
    assertEquals(12, records.size());
    double sum = 0;
    for (int i = 0; i < 12; i++) {
      StepRecord step = records.get(i);
      assertEquals(new Step(0, i, 12), step.step());
      assertEquals(9, step.rows(), 3);
      sum += step.loss() * step.rows();
    }
    assertEquals(120, records.stream().mapToLong(StepRecord::rows).sum());
    assertEquals(sum / 120, records.get(11).epochLoss(), 1e-9);
    // the first step of a round is taken from the same state by all shards
    List<StepRecord> exact = new ArrayList<>();
    TrainingListener exactListener =
        new TrainingListener() {
          @Override
          public void step(StepRecord step) {
            exact.add(step);
          }
        };
    train(mlp(2, 8, 3), OPTIONS, ROWS.shards(3), List.of(), 1, exactListener);
    assertEquals(exact.get(0).loss(), records.get(0).loss(), 1e-9);
  }

  @Test
  void shardsWithoutWeightDoNotCount() {
    float[] weights = ROWS.weights().clone();
    Arrays.fill(weights, 60, 120, 0);
    List<Shard> shards = ROWS.withWeights(weights).shards(2);
    Graph graph = mlp(2, 8, 3);
    float[] both = train(graph, options(4), shards, List.of()).parameters();
    float[] alone =
        train(graph, options(4).toBuilder().batchSize(5).build(), List.of(shards.get(0)), List.of())
            .parameters();
    assertArrayEquals(alone, both);
  }

  @Test
  void trainingLearns() {
    Graph graph = mlp(2, 16, 3);
    TrainingOptions options = options(8).toBuilder().epochs(20).build();
    TrainingResult result = train(graph, options, ROWS.shards(4), List.of());
    assertTrue(evaluate(graph, result.parameters(), blobs(300, 3, 0.5f, 2)).accuracy() > 0.85);
  }

  @Test
  void lossThatIsNoNumberNamesEpochAndStep() {
    TrainingOptions options =
        options(4).toBuilder()
            .solver(Solver.SGD)
            .sgd(new SgdOptions(0, false))
            .learningRate(1e30)
            .build();
    Graph graph =
        dense(add(dense(vectors(2), 8), OperatorType.RELU, new Attributes.None(), false), 3)
            .build();
    TrainingException e =
        assertThrows(
            TrainingException.class, () -> train(graph, options, ROWS.shards(2), List.of()));
    assertTrue(
        e.getMessage().matches("the loss became NaN in epoch 1, step \\d of 12, at .*"),
        e.getMessage());
  }

  @Test
  void lbfgsTakesNoLocalSteps() {
    Exception e =
        assertThrows(
            IllegalArgumentException.class,
            () -> TrainingOptions.builder().solver(Solver.LBFGS).localSteps(2).build());
    assertEquals(
        "localSteps must be 1 for solver \"l-bfgs\", which takes its steps over all rows, found 2; a usual value is 1",
        e.getMessage());
  }
}
