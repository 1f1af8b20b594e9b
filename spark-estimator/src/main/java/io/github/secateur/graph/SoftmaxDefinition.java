package io.github.secateur.graph;

import java.util.List;

/** exp(x) / Σ exp(x) along one axis of a row. */
final class SoftmaxDefinition extends OperatorDefinition<Attributes.Softmax> {

  SoftmaxDefinition() {
    super(
        Kind.WEIGHTLESS,
        "softmax",
        Attributes.Softmax.class,
        AttributeField.optional(
            "axis",
            AttributeField.Kind.INTEGER,
            Attributes.Softmax.LAST,
            "axis of a row, counted from 0; -1 is the last"));
  }

  @Override
  public Attributes.Softmax attributes(AttributeValues values) {
    return new Attributes.Softmax(values.integer("axis"));
  }

  @Override
  List<?> valuesOf(Attributes.Softmax softmax) {
    return List.of(softmax.axis());
  }

  @Override
  Shape inferShape(ShapeCheck check, Attributes.Softmax softmax, List<Shape> inputs) {
    int rank = inputs.get(0).rank();
    int axis = softmax.axis();
    check.require(
        axis == Attributes.Softmax.LAST || (axis >= 0 && axis < rank),
        "an axis in [0, " + rank + "), or -1 for the last",
        axis);
    return inputs.get(0);
  }

  @Override
  public GradientRule gradientRule(Operator operator) {
    return GradientRule.OUTPUT;
  }

  @Override
  OperatorCost cost(Operator operator) {
    long n = operator.shape().size();
    return OperatorCost.weightless(operator, OperatorCost.values(n, 4, 2), input -> input, 4, 3);
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
