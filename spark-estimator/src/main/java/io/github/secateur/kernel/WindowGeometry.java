package io.github.secateur.kernel;

/**
 * The sizes of a convolution or pooling over images [height × width × channels], channels last.
 *
 * @param inputHeight rows of pixels of the input
 * @param inputWidth pixels in a row of the input
 * @param inputChannels channels of the input
 * @param windowHeight height of the window
 * @param windowWidth width of the window
 * @param stride step of the window along both axes
 * @param padTop zeros above the input
 * @param padLeft zeros left of the input
 * @param outputHeight window positions along the height
 * @param outputWidth window positions along the width
 * @param outputChannels filters of a convolution; the input's channels for pooling
 * @param groups groups of channels of a convolution; 1 for pooling
 */
public record WindowGeometry(
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
