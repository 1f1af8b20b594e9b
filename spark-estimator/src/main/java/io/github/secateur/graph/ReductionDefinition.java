package io.github.secateur.graph;

import static io.github.secateur.graph.OperatorCost.FLOAT;

import java.util.ArrayList;
import java.util.List;

/** Values along some axes become one: their mean, sum, maximum or norm. */
final class ReductionDefinition extends OperatorDefinition<Attributes.Reduce> {
  private final boolean readsValues;

  /**
   * Makes the definition of a reduction.
   *
   * @param readsValues whether its gradient reads the values and what became of them
   */
  ReductionDefinition(String label, boolean readsValues) {
    super(
        Kind.WEIGHTLESS,
        label,
        Attributes.Reduce.class,
        AttributeField.required(
            "axes", AttributeField.Kind.INTEGERS, "axes of a row, counted from 0"),
        AttributeField.optional(
            "keepDims",
            AttributeField.Kind.BOOLEAN,
            false,
            "whether these axes stay, with length 1"));
    this.readsValues = readsValues;
  }

  @Override
  public Attributes.Reduce attributes(AttributeValues values) {
    return new Attributes.Reduce(values.integers("axes"), values.bool("keepDims"));
  }

  @Override
  List<?> valuesOf(Attributes.Reduce reduce) {
    return List.of(reduce.axes(), reduce.keepDims());
  }

  @Override
  Shape inferShape(ShapeCheck check, Attributes.Reduce reduce, List<Shape> inputs) {
    Shape input = inputs.get(0);
    List<Integer> axes = reduce.axes();
    check.require(
        !axes.isEmpty()
            && axes.stream().allMatch(axis -> axis >= 0 && axis < input.rank())
            && axes.stream().distinct().count() == axes.size(),
        "one or more different axes in [0, " + input.rank() + ")",
        axes);
    List<Integer> dimensions = new ArrayList<>();
    for (int axis = 0; axis < input.rank(); axis++) {
      if (!axes.contains(axis)) {
        dimensions.add(input.dimension(axis));
      } else if (reduce.keepDims()) {
        dimensions.add(1);
      }
    }
    return dimensions.isEmpty() ? Shape.of(1) : new Shape(dimensions);
  }

  @Override
  public GradientRule gradientRule(Operator operator) {
    return readsValues ? new GradientRule(false, true, true, 0) : GradientRule.NOTHING;
  }

  @Override
  OperatorCost cost(Operator operator) {
    long in = operator.inputShape().size();
    long bytes = (in + operator.shape().size()) * FLOAT;
    return new OperatorCost(
        new Cost(in, bytes, 0),
        Cost.ZERO,
        Cost.ZERO,
        Cost.ZERO,
        List.of(new Cost(in, readsValues ? 2 * bytes : bytes, 0)));
  }
}
