package io.github.secateur.graph;

import java.util.List;

/** The rows of the batch. They are given, not computed. */
final class InputDefinition extends PlainDefinition {

  InputDefinition() {
    super(Kind.INPUT, "input");
  }

  @Override
  Shape inferShape(ShapeCheck check, Attributes.None attributes, List<Shape> inputs) {
    throw new IllegalArgumentException("the input operator has no inputs");
  }

  @Override
  OperatorCost cost(Operator operator) {
    return OperatorCost.nothing(operator);
  }
}
