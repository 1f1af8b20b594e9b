package io.github.secateur.train;

import io.github.secateur.graph.Graph;
import io.github.secateur.plan.TrainableLayout;
import java.util.Locale;

/** A training in optimizer steps over global batches: SGD, Adam, AdamW. */
final class MinibatchTraining {
  private final TrainingOptions options;
  private final Rounds rounds;
  private final TrainingListener listener;
  private final int stepsInEpoch;
  private final int trainableCount;
  private TrainingState state;
  private double learningRate;

  MinibatchTraining(
      Graph graph,
      TrainableLayout layout,
      float[] initialState,
      TrainingOptions options,
      Rounds rounds,
      TrainingListener listener) {
    this.options = options;
    this.rounds = rounds;
    this.listener = listener;
    this.stepsInEpoch = stepsInEpoch(rounds.rows(), options.batchSize());
    this.trainableCount = layout.trainableCount();
    double meanWeight = rounds.weightSum() / rounds.rows();
    this.state = new TrainingState(graph, layout, initialState, options, stepsInEpoch, meanWeight);
  }

  private static int stepsInEpoch(long rows, int batchSize) {
    long steps = (rows + batchSize - 1) / batchSize;
    if (steps > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "an epoch may have at most 2^31 - 1 steps, found %d rows in batches of %d; set a"
                  + " larger batch size",
              rows,
              batchSize));
    }
    return (int) steps;
  }

  /** Trains; returns the state to keep. */
  float[] run(Course course) {
    Convergence convergence = new Convergence(options.tolerance());
    resume(course, convergence);
    boolean goOn = true;
    while (goOn && course.epochs() < options.epochs()) {
      long start = System.nanoTime();
      state.multiplyRates(course.rateFactor());
      takeSteps(course.epochs());
      double seconds = (System.nanoTime() - start) / 1e9;
      double loss = state.epochLoss();
      goOn = !course.epochEnds(state.values(), loss, learningRate, seconds, rounds.rows());
      if (convergence.shouldStop(loss) && course.epochs() < options.epochs()) {
        course.stop(StopReason.CONVERGED);
        goOn = false;
      }
      if (goOn) {
        course.checkpoint(
            checkpoint -> {
              state.save(checkpoint);
              convergence.save(checkpoint);
            });
      }
    }
    return course.stateToKeep(state.values());
  }

  private void resume(Course course, Convergence convergence) {
    Checkpoint checkpoint = course.resume(state.values().length);
    if (checkpoint != null) {
      state.restore(checkpoint);
      convergence.restore(checkpoint);
    }
  }

  private void takeSteps(int epoch) {
    state = rounds.steps(state, epoch, 0, stepsInEpoch, stepsInEpoch, this::tell);
    requireFiniteWeights(epoch);
  }

  private void tell(StepRecord step) {
    learningRate = step.learningRate();
    listener.step(step);
  }

  /** The last step of an epoch may spoil the weights without a loss that shows it. */
  private void requireFiniteWeights(int epoch) {
    float[] weights = state.values();
    for (int i = 0; i < trainableCount; i++) {
      if (!Float.isFinite(weights[i])) {
        throw new TrainingException(
            String.format(
                Locale.ROOT,
                "a weight became %s in epoch %d, at a learning rate of %s; %s",
                weights[i],
                epoch + 1,
                learningRate,
                state.advice()));
      }
    }
  }
}
