package io.github.secateur.nn;

import io.github.secateur.graph.Attributes;
import io.github.secateur.graph.OperatorType;
import io.github.secateur.graph.Padding;
import java.util.Objects;

/**
 * 2-D convolution of images [height × width × channels]. {@code Conv2d.of(64,
 * 3).stride(2).valid().noBias()} starts from stride 1, "same" padding, one group and a bias, and
 * changes what it names.
 *
 * @param filters channels of the output
 * @param kernelHeight height of the window
 * @param kernelWidth width of the window
 * @param stride step of the window along both axes
 * @param padding whether zeros are added around the image
 * @param groups groups of channels; each group of filters reads one group of input channels
 * @param bias whether a constant is added to each filter's output
 */
public record Conv2d(
    int filters,
    int kernelHeight,
    int kernelWidth,
    int stride,
    Padding padding,
    int groups,
    boolean bias) {

  public Conv2d {
    Objects.requireNonNull(padding, "padding");
  }

  /** Returns a convolution with a square window. */
  public static Conv2d of(int filters, int kernel) {
    return of(filters, kernel, kernel);
  }

  /** Returns a convolution with a rectangular window. */
  public static Conv2d of(int filters, int kernelHeight, int kernelWidth) {
    return new Conv2d(filters, kernelHeight, kernelWidth, 1, Padding.SAME, 1, true);
  }

  /** Returns it with this step of the window. */
  public Conv2d stride(int stride) {
    return new Conv2d(filters, kernelHeight, kernelWidth, stride, padding, groups, bias);
  }

  /** Returns it with this padding. */
  public Conv2d padding(Padding padding) {
    return new Conv2d(filters, kernelHeight, kernelWidth, stride, padding, groups, bias);
  }

  /** Returns it without padding. */
  public Conv2d valid() {
    return padding(Padding.VALID);
  }

  /** Returns it with so many groups of channels. */
  public Conv2d groups(int groups) {
    return new Conv2d(filters, kernelHeight, kernelWidth, stride, padding, groups, bias);
  }

  /** Returns it without bias. */
  public Conv2d noBias() {
    return new Conv2d(filters, kernelHeight, kernelWidth, stride, padding, groups, false);
  }

  /** Returns the layer that it describes. */
  OperatorLayer layer() {
    return new OperatorLayer(
        OperatorType.CONV2D,
        new Attributes.Conv2d(filters, kernelHeight, kernelWidth, stride, padding, groups, bias));
  }
}
