package io.github.secateur.exchange.writing;

import io.github.secateur.exchange.onnx.FormatException;
import io.github.secateur.exchange.onnx.Model;
import io.github.secateur.exchange.onnx.Tensor;
import io.github.secateur.graph.Graph;
import io.github.secateur.graph.Operator;
import io.github.secateur.graph.Parameter;
import io.github.secateur.nn.Network;
import io.github.secateur.nn.TrainedNetwork;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Files that we wrote: beside the operators they hold the network as JSON, so that it comes back as
 * it was, with branches, names and frozen layers. That is believed while the operators are those
 * that were written; a file that somebody changed is read as any other. Weights are read from the
 * file.
 */
public final class OwnFiles {
  /** The name of the text with the network. */
  static final String NETWORK = "secateur.network";

  /** The name of the text with a checksum of the operators. */
  static final String DIGEST = "secateur.operators";

  private OwnFiles() {}

  /** Returns whether a file is one that we wrote, and nobody changed its operators. */
  public static boolean isOwn(Model model) {
    return model.metadata().containsKey(NETWORK)
        && Long.toString(model.graph().digest()).equals(model.metadata().get(DIGEST));
  }

  /**
   * Returns the network of such a file.
   *
   * @throws FormatException if text and weights do not belong together
   */
  public static TrainedNetwork read(Model model) {
    Network network;
    Graph graph;
    try {
      network = Network.fromJson(model.metadata().get(NETWORK));
      graph = network.lower();
    } catch (IllegalArgumentException e) {
      throw FormatException.damaged("%s", e.getMessage());
    }
    // all weights are read before memory for as many as the text speaks of is asked for
    Map<Parameter, float[]> weights = new HashMap<>();
    for (Operator operator : graph.operators()) {
      for (Parameter parameter : operator.parameters()) {
        weights.put(parameter, weights(model, operator, parameter));
      }
    }
    float[] parameters = new float[graph.parameterCount()];
    weights.forEach(
        (parameter, values) ->
            System.arraycopy(values, 0, parameters, parameter.offset(), values.length));
    return TrainedNetwork.of(network, parameters);
  }

  private static float[] weights(Model model, Operator operator, Parameter parameter) {
    Supplier<Tensor> held = model.graph().constants().get(parameter.name());
    Tensor tensor = held == null ? null : held.get();
    if (tensor == null || tensor.size() != parameter.size()) {
      throw FormatException.damaged(
          "%s has %d values by the text, found %d",
          parameter.name(), parameter.size(), tensor == null ? 0 : tensor.size());
    }
    int[] places = Kernels.places(operator, parameter);
    float[] values = new float[places.length];
    for (int i = 0; i < places.length; i++) {
      values[i] = tensor.floatAt(places[i]);
    }
    return values;
  }
}
