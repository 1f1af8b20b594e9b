package io.github.secateur.kernel;

/**
 * The sizes of a convolution or pooling over images [height × width × channels], channels last.
 *
 * @param inputHeight rows of pixels of the input
 * @param inputWidth pixels in a row of the input
 * @param inputChannels channels of the input
 * @param windowHeight height of the window
 * @param windowWidth width of the window
 * @param strideHeight step of the window along the height; likewise strideWidth
 * @param dilationHeight distance between the window's rows along the height; likewise dilationWidth
 * @param padTop rows of padding above the input; likewise padLeft, padBottom and padRight
 * @param outputHeight window positions along the height
 * @param outputWidth window positions along the width
 * @param outputChannels filters of a convolution; the input's channels for pooling
 * @param groups groups of channels of a convolution; 1 for pooling
 * @param countsPadding whether the padding counts for a mean
 */
public record WindowGeometry(
    int inputHeight,
    int inputWidth,
    int inputChannels,
    int windowHeight,
    int windowWidth,
    int strideHeight,
    int strideWidth,
    int dilationHeight,
    int dilationWidth,
    int padTop,
    int padLeft,
    int padBottom,
    int padRight,
    int outputHeight,
    int outputWidth,
    int outputChannels,
    int groups,
    boolean countsPadding) {

  /** Makes sizes with one stride for both axes and without dilation; padding does not count. */
  public WindowGeometry(
      int inputHeight,
      int inputWidth,
      int inputChannels,
      int windowHeight,
      int windowWidth,
      int stride,
      int padTop,
      int padLeft,
      int outputHeight,
      int outputWidth,
      int outputChannels,
      int groups) {
    this(
        inputHeight,
        inputWidth,
        inputChannels,
        windowHeight,
        windowWidth,
        stride,
        stride,
        1,
        1,
        padTop,
        padLeft,
        0,
        0,
        outputHeight,
        outputWidth,
        outputChannels,
        groups,
        false);
  }

  /** Returns how many rows of an image one window spans, the gaps of its dilation included. */
  public int reachHeight() {
    return (windowHeight - 1) * dilationHeight + 1;
  }

  /** Returns how many columns of an image one window spans. */
  public int reachWidth() {
    return (windowWidth - 1) * dilationWidth + 1;
  }

  /** Returns the row of the input that the first row of a window reads; negative in the padding. */
  public int top(int outputRow) {
    return outputRow * strideHeight - padTop;
  }

  /** Returns the column of the input that the first column of a window reads. */
  public int left(int outputColumn) {
    return outputColumn * strideWidth - padLeft;
  }

  /** Returns the first row of a window that reads the image. */
  public int firstRow(int top) {
    return firstPlace(top, dilationHeight);
  }

  /** Returns the row of a window behind the last that reads the image. */
  public int endRow(int top) {
    return endPlace(top, dilationHeight, windowHeight, inputHeight);
  }

  /** Returns the first column of a window that reads the image. */
  public int firstColumn(int left) {
    return firstPlace(left, dilationWidth);
  }

  /** Returns the column of a window behind the last that reads the image. */
  public int endColumn(int left) {
    return endPlace(left, dilationWidth, windowWidth, inputWidth);
  }

  /**
   * Returns by how much the mean of a window divides: its places that count.
   *
   * @param inside its places in the image
   */
  public int divisor(int top, int left, int inside) {
    if (countsPadding) { // but not what lies behind the padding
      return endPlace(top, dilationHeight, windowHeight, inputHeight + padBottom)
          * endPlace(left, dilationWidth, windowWidth, inputWidth + padRight);
    }
    return inside;
  }

  /** Returns the first place i with start + i · dilation ≥ 0. */
  public static int firstPlace(int start, int dilation) {
    int places = dilation == 1 ? -start : (dilation - 1 - start) / dilation; // divides if it must
    return Math.max(0, places);
  }

  /**
   * Returns the place behind the last i with start + i · dilation &lt; length, at most {@code
   * window}.
   */
  public static int endPlace(int start, int dilation, int window, int length) {
    int rest = length - start;
    int places = dilation == 1 ? rest : (rest + dilation - 1) / dilation;
    return Math.max(0, Math.min(window, places));
  }

  /** Returns the number of values of one input image. */
  public int inputSize() {
    return inputHeight * inputWidth * inputChannels;
  }

  /** Returns the number of values of one output image. */
  public int outputSize() {
    return outputHeight * outputWidth * outputChannels;
  }

  /** Returns the number of window positions in one image. */
  public int positions() {
    return outputHeight * outputWidth;
  }

  /**
   * Returns the number of input values that one filter reads: window × input channels of its group.
   */
  public int patchSize() {
    return windowHeight * windowWidth * (inputChannels / groups);
  }

  /**
   * Returns the number of weights of a convolution: window × input channels of a group × filters.
   */
  public int weightCount() {
    return patchSize() * outputChannels;
  }
}
