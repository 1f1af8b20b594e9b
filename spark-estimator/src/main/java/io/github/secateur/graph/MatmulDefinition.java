package io.github.secateur.graph;

import static io.github.secateur.graph.OperatorCost.FLOAT;

import java.util.List;

/**
 * The product of two values: of the matrices of their last two axes, for each index of the axes
 * before. Those meet by {@link Broadcast}; the gradient of what stands for several is a sum.
 */
final class MatmulDefinition extends OperatorDefinition<Attributes.Matmul> {

  MatmulDefinition() {
    super(
        Kind.WEIGHTLESS,
        "matmul",
        Attributes.Matmul.class,
        AttributeField.optional(
            "transposeFirst",
            AttributeField.Kind.BOOLEAN,
            false,
            "whether the matrices of the value so far are transposed"),
        AttributeField.optional(
            "transposeSecond",
            AttributeField.Kind.BOOLEAN,
            false,
            "whether those of the other value are"));
  }

  @Override
  public Attributes.Matmul attributes(AttributeValues values) {
    return new Attributes.Matmul(values.bool("transposeFirst"), values.bool("transposeSecond"));
  }

  @Override
  List<?> valuesOf(Attributes.Matmul matmul) {
    return List.of(matmul.transposeFirst(), matmul.transposeSecond());
  }

  @Override
  public boolean joins() {
    return true;
  }

  @Override
  Shape inferShape(ShapeCheck check, Attributes.Matmul matmul, List<Shape> inputs) {
    check.require(inputs.size() == 2, "2 values", inputs.size());
    for (Shape input : inputs) {
      check.require(input.rank() >= 2, "values of at least 2 axes", "shape " + input);
    }
    MatrixProducts products = MatrixProducts.of(matmul, inputs.get(0), inputs.get(1));
    check.require(
        products.inner(0) == products.inner(1),
        "matrices whose inner lengths are equal",
        products.inner(0)
            + " of shape "
            + inputs.get(0)
            + " and "
            + products.inner(1)
            + " of shape "
            + inputs.get(1));
    check.require(
        products.positions() != null,
        "values whose axes before the last two are equal to those of "
            + inputs.get(0)
            + ", or of length 1 where they differ",
        "shape " + inputs.get(1));
    return products.shape();
  }

  @Override
  public GradientRule gradientRule(Operator operator) {
    return GradientRule.INPUT;
  }

  @Override
  OperatorCost cost(Operator operator) {
    MatrixProducts products = MatrixProducts.of(operator);
    long first = (long) products.rows() * products.inner(0);
    long second = (long) products.inner(0) * products.columns();
    long result = (long) products.rows() * products.columns();
    long count = products.count();
    long flops = count * 2 * products.rows() * products.columns() * products.inner(0);
    // What is added to is read and written.
    long ofFirst = products.sums(0) ? 2 : 1;
    long ofSecond = products.sums(1) ? 2 : 1;
    return new OperatorCost(
        new Cost(flops, count * (first + second + result) * FLOAT, 0),
        Cost.ZERO,
        Cost.ZERO,
        Cost.ZERO,
        List.of(
            new Cost(flops, count * (result + second + ofFirst * first) * FLOAT, 0),
            new Cost(flops, count * (result + first + ofSecond * second) * FLOAT, 0)));
  }
}
