package io.github.secateur.train;

import static io.github.secateur.train.Fixtures.add;
import static io.github.secateur.train.Fixtures.blobs;
import static io.github.secateur.train.Fixtures.dense;
import static io.github.secateur.train.Fixtures.emptyShard;
import static io.github.secateur.train.Fixtures.evaluate;
import static io.github.secateur.train.Fixtures.initialParameters;
import static io.github.secateur.train.Fixtures.mlp;
import static io.github.secateur.train.Fixtures.train;
import static io.github.secateur.train.Fixtures.vectors;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.secateur.data.Shard;
import io.github.secateur.graph.Attributes;
import io.github.secateur.graph.Graph;
import io.github.secateur.graph.OperatorType;
import io.github.secateur.graph.Parameter;
import io.github.secateur.optim.ScheduleOptions;
import io.github.secateur.optim.SgdOptions;
import io.github.secateur.optim.Solver;
import io.github.secateur.train.Fixtures.Rows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Epochs, steps, history, stopping and errors of a training. */
class TrainingCourseTest {
  private static final Rows ROWS = blobs(100, 3, 0.5f, 1);
  private static final TrainingOptions OPTIONS =
      TrainingOptions.builder().epochs(4).batchSize(30).learningRate(0.01).build();

  @Test
  void historyAndListenerTellTheSameCourse() {
    List<StepRecord> steps = new ArrayList<>();
    List<EpochRecord> epochs = new ArrayList<>();
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void step(StepRecord step) {
            steps.add(step);
          }

          @Override
          public void epoch(EpochRecord epoch) {
            epochs.add(epoch);
          }
        };
    TrainingResult result =
        train(mlp(2, 8, 3), OPTIONS, ROWS.shards(3), ROWS.shards(2), 2, listener);
    assertEquals(epochs, result.history().epochs());
    assertEquals(4, epochs.size());
    assertEquals(16, steps.size(), "100 rows in batches of 30 are 4 steps");
    for (int i = 0; i < steps.size(); i++) {
      StepRecord step = steps.get(i);
      assertEquals(new Step(i / 4, i % 4, 4), step.step());
      assertTrue(step.rows() >= 22 && step.rows() <= 28, step.toString());
      assertEquals(0.01, step.learningRate());
    }
    for (EpochRecord epoch : epochs) {
      StepRecord last = steps.get(4 * epoch.epoch() - 1);
      assertEquals(last.epochLoss(), epoch.loss());
      assertTrue(epoch.hasValidation());
      assertTrue(epoch.seconds() > 0);
      assertEquals(100 / epoch.seconds(), epoch.rowsPerSecond(), 1e-6 * epoch.rowsPerSecond());
    }
    assertEquals(StopReason.EPOCHS, result.history().stopReason());
    double[] losses = result.history().objectiveHistory();
    assertTrue(losses[3] < losses[0]);
  }

  @Test
  void withoutValidationRowsThereIsNoValidation() {
    TrainingResult result = train(mlp(2, 3), OPTIONS, ROWS.shards(1), List.of(emptyShard(2)));
    EpochRecord epoch = result.history().epochs().get(0);
    assertFalse(epoch.hasValidation());
    assertTrue(Double.isNaN(epoch.validationAccuracy()));
    assertEquals(4, result.history().bestEpoch());
  }

  @Test
  void learningRateFollowsTheSchedule() {
    TrainingOptions options =
        OPTIONS.toBuilder().schedule(new ScheduleOptions("step", 2, 0.5, 2, 0, 0)).build();
    TrainingResult result = train(mlp(2, 3), options, ROWS.shards(1), List.of());
    double[] rates =
        result.history().epochs().stream().mapToDouble(EpochRecord::learningRate).toArray();
    assertArrayEquals(new double[] {0.01, 0.01, 0.005, 0.005}, rates, 1e-12);
  }

  @Test
  void earlyStoppingRestoresTheWeightsOfTheBestEpoch() {
    Rows few = blobs(30, 3, 1.2f, 1);
    Rows validation = blobs(300, 3, 1.2f, 2);
    Graph graph = mlp(2, 32, 3);
    TrainingOptions options =
        OPTIONS.toBuilder().epochs(500).batchSize(5).learningRate(0.03).patience(4).build();
    List<EpochRecord> told = new ArrayList<>();
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void epoch(EpochRecord epoch) {
            told.add(epoch);
          }
        };
    TrainingResult result = train(graph, options, few.shards(2), validation.shards(1), 1, listener);
    History history = result.history();
    assertEquals(StopReason.PATIENCE, history.stopReason());
    assertEquals(history.bestEpoch() + 4, history.epochs().size());
    double best = history.epochs().get(history.bestEpoch() - 1).validationLoss();
    assertTrue(told.stream().allMatch(epoch -> epoch.validationLoss() >= best));
    assertEquals(best, evaluate(graph, result.parameters(), validation).loss(), 1e-6);
    TrainingResult shorter =
        train(
            graph,
            options.toBuilder().epochs(history.bestEpoch()).build(),
            few.shards(2),
            validation.shards(1));
    assertArrayEquals(
        shorter.parameters(), result.parameters(), "as if training had ended at the best epoch");
  }

  @Test
  void bestWeightsAreKeptEvenIfPatienceIsNotExhausted() {
    Rows few = blobs(30, 3, 1.2f, 1);
    Rows validation = blobs(300, 3, 1.2f, 2);
    TrainingOptions options =
        OPTIONS.toBuilder().epochs(60).batchSize(5).learningRate(0.03).patience(1000).build();
    Graph graph = mlp(2, 32, 3);
    TrainingResult kept = train(graph, options, few.shards(2), validation.shards(1));
    assertEquals(StopReason.EPOCHS, kept.history().stopReason());
    assertTrue(kept.history().bestEpoch() < 60);
    TrainingResult last =
        train(graph, options.toBuilder().patience(0).build(), few.shards(2), validation.shards(1));
    assertEquals(60, last.history().bestEpoch(), "without patience the last weights are kept");
    assertTrue(
        evaluate(graph, kept.parameters(), validation).loss()
            < evaluate(graph, last.parameters(), validation).loss());
  }

  @Test
  void toleranceEndsATrainingThatNoLongerMoves() {
    TrainingOptions options =
        OPTIONS.toBuilder()
            .solver(Solver.SGD)
            .learningRate(1e-9)
            .epochs(50)
            .batchSize(100)
            .tolerance(1e-4)
            .build();
    TrainingResult result = train(mlp(2, 3), options, ROWS.shards(1), List.of());
    assertEquals(StopReason.CONVERGED, result.history().stopReason());
    assertEquals(3, result.history().epochs().size());
  }

  @Test
  void tooLargeAStepSizeIsAClearError() {
    TrainingOptions options =
        OPTIONS.toBuilder()
            .solver(Solver.SGD)
            .sgd(new SgdOptions(0, false))
            .learningRate(1e30)
            .build();
    Graph.Builder builder =
        add(dense(vectors(2), 8), OperatorType.RELU, new Attributes.None(), false);
    Graph graph = dense(builder, 3).build();
    TrainingException e =
        assertThrows(
            TrainingException.class, () -> train(graph, options, ROWS.shards(2), List.of()));
    assertTrue(
        e.getMessage()
            .matches(
                "the loss became (NaN|Infinity) in epoch \\d, step \\d of 4, at a learning rate of"
                    + " 1.0E30; set a smaller step size, or scale the features"),
        e.getMessage());
  }

  @Test
  void weightsSpoiledByTheLastStepAreAClearError() {
    Rows rows = Fixtures.rows(new float[][] {{3e38f}, {-3e38f}}, 0, 1);
    TrainingOptions options =
        OPTIONS.toBuilder()
            .solver(Solver.SGD)
            .sgd(new SgdOptions(0, false))
            .epochs(1)
            .learningRate(1e10)
            .build();
    Graph graph = mlp(1, 2);
    float[] zeros = new float[graph.parameterCount()];
    try (LocalRounds rounds =
        LocalRounds.of(graph, zeros, options, rows.shards(1), List.of(), 64, 1)) {
      Exception e =
          assertThrows(
              TrainingException.class,
              () -> Trainer.train(graph, zeros, options, rounds, TrainingListener.NONE));
      assertTrue(e.getMessage().startsWith("a weight became "), e.getMessage());
    }
  }

  @Test
  void frozenLayersKeepTheirBits() {
    Graph.Builder builder =
        add(vectors(2), OperatorType.DENSE, new Attributes.Dense(8, true), true);
    add(builder, OperatorType.BATCH_NORM, new Attributes.BatchNorm(0.9f, 1e-5f), true);
    Graph graph = dense(Fixtures.tanh(builder), 3).build();
    float[] initial = initialParameters(graph, 1);
    for (Solver solver : Solver.values()) {
      TrainingOptions options = OPTIONS.toBuilder().solver(solver).regularization(0.01).build();
      TrainingResult result = train(graph, options, ROWS.shards(2), List.of());
      for (Parameter parameter : graph.parameters()) {
        boolean changed = false;
        for (int i = parameter.offset(); i < parameter.offset() + parameter.size(); i++) {
          changed |= initial[i] != result.parameters()[i];
        }
        assertEquals(!parameter.frozen(), changed, solver + ", " + parameter.name());
      }
    }
  }

  @Test
  void initialParametersAreNotChanged() {
    Graph graph = mlp(2, 3);
    float[] initial = initialParameters(graph, 1);
    float[] before = initial.clone();
    try (LocalRounds rounds =
        LocalRounds.of(graph, initial, OPTIONS, ROWS.shards(1), List.of(), 64, 1)) {
      Trainer.train(graph, initial, OPTIONS, rounds, TrainingListener.NONE);
    }
    assertArrayEquals(before, initial);
  }

  @Test
  void zeroEpochsReturnTheInitialParameters() {
    Graph graph = mlp(2, 3);
    for (Solver solver : List.of(Solver.ADAM, Solver.LBFGS)) {
      TrainingOptions options = OPTIONS.toBuilder().solver(solver).epochs(0).build();
      TrainingResult result = train(graph, options, ROWS.shards(1), ROWS.shards(1));
      assertArrayEquals(initialParameters(graph, 1), result.parameters());
      assertEquals(List.of(), result.history().epochs());
      assertEquals(0, result.history().bestEpoch());
    }
  }

  @Test
  void nothingToTrainIsAClearError() {
    Graph frozen = add(vectors(2), OperatorType.DENSE, new Attributes.Dense(3, true), true).build();
    Exception e =
        assertThrows(
            IllegalArgumentException.class,
            () -> train(frozen, OPTIONS, ROWS.shards(1), List.of()));
    assertEquals(
        "training needs at least one layer with weights that is not frozen, found none; unfreeze a layer",
        e.getMessage());
    for (List<Shard> none : List.of(List.<Shard>of(), List.of(emptyShard(2), emptyShard(2)))) {
      Exception noRows =
          assertThrows(
              IllegalArgumentException.class, () -> train(mlp(2, 3), OPTIONS, none, List.of()));
      assertEquals("training needs at least 1 row, found 0", noRows.getMessage());
    }
  }

  @Test
  void rowsOfAnotherWidthAreRefusedBeforeTheyAreFolded() {
    Graph.Builder builder = add(vectors(5), OperatorType.SCALE, new Attributes.Scale(0.5f), false);
    Graph graph = dense(builder, 3).build();
    Exception e =
        assertThrows(
            TrainingException.class, () -> train(graph, OPTIONS, ROWS.shards(2), List.of()));
    assertEquals(
        "the network reads rows of 5 values, found 2; set the input of the network to the features",
        e.getMessage());
  }

  @Test
  void exceptionsOfTheListenerEndTheTraining() {
    IllegalStateException enough = new IllegalStateException("enough");
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void step(StepRecord step) {
            throw enough;
          }
        };
    assertSame(
        enough,
        assertThrows(
            IllegalStateException.class,
            () -> train(mlp(2, 3), OPTIONS, ROWS.shards(2), List.of(), 2, listener)));
  }

  @Test
  void theSeedDrawsTheOrderOfRows() {
    Graph graph = mlp(2, 8, 3);
    TrainingResult first = train(graph, OPTIONS, ROWS.shards(2), List.of());
    TrainingResult again = train(graph, OPTIONS, ROWS.shards(2), List.of());
    TrainingResult other =
        train(graph, OPTIONS.toBuilder().seed(43).build(), ROWS.shards(2), List.of());
    assertArrayEquals(first.parameters(), again.parameters());
    assertFalse(Arrays.equals(first.parameters(), other.parameters()));
  }

  @Test
  void prunedAndUnprunedTrainingGiveTheSameBits() {
    Graph.Builder builder = add(vectors(2), OperatorType.SCALE, new Attributes.Scale(0.5f), false);
    Graph graph = dense(Fixtures.tanh(dense(builder, 8)), 3).build();
    TrainingResult pruned = train(graph, OPTIONS, ROWS.shards(2), List.of());
    TrainingResult whole =
        train(graph, OPTIONS.toBuilder().backwardPruning(false).build(), ROWS.shards(2), List.of());
    assertArrayEquals(pruned.parameters(), whole.parameters());
  }

  @Test
  void sparseShardsGiveTheBitsOfDenseOnes() {
    Graph graph = mlp(2, 8, 3);
    List<Shard> sparse = new ArrayList<>(Fixtures.sparse(ROWS, 3));
    List<Shard> dense = new ArrayList<>(ROWS.shards(3));
    sparse.add(1, emptyShard(2));
    dense.add(1, emptyShard(2));
    assertArrayEquals(
        train(graph, OPTIONS, dense, List.of()).parameters(),
        train(graph, OPTIONS, sparse, List.of()).parameters());
  }
}
