package io.github.secateur.graph;

import java.util.List;

/** The rows of the batch. They are given, not computed. */
final class InputDefinition extends OperatorDefinition<Attributes.None> {

  InputDefinition() {
    super(Kind.INPUT, "input", Attributes.None.class);
  }

  @Override
  public Attributes.None attributes(AttributeValues values) {
    return new Attributes.None();
  }

  @Override
  List<?> valuesOf(Attributes.None attributes) {
    return List.of();
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
