package io.github.secateur.spark;

import io.github.secateur.nn.Network;
import io.github.secateur.optim.Solver;
import io.github.secateur.spark.files.FitCheckpoints;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.apache.spark.ml.param.Param;

/** What of a fit's params bears on its result, so that a checkpoint of another fit is known. */
final class FitSettings {
  /** Params that do not change a bit of the weights, or that show in the network or in the rows. */
  private static final Set<String> WITHOUT_INFLUENCE =
      Set.of(
          "activation",
          "aggregationDepth",
          "backwardPruning",
          "checkpointDir",
          "checkpointInterval",
          "featuresCol",
          "featuresCols",
          "folding",
          "foldingBudget",
          "frozenLayers",
          "initialModelPath",
          "labelCol",
          "layers",
          "network",
          "predictionCol",
          "probabilityCol",
          "rawPredictionCol",
          "thresholds",
          "validationIndicatorCol",
          "weightCol");

  private FitSettings() {}

  /**
   * Returns the settings by name, as text.
   *
   * @param network the network with its frozen layers
   * @param initial the weights to start from
   */
  static Map<String, String> of(
      NeuralNetworkClassifier classifier, Network network, float[] initial) {
    Map<String, String> settings = new LinkedHashMap<>();
    for (Param<?> param : classifier.params()) {
      if (!WITHOUT_INFLUENCE.contains(param.name()) && classifier.isDefined(param)) {
        settings.put(param.name(), text(classifier.getOrDefault(param)));
      }
    }
    if (mayWeighRows(classifier) && !classifier.getSolver().equals(Solver.LBFGS.label())) {
      // older versions divided by the weight of the step's own rows
      settings.put("what a step divides by", "the weight to be expected of its rows");
    }
    settings.put("network", network.toJson());
    settings.put("checksum of the initial weights", FitCheckpoints.checksum(initial));
    return settings;
  }

  private static boolean mayWeighRows(NeuralNetworkClassifier classifier) {
    return classifier.isDefined(classifier.weightCol())
        || classifier.getClassWeights().length > 0
        || !classifier.getClassWeighting().equals("none");
  }

  private static String text(Object value) {
    String inBrackets = Arrays.deepToString(new Object[] {value});
    return inBrackets.substring(1, inBrackets.length() - 1);
  }
}
