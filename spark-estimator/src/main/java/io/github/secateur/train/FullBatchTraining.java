package io.github.secateur.train;

import io.github.secateur.graph.Graph;
import io.github.secateur.optim.Lbfgs;
import io.github.secateur.plan.TrainableLayout;

/**
 * A training by L-BFGS over all rows at once. Breeze works in double, the gradients are those of
 * the float weights next to its point.
 */
final class FullBatchTraining {
  private final TrainingOptions options;
  private final Rounds rounds;
  private final float[] state;
  private final int trainableCount;
  private final MeanGradient mean;
  private final RunningStatistics statistics;
  private final float[] lastSums;
  private long lastRows;
  private int evaluations;

  FullBatchTraining(
      Graph graph,
      TrainableLayout layout,
      float[] initialState,
      TrainingOptions options,
      Rounds rounds) {
    this.options = options;
    this.rounds = rounds;
    this.state = initialState;
    this.trainableCount = layout.trainableCount();
    this.mean =
        new MeanGradient(
            trainableCount, TrainingState.kernelRanges(layout), options.regularization());
    this.statistics = new RunningStatistics(graph, layout);
    this.lastSums = layout.statisticCount() > 0 ? new float[layout.stateLength()] : null;
  }

  /** Trains; returns the state to keep. */
  float[] run(Course course) {
    double[] start = new double[trainableCount];
    for (int i = 0; i < trainableCount; i++) {
      start[i] = state[i];
    }
    long[] lastNanos = {System.nanoTime()};
    Lbfgs.Minimum minimum =
        Lbfgs.minimize(
            this::lossAndGradient,
            start,
            options.epochs(),
            options.tolerance(),
            options.lbfgs(),
            (iteration, loss, point) -> {
              double seconds = (System.nanoTime() - lastNanos[0]) / 1e9;
              boolean stop = endIteration(course, loss, point, seconds);
              lastNanos[0] = System.nanoTime();
              return !stop;
            });
    moveTo(minimum.point());
    course.stop(
        switch (minimum.end()) {
          case ITERATIONS, STOPPED -> StopReason.EPOCHS;
          case CONVERGED -> StopReason.CONVERGED;
          case LINE_SEARCH -> StopReason.LINE_SEARCH;
        });
    return course.stateToKeep(state);
  }

  private boolean endIteration(Course course, double loss, double[] point, double seconds) {
    moveTo(point);
    if (lastSums != null) {
      statistics.update(state, lastSums, lastRows);
    }
    long rows = evaluations * rounds.rows();
    evaluations = 0;
    return course.epochEnds(state, loss, Double.NaN, seconds, rows);
  }

  private void moveTo(double[] point) {
    for (int i = 0; i < trainableCount; i++) {
      state[i] = (float) point[i];
    }
  }

  private double lossAndGradient(double[] point, double[] gradient) {
    moveTo(point);
    GradientSum sum = rounds.fullGradient(state);
    if (!(sum.weightSum() > 0)) {
      throw Trainer.noWeight("training", sum.weightSum());
    }
    double loss = mean.apply(state, sum);
    boolean first = lastRows == 0;
    if (first && !(Math.abs(loss) <= Double.MAX_VALUE)) {
      throw new TrainingException(
          "the loss is %s at the initial weights; scale the features".formatted(loss));
    }
    for (int i = 0; i < trainableCount; i++) {
      gradient[i] = sum.values()[i];
    }
    if (lastSums != null) {
      System.arraycopy(sum.values(), 0, lastSums, 0, lastSums.length);
    }
    lastRows = sum.rows();
    evaluations++;
    return loss;
  }
}
