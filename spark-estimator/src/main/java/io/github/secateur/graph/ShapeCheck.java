package io.github.secateur.graph;

import java.util.List;

/**
 * Refuses attributes and shapes that do not fit, with the name and type of the layer in the
 * message.
 *
 * @param name the layer's name
 * @param type the type of its operator
 */
record ShapeCheck(String name, OperatorType type) {

  /** Throws {@link ShapeException} unless the condition holds. */
  void require(boolean holds, String expected, Object found) {
    if (!holds) {
      throw new ShapeException(name, type, expected, found);
    }
  }

  /** Refuses what is not a second value with one number for each token. */
  void requireMask(List<Shape> inputs, int tokens) {
    require(inputs.size() == 2, "2 values, the second a mask", inputs.size());
    require(
        inputs.get(1).equals(Shape.of(tokens)),
        "a mask of one number for each of " + tokens + " tokens",
        "shape " + inputs.get(1));
  }

  void requireImage(Shape input) {
    require(input.rank() == 3, "an image [height × width × channels]", "shape " + input);
  }

  /** Returns the number of positions of a window along height and width. */
  Shape positions(int height, int width, int stride, Padding padding, Shape input) {
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
}
