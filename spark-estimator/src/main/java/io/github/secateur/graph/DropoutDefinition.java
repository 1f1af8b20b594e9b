package io.github.secateur.graph;

import static io.github.secateur.graph.OperatorCost.FLOAT;

import java.util.List;

/**
 * In training each value is set to 0 with probability {@code rate}, or divided by 1 - rate
 * (Srivastava et al. 2014). Otherwise, and when frozen, the input.
 */
final class DropoutDefinition extends OperatorDefinition<Attributes.Dropout> {

  DropoutDefinition() {
    super(
        Kind.RANDOM,
        "dropout",
        Attributes.Dropout.class,
        AttributeField.required(
            "rate", AttributeField.Kind.NUMBER, "probability of setting a value to 0"));
  }

  @Override
  public Attributes.Dropout attributes(AttributeValues values) {
    return new Attributes.Dropout(values.number("rate"));
  }

  @Override
  List<?> valuesOf(Attributes.Dropout dropout) {
    return List.of(dropout.rate());
  }

  @Override
  Shape inferShape(ShapeCheck check, Attributes.Dropout dropout, List<Shape> inputs) {
    float rate = dropout.rate();
    check.require(rate >= 0 && rate < 1, "a rate in [0, 1)", rate);
    return inputs.get(0);
  }

  /** The mask is saved. */
  @Override
  public GradientRule gradientRule(Operator operator) {
    return operator.frozen() ? GradientRule.NOTHING : GradientRule.saved(operator.shape().size());
  }

  @Override
  OperatorCost cost(Operator operator) {
    long n = operator.shape().size();
    return operator.frozen()
        ? OperatorCost.nothing(operator)
        : OperatorCost.weightless(
            operator, new Cost(2 * n, 4 * n * FLOAT, 0), input -> input, 1, 3);
  }

  @Override
  public boolean passesThrough(boolean training) {
    return !training;
  }

  @Override
  public boolean passesGradientThrough(Operator operator, int input) {
    return operator.frozen();
  }

  /** Without a gradient the mask has no place of its own: it is drawn where the value goes. */
  @Override
  public boolean overwritesInput(Operator operator, boolean backwardRuns) {
    return backwardRuns;
  }

  @Override
  public boolean overwritesGradient() {
    return true;
  }
}
