package io.github.secateur.spark;

import io.github.secateur.graph.Parameter;
import io.github.secateur.nn.Network;
import io.github.secateur.spark.files.ModelFiles;
import io.github.secateur.spark.prediction.InferenceEngines;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;

/** Takes the weights of a saved model to start training from. */
final class WarmStart {
  private WarmStart() {}

  /**
   * Returns the weights of a saved model as the flat parameter array of a network.
   *
   * @param path the folder of the model
   * @throws IllegalArgumentException if it is the model of another network; the message says where
   *     they differ
   * @throws UncheckedIOException if the model cannot be read
   */
  static float[] parameters(Network network, String path, Configuration configuration) {
    InferenceEngines model;
    try {
      model = ModelFiles.read(path, configuration).engines();
    } catch (IOException e) {
      throw new UncheckedIOException(
          "cannot start from the model in initialModelPath: " + e.getMessage(), e);
    }
    String difference = difference(network.lower().parameters(), model.graph().parameters());
    if (difference != null) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "initialModelPath must hold a model whose layers have the names and shapes of the"
                  + " network's, but %s in %s; set the network of that model, or clear"
                  + " initialModelPath",
              difference,
              path));
    }
    return model.parameters().clone();
  }

  private static String difference(List<Parameter> expected, List<Parameter> found) {
    for (int i = 0; i < Math.max(expected.size(), found.size()); i++) {
      String here = i < expected.size() ? describe(expected.get(i)) : "the end of the network";
      String there = i < found.size() ? describe(found.get(i)) : "the end of the network";
      if (!here.equals(there)) {
        return String.format(Locale.ROOT, "expected %s, found %s", here, there);
      }
    }
    return null;
  }

  private static String describe(Parameter parameter) {
    return String.format(
        Locale.ROOT, "%s of shape %s", parameter.name(), parameter.shape().dimensions());
  }
}
