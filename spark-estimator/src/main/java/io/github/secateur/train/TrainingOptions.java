package io.github.secateur.train;

import io.github.secateur.engine.CrossEntropy;
import io.github.secateur.optim.AdamOptions;
import io.github.secateur.optim.LbfgsOptions;
import io.github.secateur.optim.ScheduleOptions;
import io.github.secateur.optim.SgdOptions;
import io.github.secateur.optim.Solver;
import io.github.secateur.plan.FoldingPlan;
import java.io.Serializable;
import java.util.Locale;
import java.util.Objects;

/**
 * How to train. Immutable; made by {@link #builder()}.
 *
 * @param solver how the loss is minimized
 * @param epochs the largest number of passes over all rows, or of L-BFGS iterations; at least 0
 * @param batchSize rows per optimizer step, over all shards; at least 1. Not used by L-BFGS
 * @param localSteps the optimizer steps that each shard takes on its own rows before the states of
 *     all shards are averaged; at least 1, which is one step for all shards together. Must be 1 for
 *     L-BFGS
 * @param learningRate the full learning rate; above 0. Not used by L-BFGS
 * @param schedule how the learning rate changes
 * @param sgd constants of {@link Solver#SGD}
 * @param adam constants of {@link Solver#ADAM} and {@link Solver#ADAMW}
 * @param lbfgs constants of {@link Solver#LBFGS}
 * @param regularization λ of the penalty λ/2 · Σ w² over the kernels; with {@link Solver#ADAMW} the
 *     decoupled weight decay instead, which is not part of the loss; at least 0
 * @param tolerance training ends when the loss changes by no more than this, relative to its value,
 *     in two epochs in a row; 0 for never. L-BFGS: relative change over its last iterations
 * @param patience training ends after so many epochs without a better validation metric, and the
 *     weights of the best epoch are restored; 0 for never, and the last weights are kept. Without
 *     effect if there are no validation rows
 * @param minDelta by how much a validation metric must be better than the best one to count; at
 *     least 0
 * @param validationMetric what tells which of two epochs is better
 * @param classWeights what the weights of rows are multiplied by, for each class; of training and
 *     validation rows
 * @param labelSmoothing the part of each label that is spread evenly over all classes, in [0, 1);
 *     in the training loss and its gradient, not in the validation loss
 * @param gradientClipNorm the largest Euclidean norm of a step's gradient, L2 penalty included;
 *     longer ones are scaled down to it; 0 for no limit. Not used by L-BFGS
 * @param seed of the order of rows and of random layers
 * @param backwardPruning whether the backward pass is pruned; off only to compare
 * @param folding whether what computes the same in every epoch is evaluated once; off only to
 *     compare
 * @param foldingBudget the largest size of a folded row in bytes, as a multiple of a stored row's;
 *     above 0
 */
