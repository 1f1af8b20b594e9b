package io.github.secateur.spark;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.apache.spark.ml.param.Param;

/** The params in the order in which a person needs them; pages and Python classes follow it. */
enum ParamGroup {
  FIRST(
      "The six that matter first",
      "A fit needs a network. The other five are what to change first.",
      "network",
      "maxIter",
      "batchSize",
      "stepSize",
      "solver",
      "validationIndicatorCol"),
  NETWORK(
      "The network and its first weights",
      "For networks without a builder, and for fine-tuning.",
      "layers",
      "activation",
      "frozenLayers",
      "initialModelPath",
      "seed"),
  COLUMNS(
      "Columns",
      "What is read, and what `transform` adds.",
      "featuresCol",
      "featuresCols",
      "labelCol",
      "weightCol",
      "predictionCol",
      "probabilityCol",
      "rawPredictionCol",
      "thresholds"),
  STOPPING(
      "When to stop, and what to keep",
      "The first three need a `validationIndicatorCol`.",
      "patience",
      "validationMetric",
      "minDelta",
      "tol",
      "checkpointDir",
      "checkpointInterval"),
  LOSS(
      "The loss and its steps",
      "For training that overfits, jumps, or has rare classes.",
      "learningRateSchedule",
      "regParam",
      "gradientClipNorm",
      "labelSmoothing",
      "classWeighting",
      "classWeights"),
  EXPERT(
      "For experts",
      "The defaults are those of the papers, or what measured best. Leave them until you have a"
          + " reason.",
      "momentum",
      "nesterov",
      "beta1",
      "beta2",
      "epsilon",
      "lbfgsMemory",
      "stepEpochs",
      "dropFactor",
      "dropPatience",
      "warmupFraction",
      "finalFraction",
      "localSteps",
      "aggregationDepth",
      "backwardPruning",
      "folding",
      "foldingBudget");

  final String title;
  final String about;
  final List<String> params;

  ParamGroup(String title, String about, String... params) {
    this.title = title;
    this.about = about;
    this.params = List.of(params);
  }

  /** Returns the names of all params, in order. */
  static List<String> names() {
    return Arrays.stream(values()).flatMap(group -> group.params.stream()).toList();
  }

  /** The order of the groups; a param in none of them comes last. */
  static Comparator<Param<?>> order() {
    List<String> names = names();
    return Comparator.comparing(
            (Param<?> param) ->
                names.contains(param.name()) ? names.indexOf(param.name()) : names.size())
        .thenComparing(Param::name);
  }
}
