package io.github.secateur.train;

import io.github.secateur.graph.Graph;
import io.github.secateur.optim.Lbfgs;
import io.github.secateur.plan.TrainableLayout;
import java.util.ArrayList;
import java.util.List;

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
    Checkpoint checkpoint = course.resume(state.length);
    long[] lastNanos = {System.nanoTime()};
    Lbfgs.Progress progress =
        position -> {
          double seconds = (System.nanoTime() - lastNanos[0]) / 1e9;
          boolean stop = endIteration(course, position.value(), position.point(), seconds);
          if (!stop) {
            course.checkpoint(kept -> save(position, kept));
          }
          lastNanos[0] = System.nanoTime();
          return !stop;
        };
    Lbfgs solver = new Lbfgs(options.epochs(), options.tolerance(), options.lbfgs());
    Lbfgs.Minimum minimum =
        checkpoint == null
            ? solver.minimize(this::lossAndGradient, start(), progress)
            : solver.resume(this::lossAndGradient, restore(checkpoint), progress);
    moveTo(minimum.point());
    course.stop(
        switch (minimum.end()) {
          case ITERATIONS, STOPPED -> StopReason.EPOCHS;
          case CONVERGED -> StopReason.CONVERGED;
          case LINE_SEARCH -> StopReason.LINE_SEARCH;
        });
    return course.stateToKeep(state);
  }

  private double[] start() {
    double[] start = new double[trainableCount];
    for (int i = 0; i < trainableCount; i++) {
      start[i] = state[i];
    }
    return start;
  }

  private void save(Lbfgs.Position position, Checkpoint checkpoint) {
    checkpoint.put("state", state.clone());
    checkpoint.put(
        "lbfgs.numbers",
        position.iteration(),
        position.value(),
        position.initialValue(),
        position.bestValue(),
        position.steps().size());
    checkpoint.put("lbfgs.point", position.point());
    checkpoint.put("lbfgs.gradient", position.gradient());
    checkpoint.put("lbfgs.bestPoint", position.bestPoint());
    checkpoint.put("lbfgs.recentValues", position.recentValues());
    for (int i = 0; i < position.steps().size(); i++) {
      checkpoint.put("lbfgs.step." + i, position.steps().get(i));
      checkpoint.put("lbfgs.gradientChange." + i, position.gradientChanges().get(i));
    }
  }

  private Lbfgs.Position restore(Checkpoint checkpoint) {
    System.arraycopy(checkpoint.floats("state", state.length), 0, state, 0, state.length);
    double[] numbers = checkpoint.doubles("lbfgs.numbers", 5);
    List<double[]> steps = new ArrayList<>();
    List<double[]> gradientChanges = new ArrayList<>();
    for (int i = 0; i < (int) numbers[4]; i++) {
      steps.add(checkpoint.doubles("lbfgs.step." + i, trainableCount));
      gradientChanges.add(checkpoint.doubles("lbfgs.gradientChange." + i, trainableCount));
    }
    return new Lbfgs.Position(
        (int) numbers[0],
        numbers[1],
        checkpoint.doubles("lbfgs.point", trainableCount),
        checkpoint.doubles("lbfgs.gradient", trainableCount),
        numbers[2],
        checkpoint.doubles("lbfgs.recentValues"),
        steps,
        gradientChanges,
        numbers[3],
        checkpoint.doubles("lbfgs.bestPoint", trainableCount));
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
    double loss = mean.apply(state, sum, sum.weightSum());
    boolean first = lastRows == 0;
    if (first && !(Math.abs(loss) <= Double.MAX_VALUE)) {
      throw TrainingState.lossAtStart(loss);
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
