package io.github.secateur.graph;

import java.util.List;

/** y = min(max(x, min), max). The gradient passes where x is between both. */
final class ClipDefinition extends OperatorDefinition<Attributes.Clip> {

  ClipDefinition() {
    super(
        Kind.WEIGHTLESS,
        "clip",
        Attributes.Clip.class,
        AttributeField.optional(
            "min", AttributeField.Kind.NUMBER, -Float.MAX_VALUE, "what smaller values become"),
        AttributeField.optional(
            "max", AttributeField.Kind.NUMBER, Float.MAX_VALUE, "what larger values become"));
  }

  @Override
  public Attributes.Clip attributes(AttributeValues values) {
    return new Attributes.Clip(values.number("min"), values.number("max"));
  }

  @Override
  List<?> valuesOf(Attributes.Clip clip) {
    return List.of(clip.min(), clip.max());
  }

  @Override
  Shape inferShape(ShapeCheck check, Attributes.Clip clip, List<Shape> inputs) {
    check.require(
        clip.min() <= clip.max(),
        "a minimum of at most the maximum",
        clip.min() + " and " + clip.max());
    return inputs.get(0);
  }

  @Override
  public GradientRule gradientRule(Operator operator) {
    return GradientRule.OUTPUT;
  }

  @Override
  OperatorCost cost(Operator operator) {
    return ActivationDefinition.costOf(operator);
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
