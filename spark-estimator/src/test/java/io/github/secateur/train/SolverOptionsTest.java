package io.github.secateur.train;

import static io.github.secateur.train.Fixtures.add;
import static io.github.secateur.train.Fixtures.blobs;
import static io.github.secateur.train.Fixtures.evaluate;
import static io.github.secateur.train.Fixtures.mlp;
import static io.github.secateur.train.Fixtures.train;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.secateur.graph.Attributes;
import io.github.secateur.graph.Graph;
import io.github.secateur.graph.OperatorType;
import io.github.secateur.graph.Padding;
import io.github.secateur.graph.Parameter;
import io.github.secateur.graph.Shape;
import io.github.secateur.optim.ScheduleOptions;
import io.github.secateur.optim.SgdOptions;
import io.github.secateur.optim.Solver;
import io.github.secateur.plan.TrainableLayout;
import io.github.secateur.train.Fixtures.Rows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Schedule "plateau", gradient clipping, validation metric, label smoothing, in a training. */
class SolverOptionsTest {
  private static final Rows ROWS = blobs(100, 3, 0.8f, 1);

  // ---- plateau ---------------------------------------------------------------------------------

  private static final ScheduleOptions PLATEAU = new ScheduleOptions("plateau", 1, 0.5, 2, 0, 0.1);

  private static double[] factors(TrainingOptions options, EpochRecord... epochs) {
    double[] factors = new double[epochs.length + 1];
    for (int i = 0; i <= epochs.length; i++) {
      factors[i] = Plateau.factor(List.of(epochs).subList(0, i), options);
    }
    return factors;
  }

  private static EpochRecord epoch(double loss, double validationLoss, double accuracy) {
    return new EpochRecord(1, loss, validationLoss, accuracy, 0.1, 1, 1);
  }

  private static EpochRecord epoch(double loss) {
    return epoch(loss, Double.NaN, Double.NaN);
  }

  @Test
  void ratesDropAfterEpochsWithoutImprovementDownToTheLowest() {
    TrainingOptions options = TrainingOptions.builder().schedule(PLATEAU).build();
    assertArrayEquals(
        new double[] {1, 1, 1, 0.5, 0.5, 0.5, 0.25, 0.25, 0.125, 0.125, 0.1},
        factors(
            options,
            epoch(5),
            epoch(5), // no better
            epoch(6), // twice: a drop
            epoch(4), // better
            epoch(4),
            epoch(Double.NaN), // a drop; counting begins anew
            epoch(4),
            epoch(4), // a drop
            epoch(4),
            epoch(4))); // a drop to the lowest
  }

  @Test
  void anImprovementMustExceedMinDelta() {
    TrainingOptions options = TrainingOptions.builder().schedule(PLATEAU).minDelta(0.5).build();
    assertArrayEquals(
        new double[] {1, 1, 1, 0.5, 0.5},
        factors(options, epoch(5), epoch(4.8), epoch(4.6), epoch(4.4)));
  }

  @Test
  void withValidationRowsTheirMetricCounts() {
    EpochRecord[] epochs = {epoch(5, 3, 0.5), epoch(4, 3, 0.6), epoch(3, 3, 0.7)};
    TrainingOptions options = TrainingOptions.builder().schedule(PLATEAU).build();
    assertArrayEquals(new double[] {1, 1, 1, 0.5}, factors(options, epochs));
    TrainingOptions byAccuracy =
        options.toBuilder().validationMetric(ValidationMetric.ACCURACY).build();
    assertArrayEquals(new double[] {1, 1, 1, 1}, factors(byAccuracy, epochs));
  }

  @Test
  void otherSchedulesHaveNoPlateaus() {
    assertArrayEquals(
        new double[] {1, 1, 1, 1}, factors(TrainingOptions.DEFAULTS, epoch(5), epoch(5), epoch(5)));
  }

  @Test
  void aTrainingFollowsItsPlateaus() {
    TrainingOptions options =
        TrainingOptions.builder()
            .epochs(30)
            .batchSize(10)
            .learningRate(0.3)
            .schedule(PLATEAU)
            .patience(0)
            .tolerance(0)
            .build();
    List<EpochRecord> epochs =
        train(mlp(2, 8, 3), options, ROWS.shards(2), blobs(50, 3, 0.8f, 2).shards(1))
            .history()
            .epochs();
    double rate = 0.3;
    double best = Double.POSITIVE_INFINITY;
    int worse = 0;
    for (EpochRecord epoch : epochs) {
      assertEquals(rate, epoch.learningRate(), 1e-12, "epoch " + epoch.epoch());
      worse = epoch.validationLoss() < best ? 0 : worse + 1;
      best = Math.min(best, epoch.validationLoss());
      if (worse == 2) {
        rate = Math.max(rate / 2, 0.03);
        worse = 0;
      }
    }
    assertEquals(0.03, rate, "30 epochs are enough to arrive at the lowest rate");
  }

