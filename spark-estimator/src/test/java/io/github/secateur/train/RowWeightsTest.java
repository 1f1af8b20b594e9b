package io.github.secateur.train;

import static io.github.secateur.train.Fixtures.blobs;
import static io.github.secateur.train.Fixtures.mlp;
import static io.github.secateur.train.Fixtures.train;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.secateur.graph.Graph;
import io.github.secateur.optim.Solver;
import io.github.secateur.train.Fixtures.Rows;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RowWeightsTest {
  private static final Graph GRAPH = mlp(2, 6, 3);
  private static final TrainingOptions OPTIONS =
      TrainingOptions.builder().epochs(10).batchSize(1000).learningRate(0.02).build();

  /** The rows with weights 1, 2, 3, 1, 2, 3 … */
  private static Rows weighted(Rows rows) {
    float[] weights = new float[rows.size()];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = 1 + i % 3;
    }
    return rows.withWeights(weights);
  }

  private static Rows oversampled(Rows rows) {
    List<float[]> features = new ArrayList<>();
    List<Integer> labels = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      for (int copy = 0; copy < rows.weights()[i]; copy++) {
        features.add(rows.features()[i]);
        labels.add(rows.labels()[i]);
      }
    }
    return Fixtures.rows(
        features.toArray(float[][]::new), labels.stream().mapToInt(i -> i).toArray());
  }

  private static TrainingResult fit(Solver solver, Rows rows, Rows validation) {
    return train(
        GRAPH, OPTIONS.toBuilder().solver(solver).build(), rows.shards(2), validation.shards(2));
  }

  @Test
  void weightingEqualsOversampling() {
    Rows rows = weighted(blobs(90, 3, 0.5f, 1));
    Rows validation = weighted(blobs(60, 3, 0.5f, 2));
    for (Solver solver : List.of(Solver.SGD, Solver.ADAM, Solver.LBFGS)) {
      TrainingResult byWeight = fit(solver, rows, validation);
      TrainingResult bySampling = fit(solver, oversampled(rows), oversampled(validation));
      // full batches, because steps draw rows, not weights
      assertArrayEquals(bySampling.parameters(), byWeight.parameters(), 2e-3f, solver.toString());
      EpochRecord expected = bySampling.history().epochs().get(9);
      EpochRecord found = byWeight.history().epochs().get(9);
      assertEquals(expected.loss(), found.loss(), 1e-4, solver.toString());
      assertEquals(expected.validationLoss(), found.validationLoss(), 1e-4, solver.toString());
      assertEquals(
          expected.validationAccuracy(), found.validationAccuracy(), 1e-9, solver.toString());
    }
  }

  @Test
  void scalingAllWeightsChangesNothing() {
    Rows rows = weighted(blobs(90, 3, 0.5f, 1));
    Rows validation = blobs(60, 3, 0.5f, 2);
    TrainingOptions options =
        OPTIONS.toBuilder().batchSize(16).epochs(5).regularization(0.01).build();
    TrainingResult expected = train(GRAPH, options, rows.shards(2), validation.shards(1));
    TrainingResult times4 =
        train(GRAPH, options, rows.weighted(4).shards(2), validation.weighted(4).shards(1));
    assertArrayEquals(expected.parameters(), times4.parameters(), "a power of two changes no bit");
    for (float factor : new float[] {0.01f, 1000}) {
      TrainingResult found =
          train(
              GRAPH,
              options,
              rows.weighted(factor).shards(2),
              validation.weighted(factor).shards(1));
      assertArrayEquals(expected.parameters(), found.parameters(), 1e-4f);
      assertArrayEquals(
          expected.history().objectiveHistory(), found.history().objectiveHistory(), 1e-5);
    }
  }

  @Test
  void tinyWeightsSilenceOutliers() {
    Rows rows = blobs(90, 3, 0.2f, 1);
    int[] labels = rows.labels().clone();
    float[] weights = rows.weights().clone();
    for (int i = 0; i < 45; i++) {
      labels[i] = (labels[i] + 1) % 3;
      weights[i] = 1e-6f;
    }
    Rows spoiled = new Rows(rows.features(), labels, weights);
    TrainingOptions options =
        OPTIONS.toBuilder().batchSize(8).epochs(30).learningRate(0.05).build();
    TrainingResult result = train(GRAPH, options, spoiled.shards(2), List.of());
    EvaluationSum evaluation = Fixtures.evaluate(GRAPH, result.parameters(), blobs(90, 3, 0.2f, 2));
    assertTrue(evaluation.accuracy() > 0.97, evaluation.toString());
  }

  @Test
  void stepsWithoutWeightAreSkipped() {
    Rows rows = blobs(40, 2, 0.2f, 1);
    float[] weights = new float[40];
    weights[7] = 1;
    TrainingOptions options = OPTIONS.toBuilder().batchSize(4).epochs(3).build();
    TrainingResult result = train(GRAPH, options, rows.withWeights(weights).shards(1), List.of());
    for (float value : result.parameters()) {
      assertTrue(Float.isFinite(value));
    }
    assertTrue(result.history().objectiveHistory()[2] > 0);
  }

  @Test
  void rowsWithoutAnyWeightAreRefused() {
    Rows rows = blobs(40, 2, 0.2f, 1);
    Rows weightless = rows.withWeights(new float[40]);
    for (Solver solver : List.of(Solver.ADAM, Solver.LBFGS)) {
      Exception e = assertThrows(TrainingException.class, () -> fit(solver, weightless, rows));
      assertTrue(
          e.getMessage()
              .matches(
                  "the weights of the training rows must have a sum above 0, found 0(.0)?; check the weight column"),
          e.getMessage());
    }
    Exception e = assertThrows(TrainingException.class, () -> fit(Solver.ADAM, rows, weightless));
    assertTrue(e.getMessage().startsWith("the weights of the validation rows"), e.getMessage());
  }
}
