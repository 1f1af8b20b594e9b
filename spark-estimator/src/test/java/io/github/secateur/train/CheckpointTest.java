package io.github.secateur.train;

import static io.github.secateur.train.Fixtures.add;
import static io.github.secateur.train.Fixtures.blobs;
import static io.github.secateur.train.Fixtures.dense;
import static io.github.secateur.train.Fixtures.initialParameters;
import static io.github.secateur.train.Fixtures.tanh;
import static io.github.secateur.train.Fixtures.vectors;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.secateur.engine.Engine;
import io.github.secateur.graph.Attributes;
import io.github.secateur.graph.Graph;
import io.github.secateur.graph.OperatorType;
import io.github.secateur.optim.ScheduleOptions;
import io.github.secateur.optim.SgdOptions;
import io.github.secateur.optim.Solver;
import io.github.secateur.train.Fixtures.Rows;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A training goes on from each of its checkpoints as if it had not stopped. */
class CheckpointTest {
  private static final Rows ROWS = blobs(120, 3, 0.6f, 1);
  private static final Rows VALIDATION = blobs(60, 3, 0.6f, 2);
  private static final TrainingOptions SHORT =
      TrainingOptions.builder().epochs(8).batchSize(25).learningRate(0.02).tolerance(0).build();

  static Stream<TrainingOptions> options() {
    TrainingOptions.Builder builder = SHORT.toBuilder();
    return Stream.of(
        SHORT,
        SHORT.toBuilder().localSteps(2).build(),
        SHORT.toBuilder()
            .learningRate(0.5)
            .epochs(14)
            .schedule(new ScheduleOptions("plateau", 10, 0.1, 1, 0.05, 0))
            .validationMetric(ValidationMetric.ACCURACY)
            .patience(12)
            .labelSmoothing(0.1)
            .gradientClipNorm(0.5)
            .build(),
        builder.solver(Solver.ADAMW).regularization(0.01).build(),
        builder.solver(Solver.SGD).schedule(ScheduleOptions.named("cosine")).build(),
        builder.sgd(new SgdOptions(0, false)).schedule(ScheduleOptions.named("step")).build(),
        builder.solver(Solver.LBFGS).regularization(0.001).epochs(20).build(),
        SHORT.toBuilder()
            .epochs(12)
            .learningRate(0.3)
            .schedule(new ScheduleOptions("plateau", 1, 0.5, 1, 0, 0))
            .validationMetric(ValidationMetric.ACCURACY)
            .classWeights(ClassWeights.of(0.5, 1, 2))
            .labelSmoothing(0.1)
            .gradientClipNorm(0.5)
            .patience(0)
            .build(),
        // ends early, for lack of patience and because the loss has converged
        SHORT.toBuilder().learningRate(0.5).epochs(40).patience(3).minDelta(0.01).build(),
        SHORT.toBuilder().epochs(60).tolerance(0.05).patience(0).build());
  }

  /** Keeps checkpoints in memory. */
  private static final class Kept implements Checkpoints {
    final List<Checkpoint> all = new ArrayList<>();
    private final Checkpoint first;

    Kept(Checkpoint first) {
      this.first = first;
    }

    @Override
    public Checkpoint latest() {
      return first;
    }

    @Override
    public boolean isDue(int epoch) {
      return true;
    }

    @Override
    public void keep(Checkpoint checkpoint) {
      all.add(checkpoint);
    }
  }

  private static Graph network() {
    Graph.Builder builder = dense(vectors(2), 8);
    add(builder, OperatorType.BATCH_NORM, new Attributes.BatchNorm(0.9f, 1e-3f), false);
    add(tanh(builder), OperatorType.DROPOUT, new Attributes.Dropout(0.2f), false);
    return dense(builder, 3).build();
  }

  private static TrainingResult train(TrainingOptions options, Checkpoints checkpoints) {
    Graph graph = network();
    float[] initial = initialParameters(graph, 1);
    try (LocalRounds rounds =
        LocalRounds.of(
            graph,
            initial,
            options,
            ROWS.shards(3),
            VALIDATION.shards(2),
            Engine.defaultMaxRows(graph),
            2)) {
      return Trainer.train(graph, initial, options, rounds, TrainingListener.NONE, checkpoints);
    }
  }

  /** Times differ from run to run. */
  private static List<EpochRecord> withoutTimes(History history) {
    return history.epochs().stream()
        .map(
            epoch ->
                new EpochRecord(
                    epoch.epoch(),
                    epoch.loss(),
                    epoch.validationLoss(),
                    epoch.validationAccuracy(),
                    epoch.learningRate(),
                    0,
                    0))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("options")
  void theRestIsTheSame(TrainingOptions options) {
    TrainingResult expected = train(options, Checkpoints.NONE);
    Kept kept = new Kept(null);
    assertArrayEquals(expected.parameters(), train(options, kept).parameters());
    assertEquals(expected.history().epochs().size() - 1, kept.all.size());
    for (Checkpoint checkpoint : kept.all) {
      Kept rest = new Kept(checkpoint);
      TrainingResult found = train(options, rest);
      assertArrayEquals(expected.parameters(), found.parameters());
      assertEquals(withoutTimes(expected.history()), withoutTimes(found.history()));
      assertEquals(expected.history().bestEpoch(), found.history().bestEpoch());
      assertEquals(expected.history().stopReason(), found.history().stopReason());
      assertEquals(kept.all.size() - checkpoint.epochs().size(), rest.all.size());
    }
  }

  @Test
  void theOptionsAboveEndInAllWays() {
    List<StopReason> reasons =
        options().map(options -> train(options, Checkpoints.NONE).history().stopReason()).toList();
    assertTrue(
        reasons.containsAll(List.of(StopReason.EPOCHS, StopReason.PATIENCE, StopReason.CONVERGED)),
        reasons.toString());
  }

  @Test
  void aCheckpointOfAnotherTrainingIsRefused() {
    Kept adam = new Kept(null);
    train(SHORT, adam);
    TrainingOptions lbfgs = SHORT.toBuilder().solver(Solver.LBFGS).build();
    Kept other = new Kept(adam.all.get(0));
    assertEquals(
        "the checkpoint has no \"lbfgs.numbers\"; it belongs to another training",
        assertThrows(IllegalArgumentException.class, () -> train(lbfgs, other)).getMessage());
    Checkpoint shorter = new Checkpoint(adam.all.get(0).epochs()).put("state", new float[3]);
    assertEquals(
        "expected 83 values of \"state\" in the checkpoint, found 3; it belongs to another training",
        assertThrows(IllegalArgumentException.class, () -> train(SHORT, new Kept(shorter)))
            .getMessage());
  }
}
