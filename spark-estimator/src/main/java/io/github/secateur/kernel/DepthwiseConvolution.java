package io.github.secateur.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Convolution with one filter for each channel: the window slides over all channels side by side,
 * lanes run along the channels. Order of additions as in {@link ScalarConvolution}.
 */
final class DepthwiseConvolution {

  private static final VectorSpecies<Float> FLOATS = Lanes.FLOATS;

  /** For each place of the window that lies in the image: where its inputs and weights are. */
  private int[] inputs = new int[0];

  private int[] weights = new int[0];
  private float[] zeros = new float[0];

  /** As {@link Convolution#depthwise}. */
  void forward(
      ConvolutionShape s,
      int rows,
      float[] x,
      int xOffset,
      float[] w,
      int wOffset,
      float[] b,
      int bOffset,
      float[] y,
      int yOffset) {
    if (inputs.length < s.windowHeight * s.windowWidth) {
      inputs = new int[s.windowHeight * s.windowWidth];
      weights = new int[s.windowHeight * s.windowWidth];
    }
    if (b == null && zeros.length < s.outputChannels) {
      zeros = new float[s.outputChannels];
    }
    float[] start = b == null ? zeros : b;
    int startOffset = b == null ? 0 : bOffset;
    for (int row = 0; row < rows; row++) {
      int image = xOffset + row * s.inputImageSize();
      for (int oy = 0; oy < s.outputHeight; oy++) {
        for (int ox = 0; ox < s.outputWidth; ox++) {
          int taps = findTaps(s, oy, ox, image, wOffset);
          sumTaps(
              s.outputChannels,
              taps,
              x,
              w,
              start,
              startOffset,
              y,
              yOffset + s.outputIndex(row, oy, ox));
        }
      }
    }
  }

  private int findTaps(ConvolutionShape s, int oy, int ox, int image, int wOffset) {
    int channels = s.outputChannels;
    int top = oy * s.stride - s.padTop;
    int left = ox * s.stride - s.padLeft;
    int taps = 0;
    for (int ky = Math.max(0, -top); ky < Math.min(s.windowHeight, s.inputHeight - top); ky++) {
      for (int kx = Math.max(0, -left); kx < Math.min(s.windowWidth, s.inputWidth - left); kx++) {
        inputs[taps] = image + ((top + ky) * s.inputWidth + left + kx) * channels;
        weights[taps++] = wOffset + (ky * s.windowWidth + kx) * channels;
      }
    }
    return taps;
  }

  private void sumTaps(
      int channels, int taps, float[] x, float[] w, float[] b, int bOffset, float[] y, int out) {
    int whole = Lanes.whole(channels);
    for (int c = 0; c < whole; c += Lanes.LENGTH) {
      FloatVector sum = FloatVector.fromArray(FLOATS, b, bOffset + c);
      for (int tap = 0; tap < taps; tap++) {
        FloatVector value = FloatVector.fromArray(FLOATS, x, inputs[tap] + c);
        sum = value.fma(FloatVector.fromArray(FLOATS, w, weights[tap] + c), sum);
      }
      sum.intoArray(y, out + c);
    }
    for (int c = whole; c < channels; c++) {
      float sum = b[bOffset + c];
      for (int tap = 0; tap < taps; tap++) {
        sum = Math.fma(x[inputs[tap] + c], w[weights[tap] + c], sum);
      }
      y[out + c] = sum;
    }
  }

  /** As {@link Convolution#depthwiseWeightGradient}. */
  static void weightGradient(
      ConvolutionShape s,
      int rows,
      float[] x,
      int xOffset,
      float[] dy,
      int dyOffset,
      float[] dw,
      int dwOffset) {
    for (int row = 0; row < rows; row++) {
      int image = xOffset + row * s.inputImageSize();
      for (int oy = 0; oy < s.outputHeight; oy++) {
        int out = dyOffset + s.outputIndex(row, oy, 0);
        for (int ky = 0; ky < s.windowHeight; ky++) {
          int iy = oy * s.stride - s.padTop + ky;
          if (iy >= 0 && iy < s.inputHeight) {
            for (int kx = 0; kx < s.windowWidth; kx++) {
              int tap = dwOffset + (ky * s.windowWidth + kx) * s.outputChannels;
              addRowOfTap(s, kx, x, image + iy * s.inputWidth * s.outputChannels, dy, out, dw, tap);
            }
          }
        }
      }
    }
  }

  /** Adds the positions of one row of outputs to one tap of the window, for all channels. */
  private static void addRowOfTap(
      ConvolutionShape s,
      int kx,
      float[] x,
      int inputRow,
      float[] dy,
      int outputRow,
      float[] dw,
      int tap) {
    int channels = s.outputChannels;
    int shift = kx - s.padLeft;
    // positions whose input column ox · stride + shift is in the image
    int first = shift < 0 ? (-shift + s.stride - 1) / s.stride : 0;
    int end =
        Math.min(
            s.outputWidth,
            Math.max(first, ConvolutionShape.placesOfPhase(s.inputWidth, shift, s.stride)));
    int whole = Lanes.whole(channels);
    for (int c = 0; c < whole; c += Lanes.LENGTH) {
      FloatVector sum = FloatVector.fromArray(FLOATS, dw, tap + c);
      for (int ox = first; ox < end; ox++) {
        FloatVector value =
            FloatVector.fromArray(FLOATS, x, inputRow + (ox * s.stride + shift) * channels + c);
        sum = value.fma(FloatVector.fromArray(FLOATS, dy, outputRow + ox * channels + c), sum);
      }
      sum.intoArray(dw, tap + c);
    }
    for (int c = whole; c < channels; c++) {
      float sum = dw[tap + c];
      for (int ox = first; ox < end; ox++) {
        sum =
            Math.fma(
                x[inputRow + (ox * s.stride + shift) * channels + c],
                dy[outputRow + ox * channels + c],
                sum);
      }
      dw[tap + c] = sum;
    }
  }
}
