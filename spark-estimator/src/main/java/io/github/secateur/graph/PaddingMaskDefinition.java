package io.github.secateur.graph;

import java.util.List;

/** 0 where a value is the padding index, otherwise 1. */
final class PaddingMaskDefinition extends OperatorDefinition<Attributes.PaddingMask> {

  PaddingMaskDefinition() {
    super(
        Kind.WEIGHTLESS,
        "paddingMask",
        Attributes.PaddingMask.class,
        AttributeField.optional(
            "paddingIndex", AttributeField.Kind.INTEGER, 0, "the number that stands for nothing"));
  }

  @Override
  public Attributes.PaddingMask attributes(AttributeValues values) {
    return new Attributes.PaddingMask(values.integer("paddingIndex"));
  }

  @Override
  List<?> valuesOf(Attributes.PaddingMask mask) {
    return List.of(mask.paddingIndex());
  }

  @Override
  Shape inferShape(ShapeCheck check, Attributes.PaddingMask mask, List<Shape> inputs) {
    return inputs.get(0);
  }

  /** Comparisons do not count as operations. */
  @Override
  OperatorCost cost(Operator operator) {
    return OperatorCost.nothing(operator);
  }

  @Override
  public boolean overwritesInput(Operator operator, boolean backwardRuns) {
    return true;
  }
}
