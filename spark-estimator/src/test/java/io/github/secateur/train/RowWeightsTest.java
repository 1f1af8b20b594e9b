package io.github.secateur.train;

import static io.github.secateur.train.Fixtures.blobs;
import static io.github.secateur.train.Fixtures.mlp;
import static io.github.secateur.train.Fixtures.train;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.secateur.graph.Graph;
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
import org.junit.jupiter.params.provider.ValueSource;

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
  void stepsWithoutWeightGoOn() {
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

  /**
   * A few rows weigh as much as all others together. Most steps have none of them, so a step that
   * divided by the weight of its own rows would count them for little.
   */
  @ParameterizedTest
  @ValueSource(ints = {1, 4})
  void minibatchesConvergeToTheMinimumThatLbfgsFinds(int localSteps) {
    int count = 2000;
    Random random = new Random(3);
    float[][] features = new float[count][1];
    int[] labels = new int[count];
    float[] weights = new float[count];
    for (int i = 0; i < count; i++) {
      boolean rare = i % 100 == 7;
      labels[i] = rare ? 1 : 0;
      features[i][0] = (float) (random.nextGaussian() + (rare ? 0.8 : 0));
      weights[i] = rare ? 99 : 1;
    }
    Rows rows = new Rows(features, labels, weights);
    Graph graph = mlp(1, 2);
    TrainingOptions options = TrainingOptions.builder().epochs(60).regularization(0.01).build();
    TrainingResult exact =
        train(graph, options.toBuilder().solver(Solver.LBFGS).build(), rows.shards(2), List.of());
    TrainingResult steps =
        train(
            graph,
            options.toBuilder()
                .batchSize(20)
                .localSteps(localSteps)
                .learningRate(0.01)
                .schedule(ScheduleOptions.named("cosine"))
                .build(),
            rows.shards(2),
            List.of());
    double expected = rareProbability(graph, exact, features, labels);
    assertTrue(expected > 0.5, "L-BFGS finds " + expected);
    assertEquals(expected, rareProbability(graph, steps, features, labels), 0.03);
    double[] losses = steps.history().objectiveHistory();
    assertTrue(losses[59] < losses[0], Arrays.toString(losses));
  }

  /** Returns the mean probability of class 1 for the rows of class 1. */
  private static double rareProbability(
      Graph graph, TrainingResult result, float[][] features, int[] labels) {
    float[] p = result.parameters(); // kernel [1 x 2], bias [2]
    assertEquals(4, p.length, graph.toString());
    double sum = 0;
    int count = 0;
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] == 1) {
        double margin = (p[1] - p[0]) * features[i][0] + p[3] - p[2];
        sum += 1 / (1 + Math.exp(-margin));
        count++;
      }
    }
    return sum / count;
  }

  /** All steps of an epoch, from one state, have the whole loss and its gradient as their mean. */
  @ParameterizedTest
  @ValueSource(doubles = {0, 0.1})
  void stepsAreInTheMeanTheWholeBatch(double labelSmoothing) {
    Rows rows = weighted(blobs(96, 3, 0.5f, 1));
    TrainingOptions options =
        OPTIONS.toBuilder()
            .solver(Solver.SGD)
            .sgd(new SgdOptions(0, false))
            .learningRate(1)
            .regularization(0.1)
            .labelSmoothing(labelSmoothing)
            .classWeights(ClassWeights.of(0.2, 1, 5))
            .build();
    TrainableLayout layout = TrainableLayout.of(GRAPH);
    float[] initial = Fixtures.initialParameters(GRAPH, 1);
    float[] start = new float[layout.stateLength()];
    layout.gather(initial, start);
    try (LocalRounds rounds =
        LocalRounds.of(GRAPH, initial, options, rows.shards(2), List.of(), 64, 1)) {
      double mean = rounds.weightSum() / rounds.rows();
      TrainingState whole = new TrainingState(GRAPH, layout, start.clone(), options, 1, mean);
      double loss = whole.apply(new Step(0, 0, 1), rounds.fullGradient(start)).loss();
      double[] moves = new double[start.length];
      double losses = 0;
      for (int i = 0; i < 8; i++) {
        TrainingState one = new TrainingState(GRAPH, layout, start.clone(), options, 8, mean);
        Step step = new Step(0, i, 8);
        losses += one.apply(step, rounds.gradient(start, step)).loss();
        for (int j = 0; j < start.length; j++) {
          moves[j] += one.values()[j] - start[j];
        }
      }
      assertEquals(loss, losses / 8, 1e-6);
      for (int j = 0; j < start.length; j++) {
        assertEquals(whole.values()[j] - start[j], moves[j] / 8, 1e-5);
      }
    }
  }

  @Test
  void weightsThatFloatsCannotAddAreRefused() {
    Rows rows = blobs(40, 2, 0.2f, 1);
    float[] weights = rows.weights().clone();
    weights[7] = 3e38f;
    for (Solver solver : List.of(Solver.ADAM, Solver.LBFGS)) {
      Exception e =
          assertThrows(TrainingException.class, () -> fit(solver, rows.withWeights(weights), rows));
      assertEquals(
          "the weights of the training rows must have a sum from 1.0E-30 to 1.0E30, since float32"
              + " numbers end soon beyond, found 3.0000000054977558E38; check the weight column and"
              + " the class weights for a number that is out of place, or multiply all weights by"
              + " one number, which changes nothing else",
          e.getMessage());
    }
    Exception e =
        assertThrows(TrainingException.class, () -> fit(Solver.ADAM, rows, rows.weighted(1e-35f)));
    assertTrue(
        e.getMessage().startsWith("the weights of the validation rows must"), e.getMessage());
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
                  "the weights of the training rows must have a sum above 0, found 0(.0)?; check"
                      + " the weight column"),
          e.getMessage());
    }
    Exception e = assertThrows(TrainingException.class, () -> fit(Solver.ADAM, rows, weightless));
    assertTrue(e.getMessage().startsWith("the weights of the validation rows"), e.getMessage());
  }
}
