package io.github.secateur.graph;

import static io.github.secateur.graph.OperatorCost.FLOAT;

import java.util.List;

/** The maximum or the mean of each window of each channel. */
final class Pool2dDefinition extends OperatorDefinition<Attributes.Pool2d> {
  private final boolean maximum;

  Pool2dDefinition(String label, boolean maximum) {
    super(Kind.WEIGHTLESS, label, Attributes.Pool2d.class, fields(maximum));
    this.maximum = maximum;
  }

  private static AttributeField[] fields(boolean maximum) {
    List<AttributeField> fields =
        List.of(
            AttributeField.required(
                "size", AttributeField.Kind.HEIGHT_AND_WIDTH, "height and width of the window"),
            AttributeField.following(
                "stride",
                AttributeField.Kind.STEPS,
                Pool2dDefinition::sizeOfSquare,
                "step of the window along both axes, or along each; the size of a square window unless given"),
            AttributeField.optional(
                "padding",
                AttributeField.Kind.PADDING,
                Padding.VALID.written(),
                "how far windows may leave the image: as far as \"same\" needs, not at all, or so many"
                    + " pixels on each side"),
            AttributeField.added(
                "dilation",
                AttributeField.Kind.STEPS,
                1,
                "distance between the pixels that the window reads, along both axes or each"),
            AttributeField.added(
                "ceilMode",
                AttributeField.Kind.BOOLEAN,
                false,
                "whether a last window that leaves the padding is kept, if it starts before it"),
            AttributeField.added(
                "countIncludePad",
                AttributeField.Kind.BOOLEAN,
                false,
                "whether the mean divides by the padding's pixels too"));
    return fields.subList(0, fields.size() - (maximum ? 1 : 0)).toArray(AttributeField[]::new);
  }

  /** Windows do not overlap unless the layer says so. */
  private static Object sizeOfSquare(AttributeValues before) {
    List<Integer> size = before.integers("size");
    return size.get(0).equals(size.get(1)) ? size.get(0) : null;
  }

  @Override
  public Attributes.Pool2d attributes(AttributeValues values) {
    Window window = values.window("size", values.bool("ceilMode"));
    return new Attributes.Pool2d(window, !maximum && values.bool("countIncludePad"));
  }

  @Override
  List<?> valuesOf(Attributes.Pool2d pool) {
    Window window = pool.window();
    List<?> values =
        List.of(
            List.of(window.height(), window.width()),
            window.strides(),
            window.padding().written(),
            window.dilations(),
            window.ceilMode(),
            pool.countIncludePad());
    return values.subList(0, fields().size());
  }

  @Override
  Shape inferShape(ShapeCheck check, Attributes.Pool2d pool, List<Shape> inputs) {
    Shape input = inputs.get(0);
    check.requireImage(input);
    Shape positions = check.positions(pool.window(), input);
    check.requireImageInEachWindow(pool.window(), input, positions);
    return Shape.of(positions.dimension(0), positions.dimension(1), input.last());
  }

  @Override
  public GradientRule gradientRule(Operator operator) {
    return maximum ? GradientRule.saved(operator.shape().size()) : GradientRule.NOTHING;
  }

  @Override
  OperatorCost cost(Operator operator) {
    Attributes.Pool2d pool = attributes(operator);
    long window = (long) pool.window().height() * pool.window().width();
    long n = operator.shape().size();
    long in = operator.inputShape().size();
    Cost pass = new Cost(n * window, (in + n) * FLOAT, 0);
    if (!maximum) {
      return OperatorCost.symmetric(pass);
    }
    return OperatorCost.maxPool(pass, in, n);
  }
}
