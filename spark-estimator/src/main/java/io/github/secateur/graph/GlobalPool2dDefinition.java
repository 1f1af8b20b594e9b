package io.github.secateur.graph;

import static io.github.secateur.graph.OperatorCost.FLOAT;

import java.util.List;

/** The mean or the maximum of each channel over the whole image: a vector. */
final class GlobalPool2dDefinition extends PlainDefinition {
  private final boolean maximum;

  GlobalPool2dDefinition(String label, boolean maximum) {
    super(Kind.WEIGHTLESS, label);
    this.maximum = maximum;
  }

  @Override
  Shape inferShape(ShapeCheck check, Attributes.None attributes, List<Shape> inputs) {
    check.requireImage(inputs.get(0));
    return Shape.of(inputs.get(0).last());
  }

  @Override
  public GradientRule gradientRule(Operator operator) {
    return maximum ? GradientRule.saved(operator.shape().size()) : GradientRule.NOTHING;
  }

  @Override
  OperatorCost cost(Operator operator) {
    long in = operator.inputShape().size();
    long n = operator.shape().size();
    Cost pass = new Cost(in, (in + n) * FLOAT, 0);
    return maximum ? OperatorCost.maxPool(pass, in, n) : OperatorCost.symmetric(pass);
  }
}
