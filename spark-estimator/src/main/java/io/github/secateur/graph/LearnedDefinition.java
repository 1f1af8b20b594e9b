package io.github.secateur.graph;

import static io.github.secateur.graph.OperatorCost.FLOAT;

import io.github.secateur.graph.Parameter.Role;
import java.util.List;

/** A constant that is learned, the same for each row; reads no value. */
final class LearnedDefinition extends OperatorDefinition<Attributes.Learned> {

  LearnedDefinition() {
    super(
        Kind.WEIGHTED,
        "parameter",
        Attributes.Learned.class,
        AttributeField.required("shape", AttributeField.Kind.SHAPE, "shape of the constant"),
        AttributeField.optional(
            "mean", AttributeField.Kind.NUMBER, 0f, "mean of the values before training"),
        AttributeField.optional(
            "deviation",
            AttributeField.Kind.NUMBER,
            0f,
            "standard deviation of the values before training"));
  }

  @Override
  public Attributes.Learned attributes(AttributeValues values) {
    return new Attributes.Learned(
        new Shape(values.integers("shape")), values.number("mean"), values.number("deviation"));
  }

  @Override
  List<?> valuesOf(Attributes.Learned learned) {
    return List.of(learned.shape().dimensions(), learned.mean(), learned.deviation());
  }

  @Override
  public boolean isSource() {
    return true;
  }

  @Override
  Shape inferShape(ShapeCheck check, Attributes.Learned learned, List<Shape> inputs) {
    check.require(learned.deviation() >= 0, "no negative deviation", learned.deviation());
    return learned.shape();
  }

  @Override
  void addParameters(Attributes.Learned learned, Shape input, ParameterList list) {
    list.normal("value", learned.shape(), Role.BIAS, learned.mean(), learned.deviation());
  }

  @Override
  OperatorCost cost(Operator operator) {
    long n = operator.shape().size();
    Cost forward = new Cost(0, n * FLOAT, n * FLOAT);
    return new OperatorCost(
        forward, Cost.ZERO, Cost.ZERO, OperatorCost.biasGradient(1, n), List.of());
  }
}
