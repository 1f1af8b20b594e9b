package io.github.secateur.graph;

import static io.github.secateur.graph.OperatorCost.FLOAT;

import java.util.List;

/** The maximum or the mean of each window of each channel. */
final class Pool2dDefinition extends OperatorDefinition<Attributes.Pool2d> {
  private final boolean maximum;

  Pool2dDefinition(String label, boolean maximum) {
    super(
        Kind.WEIGHTLESS,
        label,
        Attributes.Pool2d.class,
        AttributeField.required(
            "size", AttributeField.Kind.HEIGHT_AND_WIDTH, "height and width of the window"),
        AttributeField.following(
            "stride",
            AttributeField.Kind.INTEGER,
            Pool2dDefinition::sizeOfSquare,
            "step of the window along both axes; the size of a square window unless given"),
        AttributeField.optional(
            "padding",
            AttributeField.Kind.PADDING,
            Padding.VALID.label(),
            "whether windows may leave the image"));
    this.maximum = maximum;
  }

  /** Windows do not overlap unless the layer says so. */
  private static Object sizeOfSquare(AttributeValues before) {
    List<Integer> size = before.integers("size");
    return size.get(0).equals(size.get(1)) ? size.get(0) : null;
  }

  @Override
  public Attributes.Pool2d attributes(AttributeValues values) {
    List<Integer> size = values.integers("size");
    return new Attributes.Pool2d(
        size.get(0), size.get(1), values.integer("stride"), values.padding("padding"));
  }

  @Override
  List<?> valuesOf(Attributes.Pool2d pool) {
    return List.of(List.of(pool.height(), pool.width()), pool.stride(), pool.padding().label());
  }

  @Override
  Shape inferShape(ShapeCheck check, Attributes.Pool2d pool, List<Shape> inputs) {
    Shape input = inputs.get(0);
    check.requireImage(input);
    Shape positions =
        check.positions(pool.height(), pool.width(), pool.stride(), pool.padding(), input);
    return Shape.of(positions.dimension(0), positions.dimension(1), input.last());
  }

  @Override
  public GradientRule gradientRule(Operator operator) {
    return maximum ? GradientRule.saved(operator.shape().size()) : GradientRule.NOTHING;
  }

  @Override
  OperatorCost cost(Operator operator) {
    Attributes.Pool2d pool = attributes(operator);
    long window = (long) pool.height() * pool.width();
    long n = operator.shape().size();
    long in = operator.inputShape().size();
    Cost pass = new Cost(n * window, (in + n) * FLOAT, 0);
    if (!maximum) {
      return OperatorCost.symmetric(pass);
    }
    return new OperatorCost(
        pass,
        OperatorCost.values(n, 0, 1),
        Cost.ZERO,
        Cost.ZERO,
        List.of(new Cost(n, (2 * n + in) * FLOAT, 0)));
  }
}
