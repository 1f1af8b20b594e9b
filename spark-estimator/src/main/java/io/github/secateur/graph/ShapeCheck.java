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

  /** Float32 counts so far; the places of maxima are stored so. */
  private static final int MOST_PIXELS = 1 << 24;

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
  Shape positions(Window window, Shape input) {
    require(
        window.height() >= 1
            && window.width() >= 1
            && window.strideHeight() >= 1
            && window.strideWidth() >= 1,
        "a window and a stride of at least 1",
        window.height() + "×" + window.width() + " stride " + window.strides());
    require(
        window.dilationHeight() >= 1 && window.dilationWidth() >= 1,
        "a dilation of at least 1",
        window.dilations());
    require(
        window.padding().sides().stream().allMatch(pixels -> pixels >= 0),
        "no negative padding",
        window.padding());
    int height = input.dimension(0);
    int width = input.dimension(1);
    long reach =
        Math.max(
            ((long) window.height() - 1) * window.dilationHeight(),
            ((long) window.width() - 1) * window.dilationWidth());
    int most = window.padding().sides().stream().mapToInt(Integer::intValue).max().orElseThrow();
    require(
        reach < MOST_PIXELS && most < MOST_PIXELS,
        "a window and a padding below 2^24 pixels",
        window.height() + "×" + window.width() + ", padding " + window.padding());
    int outputHeight = window.positionsHeight(height);
    int outputWidth = window.positionsWidth(width);
    require(
        outputHeight >= 1 && outputWidth >= 1,
        "an image of at least "
            + Math.max(1, window.reachHeight() - window.padTop(height) - window.padBottom(height))
            + "×"
            + Math.max(1, window.reachWidth() - window.padLeft(width) - window.padRight(width))
            + " (or \"same\" padding)",
        "shape " + input);
    return Shape.of(outputHeight, outputWidth);
  }

  /** Refuses a window that reads nothing but padding somewhere: its maximum would be no number. */
  void requireImageInEachWindow(Window window, Shape input, Shape positions) {
    int top = window.padTop(input.dimension(0));
    int left = window.padLeft(input.dimension(1));
    boolean rows =
        readsImage(
            positions.dimension(0),
            window.strideHeight(),
            top,
            window.height(),
            window.dilationHeight(),
            input.dimension(0));
    boolean columns =
        readsImage(
            positions.dimension(1),
            window.strideWidth(),
            left,
            window.width(),
            window.dilationWidth(),
            input.dimension(1));
    require(
        rows && columns,
        "a padding by which each window reads some of the image",
        "padding " + window.padding() + " around shape " + input);
  }

  private static boolean readsImage(
      int positions, int stride, int before, int window, int dilation, int length) {
    for (int position = 0; position < positions; position++) {
      int start = position * stride - before;
      int first = start >= 0 ? start : start + (dilation - 1 - start) / dilation * dilation;
      if (first >= length || first > start + (window - 1) * dilation) {
        return false;
      }
    }
    return true;
  }
}
