package io.github.secateur.train;

import static io.github.secateur.train.Fixtures.add;
import static io.github.secateur.train.Fixtures.blobs;
import static io.github.secateur.train.Fixtures.dense;
import static io.github.secateur.train.Fixtures.initialParameters;
import static io.github.secateur.train.Fixtures.mlp;
import static io.github.secateur.train.Fixtures.tanh;
import static io.github.secateur.train.Fixtures.vectors;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.secateur.graph.Attributes;
import io.github.secateur.graph.Graph;
import io.github.secateur.graph.OperatorType;
import io.github.secateur.optim.IndexRange;
import io.github.secateur.optim.SgdOptions;
import io.github.secateur.optim.Solver;
import io.github.secateur.plan.TrainableLayout;
import io.github.secateur.train.Fixtures.Rows;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class TrainingStateTest {
  private static final TrainingOptions PLAIN_SGD =
      TrainingOptions.builder().solver(Solver.SGD).sgd(new SgdOptions(0, false)).build();

  private static TrainingState state(Graph graph, float[] values, TrainingOptions options) {
    return state(graph, values, options, 1);
  }

  private static TrainingState state(
      Graph graph, float[] values, TrainingOptions options, double meanWeight) {
    return new TrainingState(graph, TrainableLayout.of(graph), values, options, 2, meanWeight);
  }

  @Test
  void stepFollowsTheMeanGradientPlusThePenaltysOnKernelsAlone() {
    Graph graph = mlp(1, 2); // kernel 2, bias 2
    float[] values = {1, 2, 3, 4};
    TrainingOptions options = PLAIN_SGD.toBuilder().learningRate(0.5).regularization(0.25).build();
    TrainingState state = state(graph, values, options, 2);
    StepRecord record =
        state.apply(new Step(0, 0, 2), new GradientSum(new float[] {4, 8, 12, 16}, 20, 4, 2));
    assertArrayEquals(
        new float[] {
          1 - 0.5f * (1 + 0.25f * 1), 2 - 0.5f * (2 + 0.25f * 2), 3 - 0.5f * 3, 4 - 0.5f * 4
        },
        state.values());
    assertEquals(20.0 / 4 + 0.25 / 2 * (1 + 4), record.loss());
    assertEquals(0.5, record.learningRate());
    assertEquals(2, record.rows());
  }

  @Test
  void adamWDecaysKernelsAndReportsTheLossAlone() {
    Graph graph = mlp(1, 2);
    TrainingOptions options =
        TrainingOptions.builder()
            .solver(Solver.ADAMW)
            .learningRate(0.5)
            .regularization(0.25)
            .build();
    TrainingState state = state(graph, new float[] {1, 2, 3, 4}, options);
    StepRecord record = state.apply(new Step(0, 0, 2), new GradientSum(new float[4], 20, 4, 4));
    assertArrayEquals(new float[] {0.875f, 1.75f, 3, 4}, state.values());
    assertEquals(5, record.loss());
  }

  @Test
  void epochLossIsTheMeanOverAllRowsByWeight() {
    TrainingState state = state(mlp(1, 2), new float[4], PLAIN_SGD, 2);
    state.apply(new Step(0, 0, 2), new GradientSum(new float[4], 9, 3, 1));
    assertEquals(4.5, state.epochLoss(), "a row weighs 2 in the mean");
    StepRecord record = state.apply(new Step(0, 1, 2), new GradientSum(new float[4], 1, 1, 1));
    assertEquals(2.5, record.epochLoss(), "as all rows weigh what is expected of them");
    state.apply(new Step(1, 0, 2), new GradientSum(new float[4], 14, 1, 1));
    assertEquals(7, state.epochLoss(), "a new epoch starts anew");
  }

  @Test
  void stepWithoutRowsIsSkipped() {
    float[] values = {1, 2, 3, 4};
    TrainingOptions options = PLAIN_SGD.toBuilder().regularization(0.25).build();
    TrainingState state = state(mlp(1, 2), values.clone(), options);
    StepRecord record = state.apply(new Step(0, 1, 2), GradientSum.nothing());
    assertArrayEquals(values, state.values());
    assertTrue(Double.isNaN(record.loss()));
    assertTrue(Double.isNaN(state.epochLoss()));
  }

  /** The mean of all steps has the whole penalty, so each step has it. */
  @Test
  void stepWhoseRowsHaveNoWeightFollowsThePenaltyAlone() {
    TrainingOptions options = PLAIN_SGD.toBuilder().learningRate(0.5).regularization(0.25).build();
    TrainingState state = state(mlp(1, 2), new float[] {1, 2, 3, 4}, options, 2);
    StepRecord record = state.apply(new Step(0, 0, 2), new GradientSum(new float[4], 0, 0, 5));
    assertArrayEquals(new float[] {1 - 0.125f, 2 - 0.25f, 3, 4}, state.values());
    assertEquals(0.25 / 2 * 5, record.loss());
  }

  @Test
  void expectedWeightOfEqualRowsIsTheirWeightToTheLastBit() {
    for (float weight : new float[] {1, 3, 0.1f, 1e-20f, 3.3e20f, Float.MIN_VALUE}) {
      double all = 0;
      for (int i = 0; i < 10_007; i++) {
        all += weight;
      }
      TrainingState state = state(mlp(1, 2), new float[4], PLAIN_SGD, all / 10_007);
      double sum = 0;
      for (int rows = 1; rows < 300; rows++) {
        sum += weight;
        assertEquals(sum, state.expectedWeight(new GradientSum(new float[4], 0, sum, rows)));
      }
    }
  }

  @Test
  void lossThatIsNoNumberAtTheInitialWeightsBlamesTheFeatures() {
    TrainingState state = state(mlp(1, 2), new float[4], PLAIN_SGD);
    Exception e =
        assertThrows(
            TrainingException.class,
            () -> state.apply(new Step(0, 0, 2), new GradientSum(new float[4], Double.NaN, 1, 1)));
    assertEquals("the loss is NaN at the initial weights; scale the features", e.getMessage());
  }

  @Test
  void lossThatBecomesNoNumberNamesItsCause() {
    assertEquals(
        "set a smaller step size, or scale the features", adviceAfter(new double[] {0.7, 9}, 1, 2));
    assertEquals(
        "scale the features: the loss was 70000.0 at the initial weights",
        adviceAfter(new double[] {70_000, 9}, 1, 1));
    assertEquals(
        "make the weights of rows or classes less unequal, or set a gradientClipNorm, a larger"
            + " batch size or a smaller step size: the rows of one step weighed 100 times as much"
            + " as the mean of all",
        adviceAfter(new double[] {0.7, 9}, 0.5, 100));
  }

  /** Takes steps of one row with the given losses and parts of the expected weight, then fails. */
  private static String adviceAfter(double[] losses, double... weights) {
    TrainingState state = state(mlp(1, 2), new float[4], PLAIN_SGD);
    for (int i = 0; i < losses.length; i++) {
      state.apply(new Step(0, i, 2), new GradientSum(new float[4], losses[i], weights[i], 1));
    }
    Exception e =
        assertThrows(
            TrainingException.class,
            () -> state.apply(new Step(1, 0, 2), new GradientSum(new float[4], Double.NaN, 1, 1)));
    return e.getMessage().substring(e.getMessage().indexOf("; ") + 2);
  }

  @Test
  void lossThatIsNoNumberNamesEpochAndStep() {
    for (double loss : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
      TrainingState state = state(mlp(1, 2), new float[4], PLAIN_SGD);
      Exception e =
          assertThrows(
              TrainingException.class,
              () -> state.apply(new Step(2, 1, 2), new GradientSum(new float[4], loss, 1, 1)));
      assertEquals(
          "the loss became "
              + loss
              + " in epoch 3, step 2 of 2, at a learning rate of 0.001;"
              + " set a smaller step size, or scale the features",
          e.getMessage());
    }
  }

  @Test
  void statisticsMoveTowardsThoseOfTheBatch() {
    Graph.Builder builder =
        add(vectors(1), OperatorType.BATCH_NORM, new Attributes.BatchNorm(0.75f, 1e-5f), false);
    add(builder, OperatorType.BATCH_NORM, new Attributes.BatchNorm(0.5f, 1e-5f), true);
    add(builder, OperatorType.BATCH_NORM, new Attributes.BatchNorm(0.5f, 1e-5f), false);
    Graph graph = builder.build();
    TrainableLayout layout = TrainableLayout.of(graph);
    // gain and bias of the first and the third, then mean and variance of the first and the third
    assertEquals(4, layout.trainableCount());
    assertEquals(4, layout.statisticCount());
    float[] values = {1, 0, 1, 0, 0, 1, 0, 1};
    TrainingState state = state(graph, values, PLAIN_SGD);
    float[] sums = {0, 0, 0, 0, 80, 160, 240, 320};
    state.apply(new Step(0, 0, 2), new GradientSum(sums, 1, 5, 20));
    assertArrayEquals(
        new float[] {1, 0, 1, 0, 0.25f * 4, 0.75f + 0.25f * 8, 0.5f * 12, 0.5f + 0.5f * 16},
        state.values());
  }

  @Test
  void kernelRangesAreThoseOfTheLayout() {
    Graph graph = mlp(2, 3, 4);
    assertEquals(
        List.of(new IndexRange(0, 6), new IndexRange(9, 21)),
        TrainingState.kernelRanges(TrainableLayout.of(graph)));
  }

  @Test
  void stateThatTravelsBetweenStepsGivesTheSameBits() {
    Graph graph =
        dense(
                add(
                    tanh(dense(vectors(2), 8)),
                    OperatorType.BATCH_NORM,
                    new Attributes.BatchNorm(0.9f, 1e-5f),
                    false),
                3)
            .build();
    Rows rows = blobs(100, 3, 0.5f, 1);
    TrainingOptions options = TrainingOptions.builder().epochs(3).batchSize(10).build();
    float[] initial = initialParameters(graph, 1);
    try (LocalRounds rounds =
        LocalRounds.of(graph, initial, options, rows.shards(3), List.of(), 64, 1)) {
      TrainingResult stayed = Trainer.train(graph, initial, options, rounds, TrainingListener.NONE);
      for (UnaryOperator<TrainingState> way :
          List.<UnaryOperator<TrainingState>>of(
              TrainingStateTest::copyBySerialization, TrainingState::copy)) {
        TravellingRounds travelling = new TravellingRounds(rounds, way);
        TrainingResult travelled =
            Trainer.train(graph, initial, options, travelling, TrainingListener.NONE);
        assertArrayEquals(stayed.parameters(), travelled.parameters());
        assertArrayEquals(
            stayed.history().objectiveHistory(), travelled.history().objectiveHistory());
      }
    }
  }

  @Test
  void aCopySharesNothingThatStepsChange() {
    Graph graph = mlp(1, 2);
    TrainingOptions options = TrainingOptions.builder().solver(Solver.ADAM).build();
    TrainingState state = state(graph, new float[] {1, 2, 3, 4}, options);
    TrainingState untouched = state(graph, new float[] {1, 2, 3, 4}, options);
    TrainingState copy = state.copy();
    copy.multiplyRates(0.5);
    StepRecord record = copy.apply(new Step(0, 0, 2), sum());
    assertEquals(0.5 * options.learningRate(), record.learningRate());
    assertArrayEquals(new float[] {1, 2, 3, 4}, state.values());
    assertEquals(Double.NaN, state.epochLoss());
    StepRecord second = state.apply(new Step(0, 1, 2), sum());
    assertEquals(untouched.apply(new Step(0, 1, 2), sum()), second);
    assertArrayEquals(untouched.values(), state.values());
  }

  private static GradientSum sum() {
    return new GradientSum(new float[] {4, 8, 12, 16}, 20, 4, 3);
  }

  private static TrainingState copyBySerialization(TrainingState state) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(state);
      out.flush();
      return (TrainingState)
          new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray())).readObject();
    } catch (IOException | ClassNotFoundException e) {
      throw new AssertionError(e);
    }
  }

  /** Sends the training state some way before and after every second step. */
  private record TravellingRounds(Rounds inner, UnaryOperator<TrainingState> way)
      implements Rounds {
    @Override
    public TrainingState steps(
        TrainingState state,
        int epoch,
        int first,
        int end,
        int stepsInEpoch,
        Consumer<StepRecord> progress) {
      TrainingState travelling = state;
      for (int from = first; from < end; from += 2) {
        int to = Math.min(from + 2, end);
        TrainingState sent = way.apply(travelling);
        travelling = way.apply(inner.steps(sent, epoch, from, to, stepsInEpoch, progress));
      }
      return travelling;
    }

    @Override
    public GradientSum gradient(float[] state, Step step) {
      return inner.gradient(state, step);
    }

    @Override
    public StateMean localSteps(TrainingState state, StepRange round) {
      return inner.localSteps(state, round);
    }

    @Override
    public GradientSum fullGradient(float[] state) {
      return inner.fullGradient(state);
    }

    @Override
    public EvaluationSum evaluate(float[] state, boolean validation) {
      return inner.evaluate(state, validation);
    }

    @Override
    public double weightSum() {
      return inner.weightSum();
    }

    @Override
    public long rows() {
      return inner.rows();
    }

    @Override
    public long validationRows() {
      return inner.validationRows();
    }

    @Override
    public RoundCosts takeCosts() {
      return inner.takeCosts();
    }

    @Override
    public void close() {
      inner.close();
    }
  }
}
