package io.github.secateur.graph;

import java.util.List;

/** Maps each value by itself with a function without constants: an activation, or mathematics. */
final class ActivationDefinition extends PlainDefinition {
  private final GradientRule rule;

  ActivationDefinition(String label, GradientRule rule) {
    this(Kind.ACTIVATION, label, rule);
  }

  ActivationDefinition(Kind kind, String label, GradientRule rule) {
    super(kind, label);
    this.rule = rule;
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
    return costOf(operator);
  }

  /** Returns the cost of any activation: a function of one value counts as one operation. */
  static OperatorCost costOf(Operator operator) {
    Cost forward = OperatorCost.values(operator.shape().size(), 1, 2);
    return OperatorCost.weightless(operator, forward, input -> input, 1, 3);
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
