package io.github.secateur.graph;

import static io.github.secateur.graph.OperatorCost.FLOAT;

import java.util.List;

/** Y = X·W + b with W of shape [in × units], for vectors or for each token of a sequence. */
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
    Shape input = inputs.get(0);
    check.require(input.rank() <= 2, "a vector (add flatten() before it)", "shape " + input);
    return input.rank() == 1
        ? Shape.of(dense.units())
        : Shape.of(input.dimension(0), dense.units());
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
    long units = operator.shape().last();
    long in = operator.inputShape().size();
    long n = operator.shape().size();
    long weights = operator.inputShape().last() * units;
    long flops = 2 * in * units;
    Cost product = new Cost(flops, (in + n) * FLOAT, weights * FLOAT);
    Cost weightGradient = new Cost(flops, (in + n) * FLOAT, 2 * weights * FLOAT);
    if (!attributes(operator).bias()) {
      return new OperatorCost(product, Cost.ZERO, Cost.ZERO, weightGradient, List.of(product));
    }
    // Y is filled with the bias and the product added to it.
    Cost forward = product.plus(new Cost(0, 2 * n * FLOAT, units * FLOAT));
    return new OperatorCost(
        forward,
        Cost.ZERO,
        Cost.ZERO,
        weightGradient.plus(OperatorCost.biasGradient(n / units, units)),
        List.of(product));
  }

  @Override
  public boolean readsSparseRows(Operator operator) {
    return operator.inputShape().rank() == 1;
  }

  @Override
  public boolean appliesActivation() {
    return true;
  }

  @Override
  public boolean mergesConstantsOfInput(Operator layer, Operator constant) {
    // A reshape between may have put channels in other places of each token.
    return layer.inputShape().rank() == 1
        || layer.inputShape().last() % constant.shape().last() == 0;
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
