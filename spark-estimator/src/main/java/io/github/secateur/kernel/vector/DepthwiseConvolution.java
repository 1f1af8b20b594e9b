package io.github.secateur.kernel.vector;

import io.github.secateur.kernel.WindowGeometry;
import io.github.secateur.kernel.scalar.ConvolutionShape;
import io.github.secateur.kernel.scalar.PatchConvolution;
import io.github.secateur.kernel.scalar.ScalarConvolution;
import io.github.secateur.kernel.vector.lanes.Lanes;
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

  /** As {@link PatchConvolution#depthwise}. */
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
    // the positions whose window lies between the left and the right edge of the image
    int first =
        Math.max(0, Math.min(s.outputWidth, (s.padLeft + s.strideWidth - 1) / s.strideWidth));
    int inside = s.inputWidth + s.padLeft - (s.windowWidth - 1) * s.dilationWidth - 1;
    int end =
        inside < 0 ? first : Math.max(first, Math.min(s.outputWidth, inside / s.strideWidth + 1));
    int shift = s.strideWidth * s.outputChannels;
    for (int row = 0; row < rows; row++) {
      int image = xOffset + row * s.inputImageSize();
      for (int oy = 0; oy < s.outputHeight; oy++) {
        int out = yOffset + s.outputIndex(row, oy, 0);
        for (int ox = 0; ox < first; ox++) {
          int taps = findTaps(s, oy, ox, image, wOffset);
          sumTaps(s.outputChannels, taps, 0, x, w, start, startOffset, y, out + ox * s.outputStep);
        }
        int taps = first < end ? findTaps(s, oy, first, image, wOffset) : 0;
        int ox = first;
        for (; ox + 4 <= end; ox += 4) {
          sumTapsOfFour(
              s.outputChannels,
              taps,
              (ox - first) * shift,
              shift,
              x,
              w,
              start,
              startOffset,
              y,
              out + ox * s.outputStep,
              s.outputStep);
        }
        for (; ox < end; ox++) {
          sumTaps(
              s.outputChannels,
              taps,
              (ox - first) * shift,
              x,
              w,
              start,
              startOffset,
              y,
              out + ox * s.outputStep);
        }
        for (; ox < s.outputWidth; ox++) {
          taps = findTaps(s, oy, ox, image, wOffset);
          sumTaps(s.outputChannels, taps, 0, x, w, start, startOffset, y, out + ox * s.outputStep);
        }
      }
    }
  }

  private int findTaps(ConvolutionShape s, int oy, int ox, int image, int wOffset) {
    int channels = s.outputChannels;
    int top = s.top(oy);
    int left = s.left(ox);
    int endRow = s.endRow(top);
    int firstColumn = s.firstColumn(left);
    int endColumn = s.endColumn(left);
    int taps = 0;
    for (int ky = s.firstRow(top); ky < endRow; ky++) {
      int line = (top + ky * s.dilationHeight) * s.inputWidth + left;
      for (int kx = firstColumn; kx < endColumn; kx++) {
        inputs[taps] = image + (line + kx * s.dilationWidth) * channels;
        weights[taps++] = wOffset + (ky * s.windowWidth + kx) * channels;
      }
    }
    return taps;
  }

  /** Computes one position, whose inputs lie {@code shift} behind those that were found. */
  private void sumTaps(
      int channels,
      int taps,
      int shift,
      float[] x,
      float[] w,
      float[] b,
      int bOffset,
      float[] y,
      int out) {
    int whole = Lanes.whole(channels);
    for (int c = 0; c < whole; c += Lanes.LENGTH) {
      FloatVector sum = FloatVector.fromArray(FLOATS, b, bOffset + c);
      for (int tap = 0; tap < taps; tap++) {
        FloatVector value = FloatVector.fromArray(FLOATS, x, inputs[tap] + shift + c);
        sum = value.fma(FloatVector.fromArray(FLOATS, w, weights[tap] + c), sum);
      }
      sum.intoArray(y, out + c);
    }
    for (int c = whole; c < channels; c++) {
      float sum = b[bOffset + c];
      for (int tap = 0; tap < taps; tap++) {
        sum = Math.fma(x[inputs[tap] + shift + c], w[weights[tap] + c], sum);
      }
      y[out + c] = sum;
    }
  }

  /** Computes four positions, whose inputs are {@code step} apart, with each weight read once. */
  private void sumTapsOfFour(
      int channels,
      int taps,
      int shift,
      int step,
      float[] x,
      float[] w,
      float[] b,
      int bOffset,
      float[] y,
      int out,
      int outputStep) {
    int whole = Lanes.whole(channels);
    for (int c = 0; c < whole; c += Lanes.LENGTH) {
      FloatVector s0 = FloatVector.fromArray(FLOATS, b, bOffset + c);
      FloatVector s1 = s0;
      FloatVector s2 = s0;
      FloatVector s3 = s0;
      int at = shift + c;
      for (int tap = 0; tap < taps; tap++) {
        int from = inputs[tap] + at;
        FloatVector weight = FloatVector.fromArray(FLOATS, w, weights[tap] + c);
        s0 = FloatVector.fromArray(FLOATS, x, from).fma(weight, s0);
        s1 = FloatVector.fromArray(FLOATS, x, from + step).fma(weight, s1);
        s2 = FloatVector.fromArray(FLOATS, x, from + 2 * step).fma(weight, s2);
        s3 = FloatVector.fromArray(FLOATS, x, from + 3 * step).fma(weight, s3);
      }
      s0.intoArray(y, out + c);
      s1.intoArray(y, out + outputStep + c);
      s2.intoArray(y, out + 2 * outputStep + c);
      s3.intoArray(y, out + 3 * outputStep + c);
    }
    for (int c = whole; c < channels; c++) {
      for (int i = 0; i < 4; i++) {
        float sum = b[bOffset + c];
        for (int tap = 0; tap < taps; tap++) {
          sum = Math.fma(x[inputs[tap] + shift + i * step + c], w[weights[tap] + c], sum);
        }
        y[out + i * outputStep + c] = sum;
      }
    }
  }

  /** As {@link PatchConvolution#depthwiseWeightGradient}. */
  static void weightGradient(
      ConvolutionShape s,
      int rows,
      int from,
      int to,
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
          int iy = s.top(oy) + ky * s.dilationHeight;
          if (iy >= 0 && iy < s.inputHeight) {
            int inputRow = image + iy * s.inputWidth * s.outputChannels;
            int first = ky * s.windowWidth;
            int kx = Math.max(0, from - first);
            int end = Math.min(s.windowWidth, to - first);
            int tap = dwOffset + (first + kx - from) * s.outputChannels;
            for (; kx + 3 <= end; kx += 3, tap += 3 * s.outputChannels) {
              addRowOfThreeTaps(s, kx, x, inputRow, dy, out, dw, tap);
            }
            for (; kx < end; kx++, tap += s.outputChannels) {
              addRowOfTap(s, kx, 0, s.outputWidth, x, inputRow, dy, out, dw, tap);
            }
          }
        }
      }
    }
  }

  /** As {@link #addRowOfTap} for three taps side by side, with the outputs' gradient read once. */
  private static void addRowOfThreeTaps(
      ConvolutionShape s,
      int kx,
      float[] x,
      int inputRow,
      float[] dy,
      int outputRow,
      float[] dw,
      int tap) {
    int channels = s.outputChannels;
    int first = firstOfTap(s, kx);
    int end = Math.max(first, endOfTap(s, kx + 2));
    for (int i = 0; i < 3; i++) {
      addRowOfTap(s, kx + i, 0, first, x, inputRow, dy, outputRow, dw, tap + i * channels);
    }
    int step = s.strideWidth * channels;
    int shift = s.dilationWidth * channels;
    int whole = Lanes.whole(channels);
    for (int c = 0; c < whole; c += Lanes.LENGTH) {
      int at = tap + c;
      int from = inputRow + columnOfTap(s, kx) * channels + c;
      FloatVector s0 = FloatVector.fromArray(FLOATS, dw, at);
      FloatVector s1 = FloatVector.fromArray(FLOATS, dw, at + channels);
      FloatVector s2 = FloatVector.fromArray(FLOATS, dw, at + 2 * channels);
      for (int ox = first; ox < end; ox++) {
        FloatVector d = FloatVector.fromArray(FLOATS, dy, outputRow + ox * channels + c);
        int in = from + ox * step;
        s0 = FloatVector.fromArray(FLOATS, x, in).fma(d, s0);
        s1 = FloatVector.fromArray(FLOATS, x, in + shift).fma(d, s1);
        s2 = FloatVector.fromArray(FLOATS, x, in + 2 * shift).fma(d, s2);
      }
      s0.intoArray(dw, at);
      s1.intoArray(dw, at + channels);
      s2.intoArray(dw, at + 2 * channels);
    }
    for (int i = 0; i < 3; i++) {
      addTail(s, kx + i, first, end, whole, x, inputRow, dy, outputRow, dw, tap + i * channels);
      addRowOfTap(
          s, kx + i, end, s.outputWidth, x, inputRow, dy, outputRow, dw, tap + i * channels);
    }
  }

  /** Returns the first position of a row of outputs that reads the image through column kx. */
  private static int firstOfTap(ConvolutionShape s, int kx) {
    int column = columnOfTap(s, kx);
    return Math.min(s.outputWidth, WindowGeometry.firstPlace(column, s.strideWidth));
  }

  /** Returns the position behind the last that reads the image through column kx. */
  private static int endOfTap(ConvolutionShape s, int kx) {
    return WindowGeometry.endPlace(columnOfTap(s, kx), s.strideWidth, s.outputWidth, s.inputWidth);
  }

  /** Returns which column of the image the first position reads through column kx. */
  private static int columnOfTap(ConvolutionShape s, int kx) {
    return kx * s.dilationWidth - s.padLeft;
  }

  /**
   * Adds positions [from, to) of one row of outputs, as far as they read the image, to one tap of
   * the window, for all channels.
   */
  private static void addRowOfTap(
      ConvolutionShape s,
      int kx,
      int from,
      int to,
      float[] x,
      int inputRow,
      float[] dy,
      int outputRow,
      float[] dw,
      int tap) {
    int channels = s.outputChannels;
    int first = Math.max(from, firstOfTap(s, kx));
    int end = Math.min(to, endOfTap(s, kx));
    int input = inputRow + columnOfTap(s, kx) * channels;
    int step = s.strideWidth * channels;
    int whole = Lanes.whole(channels);
    for (int c = 0; c < whole && first < end; c += Lanes.LENGTH) {
      FloatVector sum = FloatVector.fromArray(FLOATS, dw, tap + c);
      for (int ox = first; ox < end; ox++) {
        FloatVector value = FloatVector.fromArray(FLOATS, x, input + ox * step + c);
        sum = value.fma(FloatVector.fromArray(FLOATS, dy, outputRow + ox * channels + c), sum);
      }
      sum.intoArray(dw, tap + c);
    }
    addTail(s, kx, first, end, whole, x, inputRow, dy, outputRow, dw, tap);
  }

  /** Adds positions [first, end) to one tap, for the channels from {@code channel} on. */
  private static void addTail(
      ConvolutionShape s,
      int kx,
      int first,
      int end,
      int channel,
      float[] x,
      int inputRow,
      float[] dy,
      int outputRow,
      float[] dw,
      int tap) {
    int channels = s.outputChannels;
    int input = inputRow + columnOfTap(s, kx) * channels;
    for (int c = channel; c < channels; c++) {
      float sum = dw[tap + c];
      for (int ox = first; ox < end; ox++) {
        sum =
            Math.fma(
                x[input + ox * s.strideWidth * channels + c],
                dy[outputRow + ox * channels + c],
                sum);
      }
      dw[tap + c] = sum;
    }
  }
}
