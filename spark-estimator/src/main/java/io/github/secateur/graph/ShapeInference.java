package io.github.secateur.graph;

import java.util.ArrayList;
import java.util.List;

/**
 * Computes the shape of an operator's value from the shapes of its inputs, or says why there is
 * none.
 */
final class ShapeInference {
  private final String name;
  private final OperatorType type;

  private ShapeInference(String name, OperatorType type) {
    this.name = name;
    this.type = type;
  }

  /**
   * Returns the shape of the value; throws {@link ShapeException} if the inputs or the attributes
   * do not fit.
   */
  static Shape infer(String name, OperatorType type, Attributes attributes, List<Shape> inputs) {
    return new ShapeInference(name, type).infer(attributes, inputs);
  }

  private Shape infer(Attributes attributes, List<Shape> inputs) {
    Shape input = inputs.get(0);
    return switch (type) {
      case INPUT -> throw new IllegalArgumentException("the input operator has no inputs");
      case IDENTITY, RELU, GELU, SILU, TANH, SIGMOID, SOFTPLUS -> input;
      case LEAKY_RELU, ELU -> {
        require(
            Float.isFinite(((Attributes.Slope) attributes).slope()), "a finite slope", attributes);
        yield input;
      }
      case SCALE -> {
        require(
            Float.isFinite(((Attributes.Scale) attributes).factor()),
            "a finite factor",
            attributes);
        yield input;
      }
      case LAYER_NORM -> {
        require(
            ((Attributes.LayerNorm) attributes).epsilon() > 0, "a positive epsilon", attributes);
        yield input;
      }
      case BATCH_NORM -> batchNorm((Attributes.BatchNorm) attributes, input);
      case DROPOUT -> {
        float rate = ((Attributes.Dropout) attributes).rate();
        require(rate >= 0 && rate < 1, "a rate in [0, 1)", rate);
        yield input;
      }
      case NORMALIZE -> normalize((Attributes.Normalize) attributes, input);
      case DENSE -> dense((Attributes.Dense) attributes, input);
      case CONV2D -> conv2d((Attributes.Conv2d) attributes, input);
      case MAX_POOL2D, AVG_POOL2D -> pool2d((Attributes.Pool2d) attributes, input);
      case GLOBAL_AVG_POOL2D -> {
        requireImage(input);
        yield Shape.of(input.last());
      }
      case RESHAPE -> reshape(((Attributes.Reshape) attributes).target(), input);
      case PERMUTE -> permute(((Attributes.Permute) attributes).order(), input);
      case PAD -> pad((Attributes.Pad) attributes, input);
      case CONCAT -> concat(((Attributes.Concat) attributes).axis(), inputs);
      case SLICE -> slice((Attributes.Slice) attributes, input);
      case ADD -> add(inputs);
    };
  }

  private Shape batchNorm(Attributes.BatchNorm batchNorm, Shape input) {
    require(batchNorm.epsilon() > 0, "a positive epsilon", batchNorm.epsilon());
    require(
        batchNorm.momentum() >= 0 && batchNorm.momentum() < 1,
        "a momentum in [0, 1)",
        batchNorm.momentum());
    return input;
  }

  private Shape normalize(Attributes.Normalize normalize, Shape input) {
    int channels = input.last();
    for (List<Float> values : List.of(normalize.mean(), normalize.deviation())) {
      require(
          values.size() == 1 || values.size() == channels,
          "a mean and a deviation for all or for each of " + channels + " channels",
          values.size() + " values");
      require(
          values.stream().allMatch(v -> Float.isFinite(v)), "finite means and deviations", values);
    }
    require(
        normalize.deviation().stream().noneMatch(d -> d <= 0),
        "positive deviations",
        normalize.deviation());
    return input;
  }

  private Shape dense(Attributes.Dense dense, Shape input) {
    require(dense.units() >= 1, "at least 1 unit", dense.units());
    require(input.rank() == 1, "a vector (add flatten() before it)", "shape " + input);
    return Shape.of(dense.units());
  }

