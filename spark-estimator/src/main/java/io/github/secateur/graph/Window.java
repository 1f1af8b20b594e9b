package io.github.secateur.graph;

import java.util.Objects;

/**
 * A window that moves over images [height × width × channels].
 *
 * @param height rows of the window
 * @param width columns of the window
 * @param strideHeight its step along the height; likewise strideWidth
 * @param dilationHeight the distance between its rows, 1 for neighbours; likewise dilationWidth
 * @param padding by how much it may leave the image
 * @param ceilMode whether the last position along an axis may leave the padding too, if it starts
 *     in the image or before it; without it such a position is dropped
 */
public record Window(
    int height,
    int width,
    int strideHeight,
    int strideWidth,
    int dilationHeight,
    int dilationWidth,
    Padding padding,
    boolean ceilMode) {

  public Window {
    Objects.requireNonNull(padding, "padding");
  }

  /** Makes a window with one stride for both axes, and without dilation. */
  public Window(int height, int width, int stride, Padding padding) {
    this(height, width, stride, stride, 1, 1, padding, false);
  }

  /** Returns it with these steps. */
  public Window strides(int alongHeight, int alongWidth) {
    return new Window(
        height, width, alongHeight, alongWidth, dilationHeight, dilationWidth, padding, ceilMode);
  }

  /** Returns it with these distances between the pixels that it reads. */
  public Window dilations(int alongHeight, int alongWidth) {
    return new Window(
        height, width, strideHeight, strideWidth, alongHeight, alongWidth, padding, ceilMode);
  }

  /** Returns it with this padding. */
  public Window padding(Padding other) {
    return new Window(
        height, width, strideHeight, strideWidth, dilationHeight, dilationWidth, other, ceilMode);
  }

  /** Returns it with a last position that may leave the padding. */
  public Window ceil() {
    return new Window(
        height, width, strideHeight, strideWidth, dilationHeight, dilationWidth, padding, true);
  }

  /** Returns its two strides as people write them: one number if they are equal. */
  Object strides() {
    return AttributeValues.steps(strideHeight, strideWidth);
  }

  /** Returns its two dilations as people write them: one number if they are equal. */
  Object dilations() {
    return AttributeValues.steps(dilationHeight, dilationWidth);
  }

  /** Returns how many rows of an image it spans, the gaps of its dilation included. */
  public int reachHeight() {
    return (height - 1) * dilationHeight + 1;
  }

  /** Returns how many columns of an image it spans. */
  public int reachWidth() {
    return (width - 1) * dilationWidth + 1;
  }

  /** Returns the rows of padding above an image of this height. */
  public int padTop(int inputHeight) {
    return padding.before(true, inputHeight, reachHeight(), strideHeight);
  }

  /** Returns the columns of padding left of an image of this width. */
  public int padLeft(int inputWidth) {
    return padding.before(false, inputWidth, reachWidth(), strideWidth);
  }

  /** Returns the rows of padding below an image of this height. */
  public int padBottom(int inputHeight) {
    return padding.after(true, inputHeight, reachHeight(), strideHeight);
  }

  /** Returns the columns of padding right of an image of this width. */
  public int padRight(int inputWidth) {
    return padding.after(false, inputWidth, reachWidth(), strideWidth);
  }

  /** Returns its positions along the height of an image; at most 0 if it does not fit. */
  public int positionsHeight(int inputHeight) {
    return padding.positions(true, inputHeight, reachHeight(), strideHeight, ceilMode);
  }

  /** Returns its positions along the width of an image; at most 0 if it does not fit. */
  public int positionsWidth(int inputWidth) {
    return padding.positions(false, inputWidth, reachWidth(), strideWidth, ceilMode);
  }
}
