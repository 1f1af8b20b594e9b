package io.github.secateur.kernel.scalar;

import io.github.secateur.kernel.WindowGeometry;

/**
 * A convolution as the loops see it: a {@link WindowGeometry} and where its outputs lie. Mutable,
 * so that one instance can describe every call without allocation.
 *
 * <p>The input gradient of a convolution is a convolution, too: of the output's gradient, by the
 * weights turned round, and with stride 1. If the forward stride is s, it is s² of them, one for
 * each phase (py, px): the window rows py, py + s, … are those that read input rows of phase py.
 */
public final class ConvolutionShape {

  public int inputHeight;
  public int inputWidth;
  public int inputChannels;
  public int windowHeight;
  public int windowWidth;
  public int stride;
  public int padTop;
  public int padLeft;
  public int outputHeight;
  public int outputWidth;
  public int outputChannels;
  public int groups;

  /**
   * Where the first output lies in an output image, and the steps to the next row and to the next
   * position.
   */
  int outputStart;

  public int outputRowStep;
  public int outputStep;
  public int outputImageSize;

  void setForward(WindowGeometry g) {
    inputHeight = g.inputHeight();
    inputWidth = g.inputWidth();
    inputChannels = g.inputChannels();
    windowHeight = g.windowHeight();
    windowWidth = g.windowWidth();
    stride = g.stride();
    padTop = g.padTop();
    padLeft = g.padLeft();
    outputHeight = g.outputHeight();
    outputWidth = g.outputWidth();
    outputChannels = g.outputChannels();
    groups = g.groups();
    outputStart = 0;
    outputStep = outputChannels;
    outputRowStep = outputWidth * outputChannels;
    outputImageSize = g.outputSize();
  }

  /** Describes the input gradient's phase (py, px); its outputs are values of the input of g. */
  void setInputGradient(WindowGeometry g, int py, int px) {
    inputHeight = g.outputHeight();
    inputWidth = g.outputWidth();
    inputChannels = g.outputChannels();
    windowHeight = placesOfPhase(g.windowHeight(), py, g.stride());
    windowWidth = placesOfPhase(g.windowWidth(), px, g.stride());
    stride = 1;
    outputChannels = g.inputChannels();
    groups = g.groups();
    // input row t·stride + firstRow belongs to the phase; output row t + firstQuotient is the last
    // that reads it
    int firstQuotient = ceilingOfQuotient(g.padTop() - py, g.stride());
    int firstRow = firstQuotient * g.stride() + py - g.padTop();
    outputHeight = placesOfPhase(g.inputHeight(), firstRow, g.stride());
    padTop = windowHeight - 1 - firstQuotient;
    int firstColumnQuotient = ceilingOfQuotient(g.padLeft() - px, g.stride());
    int firstColumn = firstColumnQuotient * g.stride() + px - g.padLeft();
    outputWidth = placesOfPhase(g.inputWidth(), firstColumn, g.stride());
    padLeft = windowWidth - 1 - firstColumnQuotient;
    outputStart = (firstRow * g.inputWidth() + firstColumn) * g.inputChannels();
    outputStep = g.stride() * g.inputChannels();
    outputRowStep = g.stride() * g.inputWidth() * g.inputChannels();
    outputImageSize = g.inputSize();
  }

  /** Returns the number of t ≥ 0 with first + t · step &lt; length. */
  public static int placesOfPhase(int length, int first, int step) {
    return length > first ? (length - first + step - 1) / step : 0;
  }

  private static int ceilingOfQuotient(int value, int divisor) {
    return -Math.floorDiv(-value, divisor);
  }

  public int inputImageSize() {
    return inputHeight * inputWidth * inputChannels;
  }

  public int groupInputs() {
    return inputChannels / groups;
  }

  public int groupOutputs() {
    return outputChannels / groups;
  }

  public int patchSize() {
    return windowHeight * windowWidth * groupInputs();
  }

  /**
   * Returns whether each filter reads one channel, so that the window slides over all channels side
   * by side.
   */
  boolean isDepthwise() {
    return groups > 1 && groups == inputChannels;
  }

  public int outputIndex(int row, int oy, int ox) {
    return row * outputImageSize + outputStart + oy * outputRowStep + ox * outputStep;
  }
}
