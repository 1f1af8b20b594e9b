package io.github.secateur.spark;

import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleArrayParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntArrayParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.StringArrayParam;
import org.apache.spark.ml.param.shared.HasAggregationDepth;
import org.apache.spark.ml.param.shared.HasCheckpointInterval;
import org.apache.spark.ml.param.shared.HasMaxIter;
import org.apache.spark.ml.param.shared.HasRegParam;
import org.apache.spark.ml.param.shared.HasSeed;
import org.apache.spark.ml.param.shared.HasSolver;
import org.apache.spark.ml.param.shared.HasStepSize;
import org.apache.spark.ml.param.shared.HasTol;
import org.apache.spark.ml.param.shared.HasValidationIndicatorCol;
import org.apache.spark.ml.param.shared.HasWeightCol;

/**
 * The params that {@link NeuralNetworkClassifier} and {@link NeuralNetworkClassificationModel}
 * share, beside Spark's own for classifiers. {@code explainParams()} prints them with their
 * meaning, default and value.
 *
 * <p>The methods with a {@code $} in their name are how Scala initializes a trait; nothing calls
 * them here, because the params come from one table.
 */
public interface NeuralNetworkParams
    extends HasMaxIter,
        HasStepSize,
        HasSolver,
        HasRegParam,
        HasTol,
        HasSeed,
        HasAggregationDepth,
        HasCheckpointInterval,
        HasWeightCol,
        HasValidationIndicatorCol {

  /**
   * Returns the table that holds the params.
   *
   * @hidden
   */
  ParamTable paramTable();

  /** Returns the param for the names of columns that together hold the features. */
  default StringArrayParam featuresCols() {
    return paramTable().featuresCols;
  }

  /** Returns the names of columns that together hold the features. */
  default String[] getFeaturesCols() {
    return getOrDefault(featuresCols());
  }

  /** Returns the param for the sizes of the layers of a plain network. */
  default IntArrayParam layers() {
    return paramTable().layers;
  }

  /** Returns the sizes of the layers of a plain network. */
  default int[] getLayers() {
    return getOrDefault(layers());
  }

  /** Returns the param for the activation between {@link #layers()}. */
  default Param<String> activation() {
    return paramTable().activation;
  }

  /** Returns the activation between {@link #layers()}. */
  default String getActivation() {
    return getOrDefault(activation());
  }

  /** Returns the param for the rows per optimizer step, over all partitions. */
  default IntParam batchSize() {
    return paramTable().batchSize;
  }

  /** Returns the rows per optimizer step, over all partitions. */
  default int getBatchSize() {
    return (int) getOrDefault(batchSize());
  }

  /** Returns the param for the optimizer steps of a partition between two averages. */
  default IntParam localSteps() {
    return paramTable().localSteps;
  }

  /** Returns the optimizer steps that a partition takes before all partitions are averaged. */
  default int getLocalSteps() {
    return (int) getOrDefault(localSteps());
  }

  /** Returns the param for the momentum of solver "sgd". */
  default DoubleParam momentum() {
    return paramTable().momentum;
  }

  /** Returns the momentum of solver "sgd". */
  default double getMomentum() {
    return (double) getOrDefault(momentum());
  }

  /**
   * Returns the param for the decay of the running mean of the gradient, of solvers "adam" and
   * "adamw".
   */
  default DoubleParam beta1() {
    return paramTable().beta1;
  }

  /** Returns the decay of the running mean of the gradient, of solvers "adam" and "adamw". */
  default double getBeta1() {
    return (double) getOrDefault(beta1());
  }

  /**
   * Returns the param for the decay of the running mean of the squared gradient, of solvers "adam"
   * and "adamw".
   */
  default DoubleParam beta2() {
    return paramTable().beta2;
  }

  /**
   * Returns the decay of the running mean of the squared gradient, of solvers "adam" and "adamw".
   */
  default double getBeta2() {
    return (double) getOrDefault(beta2());
  }

  /** Returns the param for the number that solvers "adam" and "adamw" add to the denominator. */
  default DoubleParam epsilon() {
    return paramTable().epsilon;
  }

  /** Returns the number that solvers "adam" and "adamw" add to the denominator. */
  default double getEpsilon() {
    return (double) getOrDefault(epsilon());
  }

  /** Returns the param for the number of past steps that solver "l-bfgs" remembers. */
  default IntParam lbfgsMemory() {
    return paramTable().lbfgsMemory;
  }

  /** Returns the number of past steps that solver "l-bfgs" remembers. */
  default int getLbfgsMemory() {
    return (int) getOrDefault(lbfgsMemory());
  }

  /** Returns the param for the epochs between two drops of schedule "step". */
  default IntParam stepEpochs() {
    return paramTable().stepEpochs;
  }

  /** Returns the epochs between two drops of schedule "step". */
  default int getStepEpochs() {
    return (int) getOrDefault(stepEpochs());
  }

  /** Returns the param for the factor of a drop of schedules "step" and "plateau". */
  default DoubleParam dropFactor() {
    return paramTable().dropFactor;
  }

  /** Returns the factor of a drop of schedules "step" and "plateau". */
  default double getDropFactor() {
    return (double) getOrDefault(dropFactor());
  }

  /** Returns the param for the epochs without improvement before schedule "plateau" drops. */
  default IntParam dropPatience() {
    return paramTable().dropPatience;
  }

  /** Returns the epochs without improvement before schedule "plateau" drops. */
  default int getDropPatience() {
    return (int) getOrDefault(dropPatience());
  }

  /** Returns the param for the part of all steps during which schedule "warmup-cosine" rises. */
  default DoubleParam warmupFraction() {
    return paramTable().warmupFraction;
  }

  /** Returns the part of all steps during which schedule "warmup-cosine" rises. */
  default double getWarmupFraction() {
    return (double) getOrDefault(warmupFraction());
  }

  /**
   * Returns the param for the part of the learning rate that is left at the end of the cosine
   * schedules, and at the least in "plateau".
   */
  default DoubleParam finalFraction() {
    return paramTable().finalFraction;
  }

  /**
   * Returns the part of the learning rate that is left at the end of the cosine schedules, and at
   * the least in "plateau".
   */
  default double getFinalFraction() {
    return (double) getOrDefault(finalFraction());
  }

  /** Returns the param for the largest Euclidean norm of a gradient; 0 for no limit. */
  default DoubleParam gradientClipNorm() {
    return paramTable().gradientClipNorm;
  }

  /** Returns the largest Euclidean norm of a gradient; 0 for no limit. */
  default double getGradientClipNorm() {
    return (double) getOrDefault(gradientClipNorm());
  }

  /** Returns the param for the part of each label that is spread evenly over all classes. */
  default DoubleParam labelSmoothing() {
    return paramTable().labelSmoothing;
  }

  /** Returns the part of each label that is spread evenly over all classes. */
  default double getLabelSmoothing() {
    return (double) getOrDefault(labelSmoothing());
  }

  /** Returns the param for whether solver "sgd" looks the gradient up ahead. */
  default BooleanParam nesterov() {
    return paramTable().nesterov;
  }

  /** Returns whether solver "sgd" looks the gradient up ahead. */
  default boolean getNesterov() {
    return (boolean) getOrDefault(nesterov());
  }

  /** Returns the param for each class what the weights of its rows are multiplied by. */
  default DoubleArrayParam classWeights() {
    return paramTable().classWeights;
  }

  /** Returns for each class what the weights of its rows are multiplied by. */
  default double[] getClassWeights() {
    return getOrDefault(classWeights());
  }

  /**
   * Returns the param for whether classes count by their rows, "none", or all the same, "balanced".
   */
  default Param<String> classWeighting() {
    return paramTable().classWeighting;
  }

  /** Returns whether classes count by their rows, "none", or all the same, "balanced". */
  default String getClassWeighting() {
    return getOrDefault(classWeighting());
  }

  /** Returns the param for what tells which of two epochs is better, "loss" or "accuracy". */
  default Param<String> validationMetric() {
    return paramTable().validationMetric;
  }

  /** Returns what tells which of two epochs is better, "loss" or "accuracy". */
  default String getValidationMetric() {
    return getOrDefault(validationMetric());
  }

  /** Returns the param for how the learning rate changes over the epochs. */
  default Param<String> learningRateSchedule() {
    return paramTable().learningRateSchedule;
  }

  /** Returns how the learning rate changes over the epochs. */
  default String getLearningRateSchedule() {
    return getOrDefault(learningRateSchedule());
  }

  /** Returns the param for the epochs without a better validation metric before training stops. */
  default IntParam patience() {
    return paramTable().patience;
  }

  /** Returns the epochs without a better validation metric before training stops. */
  default int getPatience() {
    return (int) getOrDefault(patience());
  }

  /** Returns the param for by how much a validation metric must be better to count as better. */
  default DoubleParam minDelta() {
    return paramTable().minDelta;
  }

  /** Returns by how much a validation metric must be better to count as better. */
  default double getMinDelta() {
    return (double) getOrDefault(minDelta());
  }

  /** Returns the param for the names of layers that are not trained. */
  default StringArrayParam frozenLayers() {
    return paramTable().frozenLayers;
  }

  /** Returns the names of layers that are not trained. */
  default String[] getFrozenLayers() {
    return getOrDefault(frozenLayers());
  }

  /** Returns the param for whether backward computations that no weight needs are left out. */
  default BooleanParam backwardPruning() {
    return paramTable().backwardPruning;
  }

  /** Returns whether backward computations that no weight needs are left out. */
  default boolean getBackwardPruning() {
    return (boolean) getOrDefault(backwardPruning());
  }

  /** Returns the param for whether what computes the same in every epoch is evaluated once. */
  default BooleanParam folding() {
    return paramTable().folding;
  }

  /** Returns whether what computes the same in every epoch is evaluated once, before training. */
  default boolean getFolding() {
    return (boolean) getOrDefault(folding());
  }

  /** Returns the param for the size of folded rows. */
  default DoubleParam foldingBudget() {
    return paramTable().foldingBudget;
  }

  /** Returns the largest size of a folded row in bytes, as a multiple of a stored row's. */
  default double getFoldingBudget() {
    return (double) getOrDefault(foldingBudget());
  }

  /** Returns the param for the folder of checkpoints. */
  default Param<String> checkpointDir() {
    return paramTable().checkpointDir;
  }

  /** Returns the folder of checkpoints. */
  default String getCheckpointDir() {
    return getOrDefault(checkpointDir());
  }

  @Override
  default IntParam checkpointInterval() {
    return paramTable().checkpointInterval;
  }

  /** Returns the param for the saved model that training starts from. */
  default Param<String> initialModelPath() {
    return paramTable().initialModelPath;
  }

  /** Returns the folder of the saved model that training starts from. */
  default String getInitialModelPath() {
    return getOrDefault(initialModelPath());
  }

  @Override
  default IntParam maxIter() {
    return paramTable().maxIter;
  }

  @Override
  default DoubleParam stepSize() {
    return paramTable().stepSize;
  }

  @Override
  default Param<String> solver() {
    return paramTable().solver;
  }

  @Override
  default DoubleParam regParam() {
    return paramTable().regParam;
  }

  @Override
  default DoubleParam tol() {
    return paramTable().tol;
  }

  @Override
  default LongParam seed() {
    return paramTable().seed;
  }

  @Override
  default IntParam aggregationDepth() {
    return paramTable().aggregationDepth;
  }

  @Override
  default Param<String> weightCol() {
    return paramTable().weightCol;
  }

  @Override
  default Param<String> validationIndicatorCol() {
    return paramTable().validationIndicatorCol;
  }

  /**
   * @hidden
   */
  @Override
  default void org$apache$spark$ml$param$shared$HasMaxIter$_setter_$maxIter_$eq(IntParam param) {}

  /**
   * @hidden
   */
  @Override
  default void org$apache$spark$ml$param$shared$HasStepSize$_setter_$stepSize_$eq(
      DoubleParam param) {}

  /**
   * @hidden
   */
  @Override
  default void org$apache$spark$ml$param$shared$HasSolver$_setter_$solver_$eq(
      Param<String> param) {}

  /**
   * @hidden
   */
  @Override
  default void org$apache$spark$ml$param$shared$HasRegParam$_setter_$regParam_$eq(
      DoubleParam param) {}

  /**
   * @hidden
   */
  @Override
  default void org$apache$spark$ml$param$shared$HasTol$_setter_$tol_$eq(DoubleParam param) {}

  /**
   * @hidden
   */
  @Override
  default void org$apache$spark$ml$param$shared$HasSeed$_setter_$seed_$eq(LongParam param) {}

  /**
   * @hidden
   */
  @Override
  default void org$apache$spark$ml$param$shared$HasAggregationDepth$_setter_$aggregationDepth_$eq(
      IntParam param) {}

  /**
   * @hidden
   */
  @Override
  default void
      org$apache$spark$ml$param$shared$HasCheckpointInterval$_setter_$checkpointInterval_$eq(
          IntParam param) {}

  /**
   * @hidden
   */
  @Override
  default void org$apache$spark$ml$param$shared$HasWeightCol$_setter_$weightCol_$eq(
      Param<String> param) {}

  /**
   * @hidden
   */
  @Override
  default void
      org$apache$spark$ml$param$shared$HasValidationIndicatorCol$_setter_$validationIndicatorCol_$eq(
          Param<String> param) {}
}
