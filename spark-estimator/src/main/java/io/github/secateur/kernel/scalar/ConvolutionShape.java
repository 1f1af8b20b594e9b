package io.github.secateur.kernel.scalar;

import io.github.secateur.kernel.WindowGeometry;

/**
 * A convolution as the loops see it: a {@link WindowGeometry} and where its outputs lie. Mutable,
 * so that one instance can describe every call without allocation.
 *
 * <p>The input gradient of a convolution is a convolution, too: of the output's gradient, by the
 * weights turned round, and with stride 1. Along an axis with stride s it is s of them, one for
 * each phase p in [0, s): the input rows with (row + padding) mod s = p. Window row k reads them if
 * k · d mod s = p, where d is the dilation: it is every (s / gcd(s, d))-th window row from {@link
 * #firstOfPhase} on, and they read outputs that are d / gcd(s, d) apart.
 */
public final class ConvolutionShape {

  public int inputHeight;
  public int inputWidth;
  public int inputChannels;
  public int windowHeight;
  public int windowWidth;
  public int strideHeight;
  public int strideWidth;
  public int dilationHeight;
  public int dilationWidth;
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
    strideHeight = g.strideHeight();
    strideWidth = g.strideWidth();
    dilationHeight = g.dilationHeight();
    dilationWidth = g.dilationWidth();
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
    outputChannels = g.inputChannels();
    groups = g.groups();
    strideHeight = 1;
    strideWidth = 1;
    int firstTap = firstOfPhase(py, g.strideHeight(), g.dilationHeight(), g.windowHeight());
    int tapStep = stepOfPhase(g.strideHeight(), g.dilationHeight());
    windowHeight = placesOfPhase(g.windowHeight(), firstTap, tapStep);
    dilationHeight = dilationOfPhase(g.strideHeight(), g.dilationHeight(), windowHeight);
    // input row t·stride + firstRow belongs to the phase; its first tap is read for output row
    // t + firstOutput, the others for those before
    int firstQuotient = ceilingOfQuotient(g.padTop() - py, g.strideHeight());
    int firstRow = firstQuotient * g.strideHeight() + py - g.padTop();
    int firstOutput = firstQuotient + (py - firstTap * g.dilationHeight()) / g.strideHeight();
    outputHeight = placesOfPhase(g.inputHeight(), firstRow, g.strideHeight());
    padTop = (windowHeight - 1) * dilationHeight - firstOutput;
    int firstTapOfRow = firstOfPhase(px, g.strideWidth(), g.dilationWidth(), g.windowWidth());
    int tapStepOfRow = stepOfPhase(g.strideWidth(), g.dilationWidth());
    windowWidth = placesOfPhase(g.windowWidth(), firstTapOfRow, tapStepOfRow);
    dilationWidth = dilationOfPhase(g.strideWidth(), g.dilationWidth(), windowWidth);
    int firstColumnQuotient = ceilingOfQuotient(g.padLeft() - px, g.strideWidth());
    int firstColumn = firstColumnQuotient * g.strideWidth() + px - g.padLeft();
    int firstOutputOfRow =
        firstColumnQuotient + (px - firstTapOfRow * g.dilationWidth()) / g.strideWidth();
    outputWidth = placesOfPhase(g.inputWidth(), firstColumn, g.strideWidth());
    padLeft = (windowWidth - 1) * dilationWidth - firstOutputOfRow;
    outputStart = (firstRow * g.inputWidth() + firstColumn) * g.inputChannels();
    outputStep = g.strideWidth() * g.inputChannels();
    outputRowStep = g.strideHeight() * g.inputWidth() * g.inputChannels();
    outputImageSize = g.inputSize();
  }

  /**
   * Returns the first place of a window that reads inputs of a phase; the length of the window if
   * there is none.
   */
  static int firstOfPhase(int phase, int stride, int dilation, int window) {
    int place = 0;
    while (place < window && place * dilation % stride != phase) {
      place++;
    }
    return place;
  }

  /** Returns the distance between the places of a window that read inputs of the same phase. */
  static int stepOfPhase(int stride, int dilation) {
    return stride / greatestCommonDivisor(stride, dilation);
  }

  private static int dilationOfPhase(int stride, int dilation, int window) {
    return window == 0 ? 1 : dilation / greatestCommonDivisor(stride, dilation);
  }

  private static int greatestCommonDivisor(int a, int b) {
    return b == 0 ? a : greatestCommonDivisor(b, a % b);
  }

  /** Returns the number of t ≥ 0 with first + t · step &lt; length. */
  public static int placesOfPhase(int length, int first, int step) {
    return length > first ? (length - first + step - 1) / step : 0;
  }

  private static int ceilingOfQuotient(int value, int divisor) {
    return -Math.floorDiv(-value, divisor);
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
    return WindowGeometry.firstPlace(top, dilationHeight);
  }

  /** Returns the row of a window behind the last that reads the image. */
  public int endRow(int top) {
    return WindowGeometry.endPlace(top, dilationHeight, windowHeight, inputHeight);
  }

  /** Returns the first column of a window that reads the image. */
  public int firstColumn(int left) {
    return WindowGeometry.firstPlace(left, dilationWidth);
  }

  /** Returns the column of a window behind the last that reads the image. */
  public int endColumn(int left) {
    return WindowGeometry.endPlace(left, dilationWidth, windowWidth, inputWidth);
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
