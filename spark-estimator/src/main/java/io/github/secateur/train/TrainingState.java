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

  /** No usual features give such a loss at initial weights. */
  private static final double LARGE_LOSS = 1e3;

  private static final double HEAVY_STEP = 4;

  private final float[] values;
  private final Optimizer optimizer;
  private final LearningRateSchedule schedule;
  private final MeanGradient mean;
  private final RunningStatistics statistics;
  private final int localSteps;
  private final int trainableCount;
  private final double gradientClipNorm;
  private double rateFactor = 1;
  private double meanWeight;
  private double epochLossSum;
  private double epochWeightSum;
  private double initialLoss = Double.NaN; // not known to a training that was resumed
  private double heaviestStep = 1; // as a multiple of the weight to be expected

  /**
   * Starts a training.
   *
   * @param values the state array; it will be changed
   * @param stepsInEpoch the number of steps of each epoch
   * @param meanWeight the mean weight of all training rows, class weights included
   */
  TrainingState(
      Graph graph,
      TrainableLayout layout,
      float[] values,
      TrainingOptions options,
      int stepsInEpoch,
      double meanWeight) {
    this.values = values;
    this.meanWeight = meanWeight;
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
    meanWeight = other.meanWeight;
    initialLoss = other.initialLoss;
    heaviestStep = other.heaviestStep;
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

  /** Sets the mean weight of the rows that steps are taken with from now on. */
  void expectMeanWeight(double mean) {
    meanWeight = mean;
  }

  /**
   * Returns the weight to be expected of the rows of a step: their number times the mean weight.
   * Divided by it, and not by the weight that they happen to have, the sum over the rows of a step
   * is in the mean over all steps that over all rows; and rows that weigh more count more. If all
   * rows weigh the same it is, to the last bit, their weight: the sum of n equal float32 numbers, n
   * below 2²⁹, is exact in double.
   */
  double expectedWeight(GradientSum sum) {
    return meanWeight * sum.rows();
  }

  /**
   * Returns the mean loss of the rows of the epoch so far, each as of its own step; NaN before the
   * first.
   */
  public double epochLoss() {
    return epochLossSum / epochWeightSum;
  }

  /** As {@link #apply(Step, GradientSum, Ranges)}, by the calling thread alone. */
  public StepRecord apply(Step step, GradientSum sum) {
    return apply(step, sum, Ranges.WHOLE);
  }

  /**
   * Takes an optimizer step, unless the step has no rows, or no row of the training any weight.
   *
   * @param sum the gradient sum over the rows of the step; its values are overwritten
   * @param ranges cuts the weights
   * @throws TrainingException if the loss is NaN or infinite
   */
  StepRecord apply(Step step, GradientSum sum, Ranges ranges) {
    beginEpochAt(step);
    double learningRate = learningRate(step);
    double loss = Double.NaN;
    double weight = expectedWeight(sum);
    if (weight > 0) {
      boolean needsWhole = mean.hasPenalty() || gradientClipNorm > 0;
      loss = needsWhole ? mean.apply(values, sum, weight) : sum.lossSum() / weight;
      note(step, sum.lossSum() / weight, sum.weightSum() / weight);
      requireFinite(loss, step, learningRate);
      epochLossSum += loss * weight;
      epochWeightSum += weight;
      GradientClipping.clip(sum.values(), trainableCount, gradientClipNorm);
      optimizer.begin(learningRate);
      move(sum, weight, needsWhole, ranges);
      statistics.update(values, sum.values(), sum.rows());
    }
    return new StepRecord(step, sum.rows(), loss, epochLoss(), learningRate);
  }

  private void move(GradientSum sum, double weight, boolean isMean, Ranges ranges) {
    if (ranges == Ranges.WHOLE) { // allocates nothing
      move(sum, weight, isMean, 0, trainableCount);
    } else {
      ranges.forEach(trainableCount, (from, to) -> move(sum, weight, isMean, from, to));
    }
  }

  /** Moves weights, some of them at a time, which stay in the first-level cache. */
  private void move(GradientSum sum, double weight, boolean isMean, int from, int to) {
    for (int start = from; start < to; start += MOVED_AT_ONCE) {
      int end = Math.min(start + MOVED_AT_ONCE, to);
      if (!isMean) {
        MeanGradient.divide(sum.values(), weight, start, end);
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
      double weight = shards.expectedWeight(i);
      if (weight > 0) {
        loss = shards.lossSum(i) / weight;
        note(step, mean.hasPenalty() ? Double.NaN : loss, shards.weightSum(i) / weight);
        requireFinite(loss, step, learningRate);
        epochLossSum += shards.lossSum(i);
        epochWeightSum += weight;
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

  /** Remembers what tells why a training fails. */
  private void note(Step step, double loss, double heaviness) {
    if (step.number() == 0) {
      initialLoss = loss;
    }
    heaviestStep = Math.max(heaviestStep, heaviness);
  }

  private void requireFinite(double loss, Step step, double learningRate) {
    if (Double.isNaN(loss) || Double.isInfinite(loss)) {
      throw step.number() == 0
          ? lossAtStart(loss)
          : new TrainingException(
              String.format(
                  Locale.ROOT,
                  "the loss became %s in epoch %d, step %d of %d, at a learning rate of %s; %s",
                  loss,
                  step.epoch() + 1,
                  step.index() + 1,
                  step.stepsInEpoch(),
                  learningRate,
                  advice()));
    }
  }

  /** Returns the exception for a loss that is no number before anything was trained. */
  static TrainingException lossAtStart(double loss) {
    return new TrainingException(
        String.format(
            Locale.ROOT, "the loss is %s at the initial weights; scale the features", loss));
  }

  /** Returns what to do about a training that flew off. */
  String advice() {
    if (initialLoss > LARGE_LOSS) {
      return String.format(
          Locale.ROOT, "scale the features: the loss was %s at the initial weights", initialLoss);
    }
    if (heaviestStep > HEAVY_STEP) {
      return String.format(
          Locale.ROOT,
          "make the weights of rows or classes less unequal, or set a gradientClipNorm, a larger"
              + " batch size or a smaller step size: the rows of one step weighed %s times as much"
              + " as the mean of all",
          Math.round(heaviestStep));
    }
    return "set a smaller step size, or scale the features";
  }
}