  // ---- gradient clipping -----------------------------------------------------------------------

  @Test
  void normIsThatOfAllValues() {
    Random random = new Random(1);
    for (int count : new int[] {0, 1, 2, 3, 4, 5, 7, 8, 1023}) {
      float[] gradient = new float[count + 2]; // two more that do not count
      double squares = 0;
      for (int i = 0; i < gradient.length; i++) {
        gradient[i] = (float) random.nextGaussian();
        squares += i < count ? Math.pow(gradient[i], 2) : 0;
      }
      assertEquals(Math.sqrt(squares), GradientClipping.norm(gradient, count), 1e-12 * count);
    }
    assertEquals(1e30 * Math.sqrt(2), GradientClipping.norm(new float[] {1e30f, 1e30f}, 2), 1e24);
  }

  @Test
  void longGradientsAreScaledDownAndShortOnesStay() {
    float[] gradient = {3, 4, 12, 100};
    GradientClipping.clip(gradient, 3, 6.5);
    assertArrayEquals(new float[] {1.5f, 2, 6, 100}, gradient);
    GradientClipping.clip(gradient, 3, 6.5);
    assertArrayEquals(new float[] {1.5f, 2, 6, 100}, gradient);
    GradientClipping.clip(gradient, 3, 0);
    assertArrayEquals(new float[] {1.5f, 2, 6, 100}, gradient);
  }

  @Test
  void stepFollowsTheClippedGradientWithItsPenalty() {
    Graph graph = mlp(1, 2); // kernel 2, bias 2
    float[] values = {1, 2, 3, 4};
    TrainingOptions options =
        TrainingOptions.builder()
            .solver(Solver.SGD)
            .sgd(new SgdOptions(0, false))
            .learningRate(1)
            .regularization(0.5)
            .gradientClipNorm(1)
            .build();
    TrainingState state =
        new TrainingState(graph, TrainableLayout.of(graph), values.clone(), options, 1, 1);
    // mean (2, 4, 6, 8), with the penalty's gradient (2.5, 5, 6, 8)
    state.apply(new Step(0, 0, 1), new GradientSum(new float[] {4, 8, 12, 16}, 20, 2, 2));
    double norm = Math.sqrt(2.5 * 2.5 + 25 + 36 + 64);
    assertArrayEquals(
        new float[] {
          (float) (1 - 2.5 / norm),
          (float) (2 - 5 / norm),
          (float) (3 - 6 / norm),
          (float) (4 - 8 / norm)
        },
        state.values(),
        1e-6f);
  }

  @Test
  void clippingKeepsATrainingFromFlyingOff() {
    Rows steep = blobs(60, 3, 0.2f, 1);
    for (float[] row : steep.features()) {
      row[0] *= 1000;
      row[1] *= 1000;
    }
    TrainingOptions options =
        TrainingOptions.builder()
            .solver(Solver.SGD)
            .epochs(3)
            .batchSize(10)
            .learningRate(0.01)
            .gradientClipNorm(0.1)
            .build();
    Graph graph = mlp(2, 3);
    float[] initial = Fixtures.initialParameters(graph, 1);
    float[] clipped = train(graph, options, steep.shards(2), List.of()).parameters();
    // momentum 0.9 adds up to 10 steps of at most 0.001; 18 steps
    double moved = 0;
    for (int i = 0; i < initial.length; i++) {
      moved += Math.pow(clipped[i] - initial[i], 2);
    }
    assertTrue(Math.sqrt(moved) <= 18 * 0.01, "moved by " + Math.sqrt(moved));
    assertTrue(moved > 0);
  }

  // ---- L2 penalty ------------------------------------------------------------------------------

