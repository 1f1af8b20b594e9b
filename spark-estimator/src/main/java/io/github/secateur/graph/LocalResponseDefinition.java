package io.github.secateur.graph;

import java.util.List;

/**
 * y = x / (k + alpha / size · Σ x²)^beta, the sum over {@code size} channels around each
 * (Krizhevsky et al. 2012).
 */
final class LocalResponseDefinition extends OperatorDefinition<Attributes.LocalResponse> {

  LocalResponseDefinition() {
    super(
        Kind.WEIGHTLESS,
        "localResponseNorm",
        Attributes.LocalResponse.class,
        AttributeField.required(
            "size", AttributeField.Kind.INTEGER, "channels of the sum, an odd number"),
        AttributeField.optional(
            "alpha", AttributeField.Kind.NUMBER, 1e-4f, "what the mean square is multiplied by"),
        AttributeField.optional("beta", AttributeField.Kind.NUMBER, 0.75f, "the exponent"),
        AttributeField.optional("k", AttributeField.Kind.NUMBER, 1f, "what is added to it"));
  }

  @Override
  public Attributes.LocalResponse attributes(AttributeValues values) {
    return new Attributes.LocalResponse(
        values.integer("size"), values.number("alpha"), values.number("beta"), values.number("k"));
  }

  @Override
  List<?> valuesOf(Attributes.LocalResponse norm) {
    return List.of(norm.size(), norm.alpha(), norm.beta(), norm.k());
  }

  @Override
  Shape inferShape(ShapeCheck check, Attributes.LocalResponse norm, List<Shape> inputs) {
    check.require(norm.size() >= 1 && norm.size() % 2 == 1, "an odd size", norm.size());
    check.require(
        norm.alpha() >= 0 && norm.k() > 0,
        "an alpha of at least 0 and a positive k",
        norm.alpha() + " and " + norm.k());
    check.require(norm.beta() >= 0 && norm.beta() <= 100, "a beta from 0 to 100", norm.beta());
    return inputs.get(0);
  }

  /** The sums of squares are saved. */
  @Override
  public GradientRule gradientRule(Operator operator) {
    return new GradientRule(false, true, false, operator.shape().size());
  }

  @Override
  OperatorCost cost(Operator operator) {
    long n = operator.shape().size();
    long size = attributes(operator).size();
    return new OperatorCost(
        OperatorCost.values(n, 2 * size + 2, 7),
        Cost.ZERO,
        Cost.ZERO,
        Cost.ZERO,
        List.of(OperatorCost.values(n, size + 5, 7)));
  }
}
