package io.github.secateur.train;

import static io.github.secateur.train.Fixtures.blobs;
import static io.github.secateur.train.Fixtures.mlp;
import static io.github.secateur.train.Fixtures.train;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.secateur.graph.Graph;
import io.github.secateur.optim.Solver;
import io.github.secateur.train.Fixtures.Rows;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ClassWeightsTest {
  private static final Graph GRAPH = mlp(2, 6, 3);
  private static final Rows ROWS = uneven(100, 1);
  private static final Rows VALIDATION = uneven(40, 2);

  /** Many rows of class 0, few of class 2, with weights 1, 1.5, 2. */
  private static Rows uneven(int count, long seed) {
    Rows rows = blobs(count, 3, 0.5f, seed);
    int[] labels = rows.labels().clone();
    float[] weights = new float[count];
    for (int i = 0; i < count; i++) {
      labels[i] = i % 10 == 0 ? 2 : i % 3 == 0 ? 1 : 0;
      weights[i] = 1 + i % 3 * 0.5f;
    }
    return new Rows(rows.features(), labels, weights);
  }

  private static Rows times(Rows rows, double... classWeights) {
    float[] weights = new float[rows.size()];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = (float) (rows.weights()[i] * classWeights[rows.labels()[i]]);
    }
    return rows.withWeights(weights);
  }

  private static TrainingOptions options(Solver solver, ClassWeights weights) {
    return TrainingOptions.builder()
        .solver(solver)
        .epochs(4)
        .batchSize(30)
        .regularization(0.01)
        .classWeights(weights)
        .build();
  }

  private static void sameBits(TrainingResult expected, TrainingResult found) {
    assertArrayEquals(expected.parameters(), found.parameters());
    for (int i = 0; i < expected.history().epochs().size(); i++) {
      EpochRecord expectedEpoch = expected.history().epochs().get(i);
      EpochRecord foundEpoch = found.history().epochs().get(i);
      assertEquals(expectedEpoch.loss(), foundEpoch.loss());
      assertEquals(expectedEpoch.validationLoss(), foundEpoch.validationLoss());
      assertEquals(expectedEpoch.validationAccuracy(), foundEpoch.validationAccuracy());
    }
  }

  @ParameterizedTest
  @EnumSource
  void classWeightsGiveTheBitsOfRowsThatWeighAsMuch(Solver solver) {
    double[] weights = {0.1, 0.7, 3};
    TrainingResult byClass =
        train(
            GRAPH, options(solver, ClassWeights.of(weights)), ROWS.shards(3), VALIDATION.shards(2));
    TrainingResult byRow =
        train(
            GRAPH,
            options(solver, ClassWeights.NONE),
            times(ROWS, weights).shards(3),
            times(VALIDATION, weights).shards(2));
    sameBits(byRow, byClass);
    TrainingResult plain =
        train(GRAPH, options(solver, ClassWeights.NONE), ROWS.shards(3), VALIDATION.shards(2));
    assertFalse(Arrays.equals(plain.parameters(), byClass.parameters()));
  }

  @ParameterizedTest
  @EnumSource
  void balancedWeightsFollowFromTheTrainingRows(Solver solver) {
    double[] sums = new double[3];
    for (int i = 0; i < ROWS.size(); i++) {
      sums[ROWS.labels()[i]] += ROWS.weights()[i];
    }
    double total = sums[0] + sums[1] + sums[2];
    double[] weights = {total / (3 * sums[0]), total / (3 * sums[1]), total / (3 * sums[2])};
    TrainingResult balanced =
        train(GRAPH, options(solver, ClassWeights.BALANCED), ROWS.shards(3), VALIDATION.shards(2));
    TrainingResult byRow =
        train(
            GRAPH,
            options(solver, ClassWeights.NONE),
            times(ROWS, weights).shards(3),
            times(VALIDATION, weights).shards(2));
    sameBits(byRow, balanced);
  }

  /** compute_class_weight("balanced", classes=[0, 1, 2], y=[0, 0, 0, 1, 1, 2]) of scikit-learn. */
  @Test
  void balancedWeightsAreThoseOfScikitLearn() {
    Rows rows = Fixtures.rows(new float[6][1], 0, 0, 0, 1, 1, 2);
    assertEquals(
        List.of(6 / 9.0, 6 / 6.0, 6 / 3.0),
        ClassWeights.BALANCED.resolve(rows.shards(2), 3).values());
  }

  @Test
  void aClassWithoutRowsDoesNotCount() {
    assertEquals(List.of(2.0, 1.0, 2 / 3.0), ClassWeights.resolve(new double[] {1, 0, 3}).values());
  }

  @Test
  void sumsCoverShardsOfAnyLength() {
    float[][] features = new float[10_000][1];
    int[] labels = new int[10_000];
    Arrays.fill(labels, 4_096, 10_000, 1);
    double[] sums = ClassWeights.sums(Fixtures.rows(features, labels).shards(1).get(0), 2);
    assertArrayEquals(new double[] {4_096, 5_904}, sums);
  }

  @Test
  void badWeightsAreRefused() {
    assertEquals(
        "class weights must be finite and at least 0, found [1.0, -1.0]",
        assertThrows(IllegalArgumentException.class, () -> ClassWeights.of(1, -1)).getMessage());
    assertEquals(
        "at least one class weight must be above 0, found [0.0, 0.0]",
        assertThrows(IllegalArgumentException.class, () -> ClassWeights.of(0, 0)).getMessage());
    TrainingOptions two = options(Solver.ADAM, ClassWeights.of(1, 2));
    assertEquals(
        "expected a class weight for each of the 3 classes of the network, found 2",
        assertThrows(
                IllegalArgumentException.class, () -> train(GRAPH, two, ROWS.shards(1), List.of()))
            .getMessage());
    TrainingOptions unresolved = options(Solver.ADAM, ClassWeights.BALANCED);
    assertEquals(
        "balanced class weights must be resolved first",
        assertThrows(IllegalStateException.class, unresolved::crossEntropy).getMessage());
  }
}
