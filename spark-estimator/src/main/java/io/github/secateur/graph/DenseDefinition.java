package io.github.secateur.graph;

import static io.github.secateur.graph.OperatorCost.FLOAT;

import java.util.List;

/** Y = X·W + b with W of shape [in × units]. */
final class DenseDefinition extends OperatorDefinition<Attributes.Dense> {

  DenseDefinition() {
    super(
        Kind.WEIGHTED,
        "dense",
        Attributes.Dense.class,
        AttributeField.required("units", AttributeField.Kind.INTEGER, "width of the output"),
        AttributeField.optional(
            "bias", AttributeField.Kind.BOOLEAN, true, "whether a constant is added"));
  }

  @Override
  public Attributes.Dense attributes(AttributeValues values) {
    return new Attributes.Dense(values.integer("units"), values.bool("bias"));
  }

  @Override
  List<?> valuesOf(Attributes.Dense dense) {
    return List.of(dense.units(), dense.bias());
  }

  @Override
  Shape inferShape(ShapeCheck check, Attributes.Dense dense, List<Shape> inputs) {
    check.require(dense.units() >= 1, "at least 1 unit", dense.units());
    check.require(
        inputs.get(0).rank() == 1, "a vector (add flatten() before it)", "shape " + inputs.get(0));
    return Shape.of(dense.units());
  }

  @Override
  void addParameters(Attributes.Dense dense, Shape input, ParameterList list) {
    list.kernel(Shape.of(input.last(), dense.units()), input.last(), dense.units());
    if (dense.bias()) {
      list.bias(dense.units(), input.last(), dense.units());
    }
  }

  @Override
  public GradientRule gradientRule(Operator operator) {
    return GradientRule.INPUT_FOR_WEIGHTS;
  }

  @Override
  OperatorCost cost(Operator operator) {
    long in = operator.inputShape().size();
    long n = operator.shape().size();
    long weights = in * n;
    Cost product = new Cost(2 * weights, (in + n) * FLOAT, weights * FLOAT);
    Cost weightGradient = new Cost(2 * weights, (in + n) * FLOAT, 2 * weights * FLOAT);
    if (!attributes(operator).bias()) {
      return new OperatorCost(product, Cost.ZERO, Cost.ZERO, weightGradient, List.of(product));
    }
    // Y is filled with the bias and the product added to it.
    Cost forward = product.plus(new Cost(0, 2 * n * FLOAT, n * FLOAT));
    return new OperatorCost(
        forward,
        Cost.ZERO,
        Cost.ZERO,
        weightGradient.plus(OperatorCost.biasGradient(1, n)),
        List.of(product));
  }

  @Override
  public boolean readsSparseRows() {
    return true;
  }

  @Override
  public boolean appliesActivation() {
    return true;
  }

  @Override
  public boolean mergesConstantsOfInput(Operator layer, Operator constant) {
    return true;
  }

  @Override
  public boolean mergesConstantsOfOutput() {
    return true;
  }

  @Override
  public Attributes withBias(Operator operator) {
    return new Attributes.Dense(attributes(operator).units(), true);
  }
}
