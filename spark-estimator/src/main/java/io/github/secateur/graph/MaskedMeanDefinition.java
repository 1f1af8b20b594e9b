package io.github.secateur.graph;

import static io.github.secateur.graph.OperatorCost.FLOAT;

import java.util.List;

/** The mean of the tokens whose mask is not 0: [tokens × width] and [tokens] give [width]. */
final class MaskedMeanDefinition extends PlainDefinition {

  MaskedMeanDefinition() {
    super(Kind.WEIGHTLESS, "maskedMean");
  }

  @Override
  public boolean joins() {
    return true;
  }

  @Override
  Shape inferShape(ShapeCheck check, Attributes.None attributes, List<Shape> inputs) {
    Shape tokens = inputs.get(0);
    check.require(tokens.rank() == 2, "tokens [tokens × width]", "shape " + tokens);
    check.requireMask(inputs, tokens.dimension(0));
    return Shape.of(tokens.last());
  }

  /** The mask is saved. */
  @Override
  public GradientRule gradientRule(Operator operator) {
    return GradientRule.saved(operator.inputShape().dimension(0));
  }

  @Override
  OperatorCost cost(Operator operator) {
    long n = operator.inputShape().size();
    long tokens = operator.inputShape().dimension(0);
    Cost pass = new Cost(n, (n + tokens + operator.shape().size()) * FLOAT, 0);
    return new OperatorCost(
        pass, OperatorCost.values(tokens, 0, 2), Cost.ZERO, Cost.ZERO, List.of(pass, Cost.ZERO));
  }
}
