package io.github.secateur.spark;

import io.github.secateur.graph.OperatorType;
import io.github.secateur.optim.ScheduleOptions;
import io.github.secateur.optim.Solver;
import io.github.secateur.train.TrainingOptions;
import io.github.secateur.train.ValidationMetric;
import java.io.Serializable;
import java.util.Arrays;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleArrayParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntArrayParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.LongParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamValidators;
import org.apache.spark.ml.param.Params;
import org.apache.spark.ml.param.StringArrayParam;
import scala.Function1;

/**
 * The params that the estimator and its models share: one row each with name, meaning, allowed
 * values and default.
 */
final class ParamTable implements Serializable {
  private static final long serialVersionUID = 1L;

  private static final TrainingOptions DEFAULTS = TrainingOptions.DEFAULTS;

  final StringArrayParam featuresCols;
  final IntArrayParam layers;
  final Param<String> activation;
  final IntParam maxIter;
  final IntParam batchSize;
  final IntParam localSteps;
  final Param<String> solver;
  final DoubleParam stepSize;
  final DoubleParam momentum;
  final DoubleParam beta1;
  final DoubleParam beta2;
  final DoubleParam epsilon;
  final IntParam lbfgsMemory;
  final IntParam stepEpochs;
  final DoubleParam dropFactor;
  final IntParam dropPatience;
  final DoubleParam warmupFraction;
  final DoubleParam finalFraction;
  final DoubleParam gradientClipNorm;
  final DoubleParam labelSmoothing;
  final BooleanParam nesterov;
  final DoubleArrayParam classWeights;
  final Param<String> classWeighting;
  final Param<String> validationMetric;
  final DoubleParam regParam;
  final Param<String> learningRateSchedule;
  final DoubleParam tol;
  final LongParam seed;
  final IntParam aggregationDepth;
  final Param<String> weightCol;
  final Param<String> validationIndicatorCol;
  final IntParam patience;
  final DoubleParam minDelta;
  final StringArrayParam frozenLayers;
  final BooleanParam backwardPruning;
  final BooleanParam folding;
  final DoubleParam foldingBudget;
  final Param<String> checkpointDir;
  final IntParam checkpointInterval;
  final Param<String> initialModelPath;

