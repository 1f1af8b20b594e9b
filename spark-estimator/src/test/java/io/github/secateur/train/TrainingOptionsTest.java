package io.github.secateur.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.secateur.optim.AdamOptions;
import io.github.secateur.optim.LbfgsOptions;
import io.github.secateur.optim.ScheduleOptions;
import io.github.secateur.optim.SgdOptions;
import io.github.secateur.optim.Solver;
import io.github.secateur.train.TrainingOptions.Builder;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("text")
class TrainingOptionsTest {

  @Test
  void builderStartsFromTheDefaults() {
    assertEquals(TrainingOptions.DEFAULTS, TrainingOptions.builder().build());
  }

  @Test
  void builderSetsEveryOption() {
    TrainingOptions expected =
        new TrainingOptions(
            Solver.SGD,
            1,
            2,
            10,
            3,
            ScheduleOptions.named("step"),
            new SgdOptions(0.5, true),
            new AdamOptions(0.5, 0.5, 1),
            new LbfgsOptions(3),
            4,
            5,
            6,
            7,
            ValidationMetric.ACCURACY,
            ClassWeights.BALANCED,
            0.5,
            10,
            8,
            false,
            false,
            9);
    TrainingOptions built =
        TrainingOptions.builder()
            .solver(Solver.SGD)
            .epochs(1)
            .batchSize(2)
            .localSteps(10)
            .learningRate(3)
            .schedule(ScheduleOptions.named("step"))
            .sgd(new SgdOptions(0.5, true))
            .adam(new AdamOptions(0.5, 0.5, 1))
            .lbfgs(new LbfgsOptions(3))
            .regularization(4)
            .tolerance(5)
            .patience(6)
            .minDelta(7)
            .validationMetric(ValidationMetric.ACCURACY)
            .classWeights(ClassWeights.BALANCED)
            .labelSmoothing(0.5)
            .gradientClipNorm(10)
            .seed(8)
            .backwardPruning(false)
            .folding(false)
            .foldingBudget(9)
            .build();
    assertEquals(expected, built);
    assertEquals(built, built.toBuilder().build());
  }

  @Test
  void optionsOutOfRangeAreRefused() {
    refused("epochs must be at least 0, found -1; a usual value is 20", b -> b.epochs(-1));
    refused("batchSize must be at least 1, found 0; a usual value is 256", b -> b.batchSize(0));
    refused(
        "localSteps must be at least 1, found 0; a usual value is 1 or 8", b -> b.localSteps(0));
    refused(
        "learningRate must be above 0, found NaN; a usual value is 1e-3",
        b -> b.learningRate(Double.NaN));
    refused(
        "learningRate must be above 0, found Infinity; a usual value is 1e-3",
        b -> b.learningRate(Double.POSITIVE_INFINITY));
    refused(
        "regularization must be at least 0, found -1.0; a usual value is 0 or 1e-4",
        b -> b.regularization(-1));
    refused(
        "tolerance must be at least 0, found -0.5; a usual value is 1e-6", b -> b.tolerance(-0.5));
    refused("patience must be at least 0, found -2; a usual value is 5", b -> b.patience(-2));
    refused(
        "foldingBudget must be above 0, found 0.0; a usual value is 16", b -> b.foldingBudget(0));
    refused(
        "labelSmoothing must be in [0, 1), found 1.0; a usual value is 0.1",
        b -> b.labelSmoothing(1));
    refused(
        "gradientClipNorm must be at least 0, found -1.0; a usual value is 1",
        b -> b.gradientClipNorm(-1));
    refused(
        "minDelta must be at least 0, found NaN; a usual value is 0", b -> b.minDelta(Double.NaN));
  }

  private static void refused(String message, UnaryOperator<Builder> change) {
    Builder builder = change.apply(TrainingOptions.builder());
    Exception e = assertThrows(IllegalArgumentException.class, builder::build);
    assertEquals(message, e.getMessage());
  }
}
