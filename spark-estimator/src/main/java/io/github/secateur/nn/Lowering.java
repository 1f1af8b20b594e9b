package io.github.secateur.nn;

import io.github.secateur.graph.Attributes;
import io.github.secateur.graph.Graph;
import io.github.secateur.graph.OperatorType;
import io.github.secateur.graph.Parameter.Initializer;
import io.github.secateur.graph.Shape;
import io.github.secateur.graph.ShapeException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Turns layers into operators: one for each layer, those of branches first. */
final class Lowering {
  private final Graph.Builder builder;
  private final Map<String, Integer> values = new HashMap<>(); // by the names of top-level layers
  private final String lastDense;

  private Lowering(List<Input> inputs, List<NamedLayer> layers) {
    this.builder = start(inputs);
    inputs.forEach(input -> values.put(input.name(), inputs.size() == 1 ? 0 : values.size() + 1));
    this.lastDense =
        layers.stream()
            .flatMap(NamedLayer::all)
            .filter(Lowering::isDense)
            .map(NamedLayer::name)
            .reduce("", (first, second) -> second);
  }

  /** A row holds all inputs: if there are several, each is a part of it. */
  private static Graph.Builder start(List<Input> inputs) {
    if (inputs.size() == 1) {
      return Graph.builder(inputs.get(0).name(), inputs.get(0).shape());
    }
    int width = inputs.stream().mapToInt(input -> input.shape().size()).sum();
    // A layer that reads the one input of a network by its name is lowered with it as a part.
    boolean taken = inputs.stream().anyMatch(input -> input.name().equals(LayerNames.INPUT));
    String row = taken ? LayerNames.INPUT + ":row" : LayerNames.INPUT;
    Graph.Builder builder = Graph.builder(row, Shape.of(width));
    int offset = 0;
    for (Input input : inputs) {
      Attributes part = new Attributes.InputPart(offset, input.shape());
      builder.add(
          input.name(), OperatorType.INPUT_PART, part, List.of(0), false, Initializer.ZEROS);
      offset += input.shape().size();
    }
    return builder;
  }

  private static boolean isDense(NamedLayer named) {
    return named.layer() instanceof OperatorLayer layer && layer.operator() == OperatorType.DENSE;
  }

  /**
   * Returns the graph of the layers. Kernels are drawn by He's rule, that of the last dense layer
   * by Glorot's.
   *
   * @throws IllegalArgumentException if nobody reads the value of a layer
   */
  static Graph lower(List<Input> inputs, List<NamedLayer> layers) {
    return builder(inputs, layers).build();
  }

  /** Returns the same graph of layers that are not all connected yet. */
  static Graph lowerOpen(List<Input> inputs, List<NamedLayer> layers) {
    return builder(inputs, layers).buildOpen();
  }

  private static Graph.Builder builder(List<Input> inputs, List<NamedLayer> layers) {
    Lowering lowering = new Lowering(inputs, layers);
    int value = lowering.values.get(inputs.get(0).name());
    for (NamedLayer layer : layers) {
      List<Integer> read =
          layer.inputs().isEmpty()
              ? List.of(value)
              : layer.inputs().stream().map(lowering.values::get).toList();
      value = read.size() == 1 ? lowering.add(layer, read.get(0)) : lowering.join(layer, read);
      lowering.values.put(layer.name(), value);
    }
    return lowering.builder;
  }

  private int join(NamedLayer named, List<Integer> inputs) {
    OperatorLayer layer = (OperatorLayer) named.layer();
    return add(named, layer.operator(), layer.attributes(), inputs, Initializer.ZEROS);
  }

  /** Adds the layers of a branch and returns the operator whose value leaves the last one. */
  private int chain(List<NamedLayer> layers, int input) {
    int value = input;
    for (NamedLayer layer : layers) {
      value = add(layer, value);
    }
    return value;
  }

  private int add(NamedLayer named, int input) {
    if (named.layer() instanceof OperatorLayer layer) {
      Initializer initializer =
          named.name().equals(lastDense) ? Initializer.GLOROT_UNIFORM : Initializer.HE_UNIFORM;
      List<Integer> read = layer.operator().definition().isSource() ? List.of() : List.of(input);
      return add(named, layer.operator(), layer.attributes(), read, initializer);
    }
    if (named.layer() instanceof Gate gate) {
      List<Integer> both = List.of(input, chain(gate.branch(), input));
      return add(named, OperatorType.MULTIPLY, new Attributes.None(), both, Initializer.ZEROS);
    }
    List<Integer> outputs = new ArrayList<>();
    for (List<NamedLayer> branch : named.branches()) {
      outputs.add(chain(branch, input));
    }
    if (named.layer() instanceof Concat concat) {
      return add(
          named,
          OperatorType.CONCAT,
          new Attributes.Concat(concat.axis()),
          outputs,
          Initializer.ZEROS);
    }
    checkEqualShapes(named, builder.shape(outputs.get(0)), builder.shape(outputs.get(1)));
    return add(named, OperatorType.ADD, new Attributes.None(), outputs, Initializer.ZEROS);
  }

  private void checkEqualShapes(NamedLayer residual, Shape branch, Shape shortcut) {
    if (!branch.equals(shortcut)) {
      throw new ShapeException(
          residual.name(),
          residual.layer().type(),
          "a branch whose output has the shape of its shortcut, " + shortcut,
          "shape " + branch);
    }
  }

  private int add(
      NamedLayer named,
      OperatorType type,
      Attributes attributes,
      List<Integer> inputs,
      Initializer initializer) {
    return builder.add(named.name(), type, attributes, inputs, named.frozen(), initializer);
  }
}
