package io.github.secateur.nn;

import io.github.secateur.graph.Attributes;
import io.github.secateur.graph.Graph;
import io.github.secateur.graph.OperatorType;
import io.github.secateur.graph.Parameter.Initializer;
import io.github.secateur.graph.Shape;
import io.github.secateur.graph.ShapeException;
import java.util.ArrayList;
import java.util.List;

/** Turns layers into operators: one for each layer, those of branches first. */
final class Lowering {
  private final Graph.Builder builder;
  private final String lastDense;

  private Lowering(Shape input, List<NamedLayer> layers) {
    this.builder = Graph.builder(LayerNames.INPUT, input);
    this.lastDense =
        layers.stream()
            .flatMap(NamedLayer::all)
            .filter(Lowering::isDense)
            .map(NamedLayer::name)
            .reduce("", (first, second) -> second);
  }

  private static boolean isDense(NamedLayer named) {
    return named.layer() instanceof OperatorLayer layer && layer.operator() == OperatorType.DENSE;
  }

  /**
   * Returns the graph of the layers. Kernels are drawn by He's rule, that of the last dense layer
   * by Glorot's.
   */
  static Graph lower(Shape input, List<NamedLayer> layers) {
    Lowering lowering = new Lowering(input, layers);
    lowering.chain(layers, 0);
    return lowering.builder.build();
  }

  /**
   * Adds layers that follow each other and returns the operator whose value leaves the last one.
   */
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
      return add(named, layer.operator(), layer.attributes(), List.of(input), initializer);
    }
    List<Integer> values = new ArrayList<>();
    for (List<NamedLayer> branch : named.branches()) {
      values.add(chain(branch, input));
    }
    if (named.layer() instanceof Concat concat) {
      return add(
          named,
          OperatorType.CONCAT,
          new Attributes.Concat(concat.axis()),
          values,
          Initializer.ZEROS);
    }
    checkEqualShapes(named, builder.shape(values.get(0)), builder.shape(values.get(1)));
    return add(named, OperatorType.ADD, new Attributes.None(), values, Initializer.ZEROS);
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
