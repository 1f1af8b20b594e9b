package io.github.secateur.train;

import io.github.secateur.graph.Graph;
import io.github.secateur.optim.IndexRange;
import io.github.secateur.optim.LearningRateSchedule;
import io.github.secateur.optim.Optimizer;
import io.github.secateur.optim.Solver;
import io.github.secateur.plan.TrainableLayout;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * All that optimizer steps change, and how: the state array, the optimizer with what it remembers,
 * the epoch's running loss. Serializable, so that steps can be taken where the rows are.
 */
public final class TrainingState implements Serializable {
  private static final long serialVersionUID = 1;

  private static final int MOVED_AT_ONCE = 2048;

  private final float[] values;
  private final Optimizer optimizer;
  private final LearningRateSchedule schedule;
  private final MeanGradient mean;
  private final RunningStatistics statistics;
  private final int localSteps;
  private final int trainableCount;
  private final double gradientClipNorm;
  private double rateFactor = 1;
  private double epochLossSum;
  private double epochWeightSum;

  /**
   * Starts a training.
   *
   * @param values the state array; it will be changed
   * @param stepsInEpoch the number of steps of each epoch
   */
  TrainingState(
      Graph graph,
      TrainableLayout layout,
      float[] values,
      TrainingOptions options,
      int stepsInEpoch) {
    this.values = values;
    List<IndexRange> kernels = kernelRanges(layout);
    int count = layout.trainableCount();
    boolean decoupled = options.solver() == Solver.ADAMW;
    this.optimizer =
        Optimizer.of(
            options.solver(),
            count,
            options.sgd(),
            options.adam(),
            kernels,
            options.regularization());
    this.schedule =
        LearningRateSchedule.of(
            options.schedule(), options.learningRate(), stepsInEpoch, options.epochs());
    this.mean = new MeanGradient(count, kernels, decoupled ? 0 : options.regularization());
    this.statistics = new RunningStatistics(graph, layout);
    this.localSteps = options.localSteps();
    this.trainableCount = count;
    this.gradientClipNorm = options.gradientClipNorm();
  }

  private TrainingState(TrainingState other) {
    values = other.values.clone();
    optimizer = other.optimizer.copy();
    schedule = other.schedule;
    mean = other.mean;
    statistics = other.statistics;
    localSteps = other.localSteps;
    trainableCount = other.trainableCount;
    gradientClipNorm = other.gradientClipNorm;
    rateFactor = other.rateFactor;
    epochLossSum = other.epochLossSum;
    epochWeightSum = other.epochWeightSum;
  }

  /** Returns a state that continues as this one does, and shares nothing that steps change. */
  public TrainingState copy() {
    return new TrainingState(this);
  }

  /** Returns where the kernels stand in the state. */
  static List<IndexRange> kernelRanges(TrainableLayout layout) {
    return layout.decayRanges().stream()
        .map(range -> new IndexRange(range.from(), range.to()))
        .toList();
  }

  /** Returns the state array itself: trainable weights, then statistics. */
  public float[] values() {
    return values;
  }

  /** Adds the state after an epoch to a checkpoint. */
  void save(Checkpoint checkpoint) {
    checkpoint.put("state", values.clone());
    checkpoint.put("optimizer.steps", optimizer.steps());
    float[][] remembered = optimizer.memory();
    for (int i = 0; i < remembered.length; i++) {
      checkpoint.put("optimizer." + i, remembered[i].clone());
    }
  }

  /** Goes back to a checkpoint. */
  void restore(Checkpoint checkpoint) {
    System.arraycopy(checkpoint.floats("state", values.length), 0, values, 0, values.length);
    float[][] memory = optimizer.memory();
    float[][] remembered = new float[memory.length][];
    for (int i = 0; i < memory.length; i++) {
      remembered[i] = checkpoint.floats("optimizer." + i, memory[i].length);
    }
    optimizer.restore((long) checkpoint.number("optimizer.steps"), remembered);
  }

  /** Sets what the schedule's rates are multiplied by from now on. */
  void multiplyRates(double factor) {
    rateFactor = factor;
  }

  /**
   * Returns the mean loss of the rows of the epoch so far, each as of its own step; NaN if they
   * have no weight.
   */
  public double epochLoss() {
    return epochLossSum / epochWeightSum;
  }

  /** As {@link #apply(Step, GradientSum, Ranges)}, by the calling thread alone. */
  public StepRecord apply(Step step, GradientSum sum) {
    return apply(step, sum, Ranges.WHOLE);
  }

