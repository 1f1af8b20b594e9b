package io.github.secateur.graph;

import java.util.List;

/** y = factor · x. */
final class ScaleDefinition extends OperatorDefinition<Attributes.Scale> {

  ScaleDefinition() {
    super(
        Kind.WEIGHTLESS,
        "scale",
        Attributes.Scale.class,
        AttributeField.required(
            "factor", AttributeField.Kind.NUMBER, "what each value is multiplied by"));
  }

  @Override
  public Attributes.Scale attributes(AttributeValues values) {
    return new Attributes.Scale(values.number("factor"));
  }

  @Override
  List<?> valuesOf(Attributes.Scale scale) {
    return List.of(scale.factor());
  }

  @Override
  Shape inferShape(ShapeCheck check, Attributes.Scale scale, List<Shape> inputs) {
    check.require(Float.isFinite(scale.factor()), "a finite factor", scale);
    return inputs.get(0);
  }

  @Override
  OperatorCost cost(Operator operator) {
    Cost forward = OperatorCost.values(operator.shape().size(), 1, 2);
    return OperatorCost.weightless(operator, forward, input -> input, 1, 2);
  }

  @Override
  public boolean overwritesInput(Operator operator, boolean backwardRuns) {
    return true;
  }

  @Override
  public boolean overwritesGradient() {
    return true;
  }

  @Override
  public MergeSide mergeSide() {
    return MergeSide.LAYER_BEHIND;
  }
}
