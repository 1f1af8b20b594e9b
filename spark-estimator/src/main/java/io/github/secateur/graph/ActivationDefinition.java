package io.github.secateur.graph;

import java.util.List;

/** Maps each value by itself with a function without constants. */
final class ActivationDefinition extends OperatorDefinition<Attributes.None> {
  private final GradientRule rule;

  ActivationDefinition(String label, GradientRule rule) {
    super(Kind.ACTIVATION, label, Attributes.None.class);
    this.rule = rule;
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
    return inputs.get(0);
  }

  @Override
  public GradientRule gradientRule(Operator operator) {
    return rule;
  }

  @Override
  OperatorCost cost(Operator operator) {
    return cost(operator, 1);
  }

  static OperatorCost cost(Operator operator, long flops) {
    long n = operator.shape().size();
    Cost forward = OperatorCost.values(n, flops, 2);
    return OperatorCost.weightless(operator, forward, input -> input, flops, 3);
  }

  @Override
  public boolean overwritesInput(Operator operator, boolean backwardRuns) {
    return true;
  }

  @Override
  public boolean overwritesGradient() {
    return true;
  }
}