  /**
   * Takes an optimizer step, unless the rows of the step have no weight.
   *
   * @param sum the gradient sum over the rows of the step; its values are overwritten
   * @param ranges cuts the weights
   * @throws TrainingException if the loss is NaN or infinite
   */
  StepRecord apply(Step step, GradientSum sum, Ranges ranges) {
    beginEpochAt(step);
    double learningRate = learningRate(step);
    double loss = Double.NaN;
    if (sum.weightSum() > 0) {
      boolean needsWhole = mean.hasPenalty() || gradientClipNorm > 0;
      loss = needsWhole ? mean.apply(values, sum) : sum.lossSum() / sum.weightSum();
      requireFinite(loss, step, learningRate);
      epochLossSum += loss * sum.weightSum();
      epochWeightSum += sum.weightSum();
      GradientClipping.clip(sum.values(), trainableCount, gradientClipNorm);
      optimizer.begin(learningRate);
      move(sum, needsWhole, ranges);
      statistics.update(values, sum.values(), sum.rows());
    }
    return new StepRecord(step, sum.rows(), loss, epochLoss(), learningRate);
  }

  private void move(GradientSum sum, boolean isMean, Ranges ranges) {
    if (ranges == Ranges.WHOLE) { // allocates nothing
      move(sum, isMean, 0, trainableCount);
    } else {
      ranges.forEach(trainableCount, (from, to) -> move(sum, isMean, from, to));
    }
  }

  /** Moves weights, some of them at a time, which stay in the first-level cache. */
  private void move(GradientSum sum, boolean isMean, int from, int to) {
    for (int start = from; start < to; start += MOVED_AT_ONCE) {
      int end = Math.min(start + MOVED_AT_ONCE, to);
      if (!isMean) {
        MeanGradient.divide(sum.values(), sum.weightSum(), start, end);
      }
      optimizer.move(values, sum.values(), start, end);
    }
  }

  private double learningRate(Step step) {
    return rateFactor * schedule.rate(step.number());
  }

  private void beginEpochAt(Step step) {
    if (step.index() == 0) {
      epochLossSum = 0;
      epochWeightSum = 0;
    }
  }

  /** Returns {@link TrainingOptions#localSteps()}. */
  public int localSteps() {
    return localSteps;
  }

  /** Returns the state, with what the optimizer remembers, as a mean of one. */
  StateMean asMean(double weightSum, double[] counts) {
    float[][] remembered = optimizer.memory();
    int length = values.length;
    for (float[] array : remembered) {
      length += array.length;
    }
    float[] all = Arrays.copyOf(values, length);
    int at = values.length;
    for (float[] array : remembered) {
      System.arraycopy(array, 0, all, at, array.length);
      at += array.length;
    }
    return new StateMean(all, weightSum, optimizer.steps(), counts);
  }

  /**
   * Takes the mean of what all shards made of this state in local steps.
   *
   * @param round the steps that they took
   * @return one record for each step
   * @throws TrainingException if the loss of a step is NaN or infinite
   */
  public List<StepRecord> moveTo(StateMean shards, StepRange round) {
    List<StepRecord> records = new ArrayList<>();
    for (int i = 0; i < round.size(); i++) {
      Step step = round.step(i);
      beginEpochAt(step);
      double learningRate = learningRate(step);
      double loss = Double.NaN;
      if (shards.weightSum(i) > 0) {
        loss = shards.lossSum(i) / shards.weightSum(i);
        requireFinite(loss, step, learningRate);
        epochLossSum += shards.lossSum(i);
        epochWeightSum += shards.weightSum(i);
      }
      records.add(new StepRecord(step, shards.rows(i), loss, epochLoss(), learningRate));
    }
    if (shards.weightSum() > 0) {
      copyFrom(shards);
    }
    return records;
  }

  private void copyFrom(StateMean shards) {
    System.arraycopy(shards.values(), 0, values, 0, values.length);
    float[][] remembered = optimizer.memory();
    int at = values.length;
    for (float[] array : remembered) {
      System.arraycopy(shards.values(), at, array, 0, array.length);
      at += array.length;
    }
    optimizer.continueAfter(shards.optimizerSteps());
  }

  private static void requireFinite(double loss, Step step, double learningRate) {
    if (Double.isNaN(loss) || Double.isInfinite(loss)) {
      throw new TrainingException(
          String.format(
              Locale.ROOT,
              "the loss became %s in epoch %d, step %d of %d, at a learning rate of %s; set a"
                  + " smaller step size, or scale the features",
              loss,
              step.epoch() + 1,
              step.index() + 1,
              step.stepsInEpoch(),
              learningRate));
    }
  }
}
