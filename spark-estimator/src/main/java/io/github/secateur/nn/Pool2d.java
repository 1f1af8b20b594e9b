package io.github.secateur.nn;

import io.github.secateur.graph.Attributes;
import io.github.secateur.graph.OperatorType;
import io.github.secateur.graph.Padding;
import io.github.secateur.graph.Window;
import java.util.Objects;

/**
 * Maximum or mean of windows of images [height × width × channels]. {@code
 * Pool2d.of(3).stride(2).pads(1).ceilMode()} starts from windows that do not overlap, no padding
 * and no dilation, and changes what it names.
 *
 * @param window the window, its strides, dilations and padding
 * @param countIncludePad whether a mean divides by the pixels of the padding too; a maximum never
 *     reads them
 */
public record Pool2d(Window window, boolean countIncludePad) {

  public Pool2d {
    Objects.requireNonNull(window, "window");
  }

  /** Returns a square window. */
  public static Pool2d of(int size) {
    return of(size, size);
  }

  /** Returns a rectangular window, whose steps are its height and its width. */
  public static Pool2d of(int height, int width) {
    Window window = new Window(height, width, height, width, 1, 1, Padding.VALID, false);
    return new Pool2d(window, false);
  }

  private Pool2d window(Window other) {
    return new Pool2d(other, countIncludePad);
  }

  /** Returns it with this step of the window. */
  public Pool2d stride(int stride) {
    return strides(stride, stride);
  }

  /** Returns it with these steps of the window, along the height and along the width. */
  public Pool2d strides(int height, int width) {
    return window(window.strides(height, width));
  }

  /** Returns it with this distance between the pixels that the window reads. */
  public Pool2d dilation(int dilation) {
    return dilations(dilation, dilation);
  }

  /** Returns it with these distances between the pixels, along the height and along the width. */
  public Pool2d dilations(int height, int width) {
    return window(window.dilations(height, width));
  }

  /** Returns it with this padding. */
  public Pool2d padding(Padding padding) {
    return window(window.padding(padding));
  }

  /** Returns a window that may leave the image by so many pixels on each side. */
  public Pool2d pads(int pixels) {
    return padding(Padding.of(pixels));
  }

  /** Returns a window that may leave the image by so many pixels on the four sides. */
  public Pool2d pads(int top, int left, int bottom, int right) {
    return padding(Padding.of(top, left, bottom, right));
  }

  /**
   * Returns it with a last position along each axis that may leave the padding, if it starts in the
   * image or before it.
   */
  public Pool2d ceilMode() {
    return window(window.ceil());
  }

  /** Returns a mean that divides by the pixels of the padding too. */
  public Pool2d withPadsCounted() {
    return new Pool2d(window, true);
  }

  /** Returns the layer that it describes. */
  OperatorLayer layer(OperatorType type) {
    return new OperatorLayer(type, new Attributes.Pool2d(window, countIncludePad));
  }
}