public record TrainingOptions(
    Solver solver,
    int epochs,
    int batchSize,
    int localSteps,
    double learningRate,
    ScheduleOptions schedule,
    SgdOptions sgd,
    AdamOptions adam,
    LbfgsOptions lbfgs,
    double regularization,
    double tolerance,
    int patience,
    double minDelta,
    ValidationMetric validationMetric,
    ClassWeights classWeights,
    double labelSmoothing,
    double gradientClipNorm,
    long seed,
    boolean backwardPruning,
    boolean folding,
    double foldingBudget)
    implements Serializable {

  /** Adam at a constant 1e-3, 20 epochs, batches of 256 rows. */
  public static final TrainingOptions DEFAULTS =
      new TrainingOptions(
          Solver.ADAM,
          20,
          256,
          1,
          1e-3,
          ScheduleOptions.DEFAULTS,
          SgdOptions.DEFAULTS,
          AdamOptions.DEFAULTS,
          LbfgsOptions.DEFAULTS,
          0,
          1e-6,
          5,
          0,
          ValidationMetric.LOSS,
          ClassWeights.NONE,
          0,
          0,
          0,
          true,
          true,
          FoldingPlan.Options.DEFAULT_BUDGET);

  public TrainingOptions {
    Objects.requireNonNull(solver, "solver");
    Objects.requireNonNull(schedule, "schedule");
    Objects.requireNonNull(sgd, "sgd");
    Objects.requireNonNull(adam, "adam");
    Objects.requireNonNull(lbfgs, "lbfgs");
    Objects.requireNonNull(validationMetric, "validationMetric");
    Objects.requireNonNull(classWeights, "classWeights");
    check(epochs >= 0, "epochs", "at least 0", epochs, "20");
    check(batchSize >= 1, "batchSize", "at least 1", batchSize, "256");
    check(localSteps >= 1, "localSteps", "at least 1", localSteps, "1 or 8");
    check(
        localSteps == 1 || solver != Solver.LBFGS,
        "localSteps",
        "1 for solver \"l-bfgs\", which takes its steps over all rows",
        localSteps,
        "1");
    check(
        isFinite(learningRate) && learningRate > 0,
        "learningRate",
        "above 0",
        learningRate,
        "1e-3");
    checkNotNegative("regularization", regularization, "0 or 1e-4");
    checkNotNegative("tolerance", tolerance, "1e-6");
    check(patience >= 0, "patience", "at least 0", patience, "5");
    checkNotNegative("minDelta", minDelta, "0");
    check(
        labelSmoothing >= 0 && labelSmoothing < 1,
        "labelSmoothing",
        "in [0, 1)",
        labelSmoothing,
        "0.1");
    checkNotNegative("gradientClipNorm", gradientClipNorm, "1");
    check(
        isFinite(foldingBudget) && foldingBudget > 0,
        "foldingBudget",
        "above 0",
        foldingBudget,
        "16");
  }

  private static boolean isFinite(double value) {
    return Math.abs(value) <= Double.MAX_VALUE;
  }

  private static void checkNotNegative(String name, double value, String usual) {
    check(isFinite(value) && value >= 0, name, "at least 0", value, usual);
  }

  private static void check(
      boolean holds, String name, String expected, Object found, String usual) {
    if (!holds) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s must be %s, found %s; a usual value is %s",
              name,
              expected,
              found,
              usual));
    }
  }

  /**
   * Returns how to fold rows of which so many take so many bytes as they are stored.
   *
   * @param rows the rows of the training set
   * @param bytes the bytes that they take
   */
  public FoldingPlan.Options foldingOptions(long rows, long bytes) {
    return folding
        ? new FoldingPlan.Options(true, foldingBudget, Math.max(1, bytes / Math.max(1, rows)))
        : FoldingPlan.Options.off();
  }

  /**
   * Returns the loss.
   *
   * @throws IllegalStateException if the class weights are not yet known in numbers
   */
  public CrossEntropy crossEntropy() {
    if (classWeights.isBalanced()) {
      throw new IllegalStateException("balanced class weights must be resolved first");
    }
    return new CrossEntropy(labelSmoothing, classWeights.toArray());
  }

  /** Returns a builder that starts from {@link #DEFAULTS}. */
  public static Builder builder() {
    return DEFAULTS.toBuilder();
  }

  /** Returns a builder that starts from these options. */
  public Builder toBuilder() {
    return new Builder(this);
  }

  /** Sets options one by one; they are checked by {@link #build()}. */
  public static final class Builder {
    private Solver solver;
    private int epochs;
    private int batchSize;
    private int localSteps;
    private double learningRate;
    private ScheduleOptions schedule;
    private SgdOptions sgd;
    private AdamOptions adam;
    private LbfgsOptions lbfgs;
    private double regularization;
    private double tolerance;
    private int patience;
    private double minDelta;
    private ValidationMetric validationMetric;
    private ClassWeights classWeights;
    private double labelSmoothing;
    private double gradientClipNorm;
    private long seed;
    private boolean backwardPruning;
    private boolean folding;
    private double foldingBudget;

    private Builder(TrainingOptions options) {
      solver = options.solver;
      epochs = options.epochs;
      batchSize = options.batchSize;
      localSteps = options.localSteps;
      learningRate = options.learningRate;
      schedule = options.schedule;
      sgd = options.sgd;
      adam = options.adam;
      lbfgs = options.lbfgs;
      regularization = options.regularization;
      tolerance = options.tolerance;
      patience = options.patience;
      minDelta = options.minDelta;
      validationMetric = options.validationMetric;
      classWeights = options.classWeights;
      labelSmoothing = options.labelSmoothing;
      gradientClipNorm = options.gradientClipNorm;
      seed = options.seed;
      backwardPruning = options.backwardPruning;
      folding = options.folding;
      foldingBudget = options.foldingBudget;
    }

    /** Sets how the loss is minimized. */
    public Builder solver(Solver solver) {
      this.solver = solver;
      return this;
    }

    /** Sets the largest number of epochs, or of L-BFGS iterations. */
    public Builder epochs(int epochs) {
      this.epochs = epochs;
      return this;
    }

    /** Sets the rows per optimizer step, over all shards. */
    public Builder batchSize(int batchSize) {
      this.batchSize = batchSize;
      return this;
    }

    /** Sets the optimizer steps that each shard takes before states are averaged. */
    public Builder localSteps(int localSteps) {
      this.localSteps = localSteps;
      return this;
    }

    /** Sets the full learning rate. */
    public Builder learningRate(double learningRate) {
      this.learningRate = learningRate;
      return this;
    }

    /** Sets how the learning rate changes. */
    public Builder schedule(ScheduleOptions schedule) {
      this.schedule = schedule;
      return this;
    }

    /** Sets the constants of SGD. */
    public Builder sgd(SgdOptions sgd) {
      this.sgd = sgd;
      return this;
    }

    /** Sets the constants of Adam and AdamW. */
    public Builder adam(AdamOptions adam) {
      this.adam = adam;
      return this;
    }

    /** Sets the constants of L-BFGS. */
    public Builder lbfgs(LbfgsOptions lbfgs) {
      this.lbfgs = lbfgs;
      return this;
    }

    /** Sets the L2 penalty, or the weight decay of AdamW. */
    public Builder regularization(double regularization) {
      this.regularization = regularization;
      return this;
    }

    /** Sets the relative change of the loss that counts as none. */
    public Builder tolerance(double tolerance) {
      this.tolerance = tolerance;
      return this;
    }

    /** Sets the epochs without a better validation metric before training ends. */
    public Builder patience(int patience) {
      this.patience = patience;
      return this;
    }

    /** Sets by how much a validation metric must be better to count as better. */
    public Builder minDelta(double minDelta) {
      this.minDelta = minDelta;
      return this;
    }

    /** Sets what tells which of two epochs is better. */
    public Builder validationMetric(ValidationMetric validationMetric) {
      this.validationMetric = validationMetric;
      return this;
    }

    /** Sets what the weights of rows are multiplied by, for each class. */
    public Builder classWeights(ClassWeights classWeights) {
      this.classWeights = classWeights;
      return this;
    }

    /** Sets the part of each label that is spread evenly over all classes. */
    public Builder labelSmoothing(double labelSmoothing) {
      this.labelSmoothing = labelSmoothing;
      return this;
    }

    /** Sets the largest norm of a step's gradient. */
    public Builder gradientClipNorm(double gradientClipNorm) {
      this.gradientClipNorm = gradientClipNorm;
      return this;
    }

    /** Sets the seed of the order of rows and of random layers. */
    public Builder seed(long seed) {
      this.seed = seed;
      return this;
    }

    /** Sets whether the backward pass is pruned. */
    public Builder backwardPruning(boolean backwardPruning) {
      this.backwardPruning = backwardPruning;
      return this;
    }

    /** Sets whether what computes the same in every epoch is evaluated once. */
    public Builder folding(boolean folding) {
      this.folding = folding;
      return this;
    }

    /** Sets the largest size of a folded row in bytes, as a multiple of a stored row's. */
    public Builder foldingBudget(double foldingBudget) {
      this.foldingBudget = foldingBudget;
      return this;
    }

    /**
     * Returns the options.
     *
     * @throws IllegalArgumentException if one is out of its range
     */
    public TrainingOptions build() {
      return new TrainingOptions(
          solver,
          epochs,
          batchSize,
          localSteps,
          learningRate,
          schedule,
          sgd,
          adam,
          lbfgs,
          regularization,
          tolerance,
          patience,
          minDelta,
          validationMetric,
          classWeights,
          labelSmoothing,
          gradientClipNorm,
          seed,
          backwardPruning,
          folding,
          foldingBudget);
    }
  }
}
