package io.github.secateur.graph;

import java.util.List;

/** Maps each value by itself with a function that has one constant. */
final class SlopedActivationDefinition extends OperatorDefinition<Attributes.Slope> {
  private final String constant;
  private final float bound;

  /**
   * Makes the definition of a function.
   *
   * @param constant the name of its constant
   * @param orElse the constant if none is given
   */
  SlopedActivationDefinition(String label, String constant, float orElse, String description) {
    this(
        Kind.ACTIVATION,
        label,
        AttributeField.optional(constant, AttributeField.Kind.NUMBER, orElse, description),
        Float.MAX_VALUE);
  }

  /**
   * Makes the definition of a function.
   *
   * @param constant its constant
   * @param bound the largest magnitude of the constant
   */
  SlopedActivationDefinition(Kind kind, String label, AttributeField constant, float bound) {
    super(kind, label, Attributes.Slope.class, constant);
    this.constant = constant.name();
    this.bound = bound;
  }

  @Override
  public Attributes.Slope attributes(AttributeValues values) {
    return new Attributes.Slope(values.number(constant));
  }

  @Override
  List<?> valuesOf(Attributes.Slope attributes) {
    return List.of(attributes.slope());
  }

  @Override
  Shape inferShape(ShapeCheck check, Attributes.Slope attributes, List<Shape> inputs) {
    check.require(Float.isFinite(attributes.slope()), "a finite slope", attributes);
    check.require(
        Math.abs(attributes.slope()) <= bound,
        "a constant from " + -bound + " to " + bound,
        attributes.slope());
    return inputs.get(0);
  }

  @Override
  public GradientRule gradientRule(Operator operator) {
    return GradientRule.INPUT;
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
