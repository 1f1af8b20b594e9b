package io.github.secateur.graph;

import static io.github.secateur.graph.OperatorCost.FLOAT;

import java.util.List;

/** 2-D convolution of images [height × width × channels]. */
final class Conv2dDefinition extends OperatorDefinition<Attributes.Conv2d> {

  Conv2dDefinition() {
    super(
        Kind.WEIGHTED,
        "conv2d",
        Attributes.Conv2d.class,
        AttributeField.required("filters", AttributeField.Kind.INTEGER, "channels of the output"),
        AttributeField.required(
            "kernel", AttributeField.Kind.HEIGHT_AND_WIDTH, "height and width of the window"),
        AttributeField.optional(
            "stride",
            AttributeField.Kind.STEPS,
            1,
            "step of the window along both axes, or along each"),
        AttributeField.optional(
            "padding",
            AttributeField.Kind.PADDING,
            Padding.SAME.written(),
            "zeros around the image: as many as the window needs, none, or so many on each side"),
        AttributeField.optional(
            "groups",
            AttributeField.Kind.INTEGER,
            1,
            "groups of channels; each group of filters reads one group of input channels"),
        AttributeField.optional(
            "bias", AttributeField.Kind.BOOLEAN, true, "whether a constant is added"),
        AttributeField.added(
            "dilation",
            AttributeField.Kind.STEPS,
            1,
            "distance between the pixels that the window reads, along both axes or each"));
  }

  @Override
  public Attributes.Conv2d attributes(AttributeValues values) {
    Window window = values.window("kernel", false);
    return new Attributes.Conv2d(
        values.integer("filters"), window, values.integer("groups"), values.bool("bias"));
  }

  @Override
  List<?> valuesOf(Attributes.Conv2d conv) {
    return List.of(
        conv.filters(),
        List.of(conv.window().height(), conv.window().width()),
        conv.window().strides(),
        conv.window().padding().written(),
        conv.groups(),
        conv.bias(),
        conv.window().dilations());
  }

  @Override
  Shape inferShape(ShapeCheck check, Attributes.Conv2d conv, List<Shape> inputs) {
    Shape input = inputs.get(0);
    check.requireImage(input);
    check.require(conv.filters() >= 1, "at least 1 filter", conv.filters());
    check.require(conv.groups() >= 1, "at least 1 group", conv.groups());
    check.require(
        input.last() % conv.groups() == 0 && conv.filters() % conv.groups() == 0,
        "channels and filters that are multiples of " + conv.groups() + " groups",
        input.last() + " channels and " + conv.filters() + " filters");
    Shape positions = check.positions(conv.window(), input);
    return Shape.of(positions.dimension(0), positions.dimension(1), conv.filters());
  }

  @Override
  void addParameters(Attributes.Conv2d conv, Shape input, ParameterList list) {
    int height = conv.window().height();
    int width = conv.window().width();
    int window = height * width;
    int groupInputs = input.last() / conv.groups();
    int fanIn = window * groupInputs;
    int fanOut = window * conv.filters() / conv.groups();
    list.kernel(Shape.of(height, width, groupInputs, conv.filters()), fanIn, fanOut);
    if (conv.bias()) {
      list.bias(conv.filters(), fanIn, fanOut);
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
    long weights = operator.parameter("kernel").size();
    long filters = operator.shape().last();
    long positions = n / filters;
    Cost product = new Cost(2 * positions * weights, (in + n) * FLOAT, weights * FLOAT);
    Cost weightGradient =
        new Cost(product.flopsPerRow(), product.bytesPerRow(), 2 * weights * FLOAT);
    if (!attributes(operator).bias()) {
      return new OperatorCost(product, Cost.ZERO, Cost.ZERO, weightGradient, List.of(product));
    }
    return new OperatorCost(
        product.plus(new Cost(0, 0, filters * FLOAT)),
        Cost.ZERO,
        Cost.ZERO,
        weightGradient.plus(OperatorCost.biasGradient(positions, filters)),
        List.of(product));
  }

  @Override
  public boolean appliesActivation() {
    return true;
  }

  /** A shift of the input would have to shift the zeros of the padding too. */
  @Override
  public boolean mergesConstantsOfInput(Operator layer, Operator constant) {
    boolean shifts = constant.type() == OperatorType.NORMALIZE;
    boolean sameChannels = layer.inputShape().last() == constant.shape().last();
    return !shifts || (attributes(layer).window().padding().equals(Padding.VALID) && sameChannels);
  }

  @Override
  public boolean mergesConstantsOfOutput() {
    return true;
  }

  @Override
  public Attributes withBias(Operator operator) {
    Attributes.Conv2d conv = attributes(operator);
    return new Attributes.Conv2d(conv.filters(), conv.window(), conv.groups(), true);
  }
}