  ParamTable(Params owner) {
    featuresCols =
        new StringArrayParam(
            owner,
            "featuresCols",
            "names of columns that together hold the features, joined in this order. Excludes"
                + " featuresCol");
    layers =
        new IntArrayParam(
            owner,
            "layers",
            "sizes of the layers of a plain network, from the number of features to the number of"
                + " classes, with an activation between; at least two, each at least 1. Excludes"
                + " network",
            atLeastTwoPositive());
    activation =
        new Param<>(
            owner,
            "activation",
            "what follows each inner layer of layers: the name of an activation layer, as relu",
            ParamValidators.inArray(activations()));
    maxIter =
        new IntParam(
            owner,
            "maxIter",
            "maximum number of epochs, or of iterations for solver \"l-bfgs\" (>= 0)",
            ParamValidators.gtEq(0));
    batchSize =
        new IntParam(
            owner,
            "batchSize",
            "rows per optimizer step, over all partitions (>= 1)",
            ParamValidators.gtEq(1));
    localSteps =
        new IntParam(
            owner,
            "localSteps",
            "optimizer steps that each partition takes on its own rows before all partitions are"
                + " averaged; 1 for steps over all partitions (>= 1)",
            ParamValidators.gtEq(1));
    solver = oneOf(owner, "solver", "the optimizer", Solver.labels());
    stepSize = new DoubleParam(owner, "stepSize", "learning rate (> 0)", ParamValidators.gt(0));
    momentum =
        new DoubleParam(owner, "momentum", "momentum of solver \"sgd\", in [0, 1)", fraction());
    beta1 =
        new DoubleParam(
            owner,
            "beta1",
            "decay of the running mean of the gradient, solvers \"adam\" and \"adamw\", in [0, 1)",
            fraction());
    beta2 =
        new DoubleParam(
            owner,
            "beta2",
            "decay of the running mean of the squared gradient, solvers \"adam\" and \"adamw\", in"
                + " [0, 1)",
            fraction());
    epsilon =
        new DoubleParam(
            owner,
            "epsilon",
            "what solvers \"adam\" and \"adamw\" add to the denominator (> 0)",
            ParamValidators.gt(0));
    lbfgsMemory =
        new IntParam(
            owner,
            "lbfgsMemory",
            "how many past steps solver \"l-bfgs\" remembers (>= 1)",
            ParamValidators.gtEq(1));
    stepEpochs =
        new IntParam(
            owner,
            "stepEpochs",
            "epochs between two drops of schedule \"step\" (>= 1)",
            ParamValidators.gtEq(1));
    dropFactor =
        new DoubleParam(
            owner,
            "dropFactor",
            "what a drop of schedules \"step\" and \"plateau\" multiplies the learning rate by, in"
                + " (0, 1]",
            ParamValidators.inRange(0, 1, false, true));
    dropPatience =
        new IntParam(
            owner,
            "dropPatience",
            "epochs without improvement before schedule \"plateau\" drops (>= 1)",
            ParamValidators.gtEq(1));
    warmupFraction =
        new DoubleParam(
            owner,
            "warmupFraction",
            "part of all steps during which schedule \"warmup-cosine\" rises, in [0, 1)",
            fraction());
    finalFraction =
        new DoubleParam(
            owner,
            "finalFraction",
            "learning rate at the end of schedules \"cosine\" and \"warmup-cosine\", and lowest one"
                + " of \"plateau\", as a part of stepSize, in [0, 1]",
            ParamValidators.inRange(0, 1, true, true));
    gradientClipNorm =
        new DoubleParam(
            owner,
            "gradientClipNorm",
            "largest Euclidean norm of a gradient, longer ones are scaled down to it; 0 for no"
                + " limit. Not used by solver \"l-bfgs\" (>= 0)",
            ParamValidators.gtEq(0));
    labelSmoothing =
        new DoubleParam(
            owner,
            "labelSmoothing",
            "part of each label that is spread evenly over all classes, in [0, 1)",
            fraction());
    nesterov =
        new BooleanParam(
            owner,
            "nesterov",
            "whether solver \"sgd\" looks the gradient up ahead, at the end of its velocity");
    classWeights =
        new DoubleArrayParam(
            owner,
            "classWeights",
            "for each class what the weights of its rows are multiplied by, each at least 0, one at"
                + " least above 0. Excludes classWeighting \"balanced\"",
            notNegative());
    classWeighting =
        oneOf(
            owner,
            "classWeighting",
            "whether classes count by their rows, or all the same",
            new String[] {"none", "balanced"});
    validationMetric =
        oneOf(
            owner,
            "validationMetric",
            "what tells which of two epochs is better",
            ValidationMetric.labels());
    regParam =
        new DoubleParam(
            owner,
            "regParam",
            "L2 regularization of the kernels; decoupled weight decay for solver \"adamw\" (>= 0)",
            ParamValidators.gtEq(0));
    learningRateSchedule =
        oneOf(
            owner,
            "learningRateSchedule",
            "how the learning rate changes over the epochs",
            ScheduleOptions.NAMES.toArray(String[]::new));
    tol =
        new DoubleParam(
            owner,
            "tol",
            "training stops when the loss changes by no more than this, relative to its value, in"
                + " two epochs in a row; 0 for never (>= 0)",
            ParamValidators.gtEq(0));
    seed =
        new LongParam(owner, "seed", "random seed of initial weights, order of rows and dropout");
    aggregationDepth =
        new IntParam(
            owner,
            "aggregationDepth",
            "suggested depth of the tree that adds gradients (>= 2)",
            ParamValidators.gtEq(2));
    weightCol =
        new Param<>(
            owner,
            "weightCol",
            "weight column name. If this is not set or empty, all weights are 1.0");
    validationIndicatorCol =
        new Param<>(
            owner,
            "validationIndicatorCol",
            "name of a boolean column: rows with true are not trained on, they measure progress");
    patience =
        new IntParam(
            owner,
            "patience",
            "epochs without a better validation metric before training stops and the best weights"
                + " are restored; 0 for never (>= 0)",
            ParamValidators.gtEq(0));
    minDelta =
        new DoubleParam(
            owner,
            "minDelta",
            "by how much a validation metric must be better to count (>= 0)",
            ParamValidators.gtEq(0));
    frozenLayers =
        new StringArrayParam(owner, "frozenLayers", "names of layers that are not trained");
    backwardPruning =
        new BooleanParam(
            owner,
            "backwardPruning",
            "whether backward computations that no weight needs are left out; off to compare");
    folding =
        new BooleanParam(
            owner,
            "folding",
            "whether what computes the same in every epoch is evaluated once, before training; off"
                + " to compare");
    foldingBudget =
        new DoubleParam(
            owner,
            "foldingBudget",
            "largest size of a folded row in bytes, as a multiple of a stored row's (> 0)",
            ParamValidators.gt(0));
    checkpointDir =
        new Param<>(
            owner,
            "checkpointDir",
            "folder in which a fit keeps where it stands, to go on from there if it is interrupted;"
                + " on any Hadoop file system");
    checkpointInterval =
        new IntParam(
            owner,
            "checkpointInterval",
            "epochs, or iterations for solver \"l-bfgs\", between two checkpoints (>= 1), or -1 for"
                + " none",
            oneOrMoreOrMinusOne());
    initialModelPath =
        new Param<>(
            owner,
            "initialModelPath",
            "folder of a saved model of the same network whose weights training starts from");
  }

