package io.github.secateur.train;

import static io.github.secateur.train.Fixtures.add;
import static io.github.secateur.train.Fixtures.blobs;
import static io.github.secateur.train.Fixtures.dense;
import static io.github.secateur.train.Fixtures.engines;
import static io.github.secateur.train.Fixtures.evaluate;
import static io.github.secateur.train.Fixtures.mlp;
import static io.github.secateur.train.Fixtures.tanh;
import static io.github.secateur.train.Fixtures.train;
import static io.github.secateur.train.Fixtures.vectors;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.secateur.engine.Engine;
import io.github.secateur.graph.Attributes;
import io.github.secateur.graph.Graph;
import io.github.secateur.graph.OperatorType;
import io.github.secateur.optim.Solver;
import io.github.secateur.train.Fixtures.Rows;
import java.util.List;
import org.junit.jupiter.api.Test;

class LbfgsTrainingTest {
  private static final TrainingOptions OPTIONS =
      TrainingOptions.builder().solver(Solver.LBFGS).epochs(100).tolerance(1e-8).build();

  /** Returns the probabilities of the classes for one row. */
  private static double[] probabilities(Graph graph, float[] parameters, float... row) {
    Engine engine = engines(graph, 1).get();
    System.arraycopy(row, 0, engine.input(), engine.inputOffset(), row.length);
    engine.forward(parameters, 1);
    double[] result = new double[graph.output().shape().size()];
    double sum = 0;
    for (int c = 0; c < result.length; c++) {
      result[c] = Math.exp(engine.output()[engine.outputOffset() + c]);
      sum += result[c];
    }
    for (int c = 0; c < result.length; c++) {
      result[c] /= sum;
    }
    return result;
  }

  @Test
  void contradictoryRowsGiveCalibratedProbabilities() {
    // at (0, 0) and at (1, 1) rows disagree; the best probabilities are their frequencies
    float[][] features = new float[20][2];
    int[] labels = new int[20];
    for (int i = 0; i < 20; i++) {
      int corner = i / 10;
      features[i] = new float[] {corner, corner};
      int place = i % 10;
      labels[i] =
          corner == 0 ? (place < 2 ? 0 : place < 5 ? 1 : 2) : (place < 7 ? 0 : place < 8 ? 1 : 2);
    }
    Rows rows = Fixtures.rows(features, labels);
    for (Graph graph : List.of(mlp(2, 3), mlp(2, 5, 3))) {
      TrainingResult result = train(graph, OPTIONS, rows.shards(3), List.of());
      double[] atZero = probabilities(graph, result.parameters(), 0, 0);
      double[] atOne = probabilities(graph, result.parameters(), 1, 1);
      double[] expectedAtZero = {0.2, 0.3, 0.5};
      double[] expectedAtOne = {0.7, 0.1, 0.2};
      for (int c = 0; c < 3; c++) {
        assertEquals(expectedAtZero[c], atZero[c], 1e-3);
        assertEquals(expectedAtOne[c], atOne[c], 1e-3);
      }
    }
  }

  @Test
  void penaltyMakesTheMinimumUniqueAndItsGradientVanish() {
    // logistic regression on one feature: the loss's stationary point is checked by differences
    Rows rows = Fixtures.rows(new float[][] {{-1}, {-0.5f}, {0.5f}, {1}}, 0, 1, 0, 1);
    Graph graph = mlp(1, 2);
    TrainingOptions options = OPTIONS.toBuilder().regularization(0.1).tolerance(0).build();
    TrainingResult result = train(graph, options, rows.shards(2), List.of());
    double atMinimum = penalized(graph, result.parameters(), rows, 0.1);
    for (int i = 0; i < graph.parameterCount(); i++) {
      for (float change : new float[] {-0.05f, 0.05f}) {
        float[] moved = result.parameters().clone();
        moved[i] += change;
        assertTrue(penalized(graph, moved, rows, 0.1) > atMinimum, "parameter " + i);
      }
    }
    List<EpochRecord> epochs = result.history().epochs();
    assertEquals(atMinimum, epochs.get(epochs.size() - 1).loss(), 1e-6);
    assertEquals(-result.parameters()[0], result.parameters()[1], 1e-3, "kernels are opposite");
  }

  private static double penalized(Graph graph, float[] parameters, Rows rows, double lambda) {
    double squares = parameters[0] * parameters[0] + parameters[1] * parameters[1];
    return evaluate(graph, parameters, rows).loss() + lambda / 2 * squares;
  }

  @Test
  void lossFallsAtEachIterationAndIterationsAreLimited() {
    TrainingResult result =
        train(
            mlp(2, 8, 3),
            OPTIONS.toBuilder().epochs(15).build(),
            blobs(200, 3, 0.6f, 1).shards(2),
            List.of());
    double[] losses = result.history().objectiveHistory();
    assertEquals(15, losses.length);
    assertEquals(StopReason.EPOCHS, result.history().stopReason());
    for (int i = 1; i < losses.length; i++) {
      assertTrue(losses[i] < losses[i - 1]);
    }
  }

  @Test
  void patienceStopsAndRestoresTheBestIteration() {
    Rows rows = blobs(30, 3, 1.2f, 1);
    Rows validation = blobs(300, 3, 1.2f, 2);
    Graph graph = mlp(2, 24, 3);
    TrainingOptions options = OPTIONS.toBuilder().epochs(200).patience(3).build();
    TrainingResult result = train(graph, options, rows.shards(2), validation.shards(1));
    History history = result.history();
    assertEquals(StopReason.PATIENCE, history.stopReason());
    assertEquals(history.epochs().size() - 3, history.bestEpoch());
    double best = history.epochs().get(history.bestEpoch() - 1).validationLoss();
    assertEquals(best, evaluate(graph, result.parameters(), validation).loss(), 1e-6);
    assertTrue(history.epochs().stream().allMatch(epoch -> epoch.validationLoss() >= best));
  }

  @Test
  void dropoutAndBatchNormalizationTrainTogether() {
    Graph.Builder builder = tanh(dense(vectors(2), 16));
    add(builder, OperatorType.BATCH_NORM, new Attributes.BatchNorm(0.5f, 1e-5f), false);
    add(builder, OperatorType.DROPOUT, new Attributes.Dropout(0.2f), false);
    Graph graph = dense(builder, 3).build();
    TrainingResult result =
        train(
            graph,
            OPTIONS.toBuilder().epochs(30).build(),
            blobs(300, 3, 0.3f, 1).shards(2),
            List.of());
    EvaluationSum evaluation = evaluate(graph, result.parameters(), blobs(300, 3, 0.3f, 2));
    assertTrue(evaluation.accuracy() > 0.97, evaluation.toString());
    int mean = graph.operator(3).parameter("mean").offset();
    assertNotEquals(0, result.parameters()[mean], "running statistics have moved");
  }
}
