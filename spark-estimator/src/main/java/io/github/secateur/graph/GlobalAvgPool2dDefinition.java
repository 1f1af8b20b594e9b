package io.github.secateur.graph;

import static io.github.secateur.graph.OperatorCost.FLOAT;

import java.util.List;

/** The mean of each channel over the whole image: a vector. */
final class GlobalAvgPool2dDefinition extends OperatorDefinition<Attributes.None> {

  GlobalAvgPool2dDefinition() {
    super(Kind.WEIGHTLESS, "globalAvgPool2d", Attributes.None.class);
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
    check.requireImage(inputs.get(0));
    return Shape.of(inputs.get(0).last());
  }

  @Override
  OperatorCost cost(Operator operator) {
    long in = operator.inputShape().size();
    return OperatorCost.symmetric(new Cost(in, (in + operator.shape().size()) * FLOAT, 0));
  }
}