  /** Gives the owner, whose params these are, their defaults. */
  void setDefaults(Params owner) {
    owner.setDefault(featuresCols, new String[0]);
    owner.setDefault(activation, OperatorType.RELU.label());
    owner.setDefault(maxIter, DEFAULTS.epochs());
    owner.setDefault(batchSize, DEFAULTS.batchSize());
    owner.setDefault(localSteps, DEFAULTS.localSteps());
    owner.setDefault(solver, DEFAULTS.solver().label());
    owner.setDefault(stepSize, DEFAULTS.learningRate());
    owner.setDefault(momentum, DEFAULTS.sgd().momentum());
    owner.setDefault(beta1, DEFAULTS.adam().beta1());
    owner.setDefault(beta2, DEFAULTS.adam().beta2());
    owner.setDefault(epsilon, DEFAULTS.adam().epsilon());
    owner.setDefault(lbfgsMemory, DEFAULTS.lbfgs().history());
    owner.setDefault(stepEpochs, DEFAULTS.schedule().stepEpochs());
    owner.setDefault(dropFactor, DEFAULTS.schedule().gamma());
    owner.setDefault(dropPatience, DEFAULTS.schedule().dropPatience());
    owner.setDefault(warmupFraction, DEFAULTS.schedule().warmupFraction());
    owner.setDefault(finalFraction, DEFAULTS.schedule().finalFraction());
    owner.setDefault(gradientClipNorm, DEFAULTS.gradientClipNorm());
    owner.setDefault(labelSmoothing, DEFAULTS.labelSmoothing());
    owner.setDefault(nesterov, DEFAULTS.sgd().nesterov());
    owner.setDefault(classWeights, new double[0]);
    owner.setDefault(classWeighting, "none");
    owner.setDefault(validationMetric, DEFAULTS.validationMetric().label());
    owner.setDefault(regParam, DEFAULTS.regularization());
    owner.setDefault(learningRateSchedule, DEFAULTS.schedule().name());
    owner.setDefault(tol, DEFAULTS.tolerance());
    owner.setDefault(seed, (long) owner.getClass().getName().hashCode());
    owner.setDefault(aggregationDepth, 2);
    owner.setDefault(patience, DEFAULTS.patience());
    owner.setDefault(minDelta, DEFAULTS.minDelta());
    owner.setDefault(frozenLayers, new String[0]);
    owner.setDefault(backwardPruning, DEFAULTS.backwardPruning());
    owner.setDefault(folding, DEFAULTS.folding());
    owner.setDefault(foldingBudget, DEFAULTS.foldingBudget());
    owner.setDefault(checkpointInterval, 10);
  }

  private static <T> Function1<T, Object> fraction() {
    return ParamValidators.inRange(0, 1, true, false);
  }

  private static Function1<double[], Object> notNegative() {
    return (Function1<double[], Object> & Serializable)
        weights ->
            Arrays.stream(weights).allMatch(weight -> weight >= 0 && weight <= Float.MAX_VALUE)
                && (weights.length == 0 || Arrays.stream(weights).anyMatch(weight -> weight > 0));
  }

  private static String[] activations() {
    return Arrays.stream(OperatorType.values())
        .filter(OperatorType::isActivation)
        .map(OperatorType::label)
        .toArray(String[]::new);
  }

  private static Param<String> oneOf(Params owner, String name, String doc, String[] allowed) {
    return new Param<>(
        owner, name, doc + ": " + String.join(", ", allowed), ParamValidators.inArray(allowed));
  }

  private static Function1<Object, Object> oneOrMoreOrMinusOne() {
    return (Function1<Object, Object> & Serializable)
        value -> (int) value >= 1 || (int) value == -1;
  }

  private static Function1<int[], Object> atLeastTwoPositive() {
    return (Function1<int[], Object> & Serializable)
        sizes -> sizes.length > 1 && Arrays.stream(sizes).allMatch(size -> size > 0);
  }
}
