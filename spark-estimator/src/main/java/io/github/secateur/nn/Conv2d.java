package io.github.secateur.nn;

import io.github.secateur.graph.Attributes;
import io.github.secateur.graph.OperatorType;
import io.github.secateur.graph.Padding;
import io.github.secateur.graph.Window;
import java.util.Objects;

/**
 * 2-D convolution of images [height × width × channels]. {@code Conv2d.of(64, 3).strides(2,
 * 1).pads(1).noBias()} starts from stride 1, "same" padding, no dilation, one group and a bias, and
 * changes what it names.
 *
 * @param filters channels of the output
 * @param window the window, its strides, dilations and padding
 * @param groups groups of channels; each group of filters reads one group of input channels
 * @param bias whether a constant is added to each filter's output
 */
public record Conv2d(int filters, Window window, int groups, boolean bias) {

  public Conv2d {
    Objects.requireNonNull(window, "window");
  }

  /** Returns a convolution with a square window. */
  public static Conv2d of(int filters, int kernel) {
    return of(filters, kernel, kernel);
  }

  /** Returns a convolution with a rectangular window. */
  public static Conv2d of(int filters, int kernelHeight, int kernelWidth) {
    return new Conv2d(filters, new Window(kernelHeight, kernelWidth, 1, Padding.SAME), 1, true);
  }

  private Conv2d window(Window other) {
    return new Conv2d(filters, other, groups, bias);
  }

  /** Returns it with this step of the window. */
  public Conv2d stride(int stride) {
    return strides(stride, stride);
  }

  /** Returns it with these steps of the window, along the height and along the width. */
  public Conv2d strides(int height, int width) {
    return window(window.strides(height, width));
  }

  /** Returns it with this distance between the pixels that the window reads. */
  public Conv2d dilation(int dilation) {
    return dilations(dilation, dilation);
  }

  /** Returns it with these distances between the pixels, along the height and along the width. */
  public Conv2d dilations(int height, int width) {
    return window(window.dilations(height, width));
  }

  /** Returns it with this padding. */
  public Conv2d padding(Padding padding) {
    return window(window.padding(padding));
  }

  /** Returns it with so many rows and columns of zeros on each side. */
  public Conv2d pads(int pixels) {
    return padding(Padding.of(pixels));
  }

  /** Returns it with so many rows and columns of zeros on the four sides. */
  public Conv2d pads(int top, int left, int bottom, int right) {
    return padding(Padding.of(top, left, bottom, right));
  }

  /** Returns it without padding. */
  public Conv2d valid() {
    return padding(Padding.VALID);
  }

  /** Returns it with so many groups of channels. */
  public Conv2d groups(int groups) {
    return new Conv2d(filters, window, groups, bias);
  }

  /** Returns it without bias. */
  public Conv2d noBias() {
    return new Conv2d(filters, window, groups, false);
  }

  /** Returns the layer that it describes. */
  OperatorLayer layer() {
    return new OperatorLayer(
        OperatorType.CONV2D, new Attributes.Conv2d(filters, window, groups, bias));
  }
}