  private Shape conv2d(Attributes.Conv2d conv, Shape input) {
    requireImage(input);
    require(conv.filters() >= 1, "at least 1 filter", conv.filters());
    require(conv.groups() >= 1, "at least 1 group", conv.groups());
    require(
        input.last() % conv.groups() == 0 && conv.filters() % conv.groups() == 0,
        "channels and filters that are multiples of " + conv.groups() + " groups",
        input.last() + " channels and " + conv.filters() + " filters");
    Shape positions =
        window(conv.kernelHeight(), conv.kernelWidth(), conv.stride(), conv.padding(), input);
    return Shape.of(positions.dimension(0), positions.dimension(1), conv.filters());
  }

  private Shape pool2d(Attributes.Pool2d pool, Shape input) {
    requireImage(input);
    Shape positions = window(pool.height(), pool.width(), pool.stride(), pool.padding(), input);
    return Shape.of(positions.dimension(0), positions.dimension(1), input.last());
  }

  private Shape window(int height, int width, int stride, Padding padding, Shape input) {
    require(
        height >= 1 && width >= 1 && stride >= 1,
        "a window and a stride of at least 1",
        height + "×" + width + " stride " + stride);
    int outputHeight = padding.outputSize(input.dimension(0), height, stride);
    int outputWidth = padding.outputSize(input.dimension(1), width, stride);
    require(
        outputHeight >= 1 && outputWidth >= 1,
        "an image of at least " + height + "×" + width + " (or \"same\" padding)",
        "shape " + input);
    return Shape.of(outputHeight, outputWidth);
  }

  private Shape reshape(Shape target, Shape input) {
    require(
        target.size() == input.size(),
        "a row of " + target.size() + " values to form " + target,
        "shape " + input);
    return target;
  }

  private Shape permute(List<Integer> order, Shape input) {
    List<Integer> sorted = order.stream().sorted().toList();
    List<Integer> axes = new ArrayList<>();
    for (int axis = 0; axis < input.rank(); axis++) {
      axes.add(axis);
    }
    require(sorted.equals(axes), "an order of the axes " + axes, order);
    return new Shape(order.stream().map(input::dimension).toList());
  }

  private Shape pad(Attributes.Pad pad, Shape input) {
    require(
        pad.before().size() == input.rank() && pad.after().size() == input.rank(),
        "zeros before and after each of the " + input.rank() + " axes of shape " + input,
        pad.before() + " and " + pad.after());
    List<Integer> dimensions = new ArrayList<>();
    for (int axis = 0; axis < input.rank(); axis++) {
      require(
          pad.before().get(axis) >= 0 && pad.after().get(axis) >= 0, "no negative padding", pad);
      dimensions.add(input.dimension(axis) + pad.before().get(axis) + pad.after().get(axis));
    }
    return new Shape(dimensions);
  }

  private Shape concat(int axis, List<Shape> inputs) {
    Shape first = inputs.get(0);
    require(axis >= 0 && axis < first.rank(), "an axis in [0, " + first.rank() + ")", axis);
    List<Integer> dimensions = new ArrayList<>(first.dimensions());
    for (Shape other : inputs.subList(1, inputs.size())) {
      require(other.rank() == first.rank(), "branches of rank " + first.rank(), "shape " + other);
      for (int i = 0; i < first.rank(); i++) {
        require(
            i == axis || other.dimension(i) == first.dimension(i),
            "branches equal to " + first + " but for axis " + axis,
            "shape " + other);
      }
      dimensions.set(axis, dimensions.get(axis) + other.dimension(axis));
    }
    return new Shape(dimensions);
  }

  private Shape slice(Attributes.Slice slice, Shape input) {
    int end = slice.offset() + slice.target().size();
    require(
        input.rank() == 1 && slice.offset() >= 0 && end <= input.size(),
        "a vector of at least " + end + " values",
        "shape " + input);
    return slice.target();
  }

  private Shape add(List<Shape> inputs) {
    for (Shape other : inputs) {
      require(
          other.equals(inputs.get(0)),
          "branches of equal shape " + inputs.get(0),
          "shape " + other);
    }
    return inputs.get(0);
  }

  private void requireImage(Shape input) {
    require(input.rank() == 3, "an image [height × width × channels]", "shape " + input);
  }

  private void require(boolean holds, String expected, Object found) {
    if (!holds) {
      throw new ShapeException(name, type, expected, found);
    }
  }
}
