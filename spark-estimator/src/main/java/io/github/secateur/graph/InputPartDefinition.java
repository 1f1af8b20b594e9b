package io.github.secateur.graph;

import java.util.List;

/**
 * Values [offset, offset + n) of a row, in a shape of n values: one of several inputs, or one of
 * several folded values. Nothing before it trains, so it has no gradient.
 */
final class InputPartDefinition extends OperatorDefinition<Attributes.InputPart> {

  InputPartDefinition() {
    super(
        Kind.INPUT_PART,
        "input",
        Attributes.InputPart.class,
        AttributeField.required(
            "offset", AttributeField.Kind.INTEGER, "index of the first value in a row"),
        AttributeField.required("shape", AttributeField.Kind.SHAPE, "shape of the part"));
  }

  @Override
  public Attributes.InputPart attributes(AttributeValues values) {
    return new Attributes.InputPart(values.integer("offset"), new Shape(values.integers("shape")));
  }

  @Override
  List<?> valuesOf(Attributes.InputPart part) {
    return List.of(part.offset(), part.target().dimensions());
  }

  @Override
  Shape inferShape(ShapeCheck check, Attributes.InputPart part, List<Shape> inputs) {
    Shape input = inputs.get(0);
    int end = part.offset() + part.target().size();
    check.require(
        input.rank() == 1 && part.offset() >= 0 && end <= input.size(),
        "a vector of at least " + end + " values",
        "shape " + input);
    return part.target();
  }

  @Override
  OperatorCost cost(Operator operator) {
    Cost forward = OperatorCost.values(operator.shape().size(), 0, 2);
    return OperatorCost.weightless(operator, forward, input -> 0, 0, 0);
  }
}
