package io.github.secateur.exchange.reading;

import io.github.secateur.graph.Attributes;
import io.github.secateur.graph.Graph;
import io.github.secateur.graph.OperatorType;
import io.github.secateur.graph.Parameter;
import io.github.secateur.graph.Shape;
import io.github.secateur.nn.Input;
import io.github.secateur.nn.Network;
import io.github.secateur.nn.OperatorLayer;
import io.github.secateur.nn.TrainedNetwork;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** The network so far, with its weights, to which layers are added one by one. */
final class Layers {
  private final LayerNaming names;
  private final Map<String, float[]> weights = new HashMap<>(); // by "layer.role"
  private final Map<Arranged, String> arranged = new HashMap<>();
  private Network network;
  private String last;

  private record Arranged(String value, List<Atom> order, Shape shape) {}

  Layers(List<Input> inputs, LayerNaming names) {
    this.names = names;
    if (inputs.size() == 1 && inputs.get(0).name().equals("input")) {
      Shape shape = inputs.get(0).shape();
      this.network =
          Network.input(shape.dimensions().stream().mapToInt(Integer::intValue).toArray());
    } else {
      this.network = Network.inputs(inputs.toArray(Input[]::new));
    }
    this.last = inputs.get(0).name();
  }

  /**
   * Adds a layer that reads one value.
   *
   * @param name of the layer, not taken yet
   * @param add adds it, with a name of its own
   * @return the name
   */
  String add(String name, String input, UnaryOperator<Network> add) {
    Network from = input.equals(last) ? network : network.from(input);
    network = add.apply(from).named(name);
    last = name;
    return name;
  }

  /** Returns a new name for a layer that helps another one. */
  String beside(String layer, String role) {
    return names.beside(layer, role);
  }

  /** Adds a layer that reads one value and becomes one operator. */
  String add(String name, String input, OperatorLayer layer) {
    return add(name, input, network -> network.add(layer));
  }

  /** Adds a layer that reads one value and becomes one operator. */
  String add(String name, String input, OperatorType type, Attributes attributes) {
    return add(name, input, network -> network.add(new OperatorLayer(type, attributes)));
  }

  /** Adds a layer that reads no value. */
  void source(String name, OperatorType type, Attributes attributes) {
    network = network.add(new OperatorLayer(type, attributes)).named(name);
    last = name;
  }

  /** Adds a layer that joins values along an axis of the network. */
  String concat(String name, List<String> values, int axis) {
    String[] others = values.subList(1, values.size()).toArray(String[]::new);
    return add(name, values.get(0), network -> network.concat(axis, others));
  }

  /** Returns the name of the layer added last. */
  String last() {
    return last;
  }

  /** Returns the shape of the layer added last. */
  Shape shape() {
    return network.outputShape();
  }

  /** Gives weights to a layer. */
  void weights(String layer, String role, float[] values) {
    weights.put(layer + "." + role, values);
  }

  /**
   * Returns the name of a value with a flow's numbers in another order and shape, and adds the
   * layers that move them.
   *
   * @param groups for each axis in the network its atoms
   * @param reader the name of the layer for which they are moved
   */
  String arrange(Flow flow, List<List<Atom>> groups, String reader) {
    List<Atom> wanted = Atom.join(groups);
    Shape shape = Flow.shape(groups);
    if (flow.order().equals(wanted) && flow.shape().equals(shape)) {
      return flow.value();
    }
    Arranged key = new Arranged(flow.value(), wanted, shape);
    String known = arranged.get(key);
    if (known == null) {
      known = move(flow, groups, wanted, shape, reader);
      arranged.put(key, known);
    }
    return known;
  }

  private String move(
      Flow flow, List<List<Atom>> groups, List<Atom> wanted, Shape shape, String reader) {
    if (flow.order().equals(wanted)) {
      return reshape(flow.value(), shape, reader);
    }
    List<Integer> direct = wholeAxes(flow, groups);
    if (direct != null) {
      return permute(flow.value(), direct, reader);
    }
    List<List<Atom>> runs = runs(flow.order(), wanted);
    List<Integer> order = new ArrayList<>();
    for (Atom atom : wanted) {
      for (int run = 0; run < runs.size(); run++) {
        if (runs.get(run).get(0) == atom) {
          order.add(run);
        }
      }
    }
    String value = flow.value();
    if (!flow.shape().equals(Flow.shape(runs))) {
      value = reshape(value, Flow.shape(runs), reader);
    }
    value = permute(value, order, reader);
    return shape().equals(shape) ? value : reshape(value, shape, reader);
  }

  /** Returns how the axes of a value have to be permuted if none must be split or joined. */
  private static List<Integer> wholeAxes(Flow flow, List<List<Atom>> groups) {
    List<List<Atom>> blocks = flow.blocks();
    if (blocks == null) {
      return null;
    }
    List<Integer> order = new ArrayList<>();
    for (List<Atom> group : groups) {
      for (int block = 0; block < blocks.size(); block++) {
        if (blocks.get(block).equals(group) && !order.contains(block)) {
          order.add(block);
          break;
        }
      }
    }
    return order.size() == groups.size() && order.size() == blocks.size() ? order : null;
  }

  /** Returns the longest parts of one order that are parts of the other too. */
  private static List<List<Atom>> runs(List<Atom> order, List<Atom> wanted) {
    List<List<Atom>> runs = new ArrayList<>();
    for (Atom atom : order) {
      int at = wanted.indexOf(atom);
      List<Atom> run = runs.isEmpty() ? null : runs.get(runs.size() - 1);
      if (run != null && at > 0 && wanted.get(at - 1) == run.get(run.size() - 1)) {
        run.add(atom);
      } else {
        runs.add(new ArrayList<>(List.of(atom)));
      }
    }
    return runs;
  }

  private String reshape(String value, Shape shape, String reader) {
    String name = names.beside(reader, "reshape");
    return add(name, value, OperatorType.RESHAPE, new Attributes.Reshape(shape));
  }

  private String permute(String value, List<Integer> order, String reader) {
    String name = names.beside(reader, "permute");
    return add(name, value, OperatorType.PERMUTE, new Attributes.Permute(order));
  }

  /** Returns the network with its weights. */
  TrainedNetwork build() {
    Graph graph = network.lower();
    float[] parameters = new float[graph.parameterCount()];
    for (Parameter parameter : graph.parameters()) {
      float[] values = weights.get(parameter.name());
      if (values == null || values.length != parameter.size()) {
        throw new IllegalStateException(
            "weights of " + parameter.name() + " for " + parameter.size() + " values");
      }
      System.arraycopy(values, 0, parameters, parameter.offset(), values.length);
    }
    return TrainedNetwork.of(network, parameters);
  }
}