  @ParameterizedTest
  @EnumSource(names = {"SGD", "ADAM", "ADAMW"})
  void penaltyTouchesTheKernelsOfTrainedLayersAlone(Solver solver) {
    Graph.Builder builder = Graph.builder("input", Shape.of(4, 4, 1));
    add(
        builder,
        OperatorType.CONV2D,
        new Attributes.Conv2d(2, 3, 3, 1, Padding.SAME, 1, true),
        false);
    add(builder, OperatorType.BATCH_NORM, new Attributes.BatchNorm(0.9f, 1e-5f), false);
    add(builder, OperatorType.RESHAPE, new Attributes.Reshape(Shape.of(32)), false);
    add(builder, OperatorType.DENSE, new Attributes.Dense(5, true), true);
    Graph graph = add(builder, OperatorType.DENSE, new Attributes.Dense(3, true), false).build();
    TrainableLayout layout = TrainableLayout.of(graph);
    float[] values = new float[layout.stateLength()];
    Arrays.fill(values, 1);
    TrainingOptions options =
        TrainingOptions.builder().solver(solver).learningRate(0.1).regularization(0.5).build();
    TrainingState state = new TrainingState(graph, layout, values, options, 1, 1);
    state.apply(new Step(0, 0, 1), new GradientSum(new float[values.length], 1, 1, 1));
    int kernels = 0;
    for (TrainableLayout.Slot slot : layout.slots()) {
      boolean kernel = slot.parameter().role() == Parameter.Role.KERNEL;
      kernels += kernel ? 1 : 0;
      for (int i = 0; i < slot.parameter().size() && slot.parameter().isTrainable(); i++) {
        float value = state.values()[slot.stateOffset() + i];
        assertEquals(!kernel, value == 1, slot.parameter().name() + " became " + value);
      }
    }
    assertEquals(2, kernels, "the frozen one is not in the state");
  }

  // ---- validation metric -----------------------------------------------------------------------

  @ParameterizedTest
  @EnumSource(names = {"ADAM", "LBFGS"})
  void theEpochWithTheBestAccuracyIsKept(Solver solver) {
    Rows few = blobs(40, 3, 0.9f, 1);
    Rows validation = blobs(200, 3, 0.9f, 2);
    Graph graph = mlp(2, 16, 3);
    TrainingOptions options =
        TrainingOptions.builder()
            .solver(solver)
            .epochs(60)
            .batchSize(5)
            .learningRate(0.02)
            .patience(6)
            .validationMetric(ValidationMetric.ACCURACY)
            .build();
    History history = train(graph, options, few.shards(2), validation.shards(1)).history();
    List<Double> accuracies = new ArrayList<>();
    history.epochs().forEach(epoch -> accuracies.add(epoch.validationAccuracy()));
    double best = accuracies.stream().max(Double::compare).get();
    assertEquals(accuracies.indexOf(best) + 1, history.bestEpoch());
    assertEquals(StopReason.PATIENCE, history.stopReason());
    assertEquals(history.bestEpoch() + 6, accuracies.size());
    float[] kept = train(graph, options, few.shards(2), validation.shards(1)).parameters();
    assertEquals(best, evaluate(graph, kept, validation).accuracy());
    // by loss, another epoch is the best
    History byLoss =
        train(
                graph,
                options.toBuilder().validationMetric(ValidationMetric.LOSS).build(),
                few.shards(2),
                validation.shards(1))
            .history();
    assertTrue(byLoss.bestEpoch() != history.bestEpoch(), "both choose " + byLoss.bestEpoch());
  }

  @Test
  void metricsAreFoundByName() {
    for (ValidationMetric metric : ValidationMetric.values()) {
      assertEquals(metric, ValidationMetric.parse(metric.label()));
    }
    assertEquals(
        "validation metric must be one of [loss, accuracy], found \"f1\"",
        assertThrows(IllegalArgumentException.class, () -> ValidationMetric.parse("f1"))
            .getMessage());
  }

  // ---- label smoothing -------------------------------------------------------------------------

  @Test
  void smoothedLabelsKeepTheNetworkFromCertainty() {
    Rows rows = blobs(60, 3, 0.05f, 1);
    TrainingOptions options =
        TrainingOptions.builder()
            .solver(Solver.LBFGS)
            .epochs(200)
            .labelSmoothing(0.3)
            .tolerance(0)
            .build();
    TrainingResult result = train(mlp(2, 16, 3), options, rows.shards(2), List.of());
    double[] losses = result.history().objectiveHistory();
    // the lowest loss that there is: the entropy of the targets 0.8, 0.1, 0.1
    double entropy = -(0.8 * Math.log(0.8) + 0.2 * Math.log(0.1));
    assertEquals(entropy, losses[losses.length - 1], 1e-3);
    // and there the probability of the label is 0.8
    assertEquals(-Math.log(0.8), evaluate(mlp(2, 16, 3), result.parameters(), rows).loss(), 1e-2);
  }
}
