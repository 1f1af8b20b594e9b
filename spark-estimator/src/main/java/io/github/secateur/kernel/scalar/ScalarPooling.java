package io.github.secateur.kernel.scalar;

import io.github.secateur.kernel.Kernels;
import io.github.secateur.kernel.WindowGeometry;
import java.util.Arrays;

/**
 * Pooling in plain Java. Loops run over rows, window positions, places in the window and,
 * innermost, channels.
 */
public final class ScalarPooling {

  private ScalarPooling() {}

  /** As {@link Kernels#maxPool2d}. */
  static void max(
      WindowGeometry g,
      int rows,
      float[] x,
      int xOffset,
      float[] y,
      int yOffset,
      float[] index,
      int indexOffset) {
    int out = 0;
    for (int row = 0; row < rows; row++) {
      for (int oy = 0; oy < g.outputHeight(); oy++) {
        for (int ox = 0; ox < g.outputWidth(); ox++, out += g.inputChannels()) {
          maxOfWindow(g, row, oy, ox, 0, x, xOffset, y, yOffset + out, index, indexOffset + out);
        }
      }
    }
  }

  /** Computes the channels from firstChannel of one window; y and index start at its outputs. */
  public static void maxOfWindow(
      WindowGeometry g,
      int row,
      int oy,
      int ox,
      int firstChannel,
      float[] x,
      int xOffset,
      float[] y,
      int yOffset,
      float[] index,
      int indexOffset) {
    int top = g.top(oy);
    int left = g.left(ox);
    int firstRow = g.firstRow(top);
    int endRow = g.endRow(top);
    int firstColumn = g.firstColumn(left);
    int endColumn = g.endColumn(left);
    for (int c = firstChannel; c < g.inputChannels(); c++) {
      float largest = Float.NEGATIVE_INFINITY;
      int winner = -1;
      int iy = top + firstRow * g.dilationHeight();
      for (int ky = firstRow; ky < endRow; ky++, iy += g.dilationHeight()) {
        int ix = left + firstColumn * g.dilationWidth();
        for (int kx = firstColumn; kx < endColumn; kx++, ix += g.dilationWidth()) {
          float value = x[xOffset + inputIndex(g, row, iy, ix) + c];
          if (winner < 0 || value > largest) {
            winner = ky * g.windowWidth() + kx;
          }
          largest = Math.max(value, largest);
        }
      }
      y[yOffset + c] = largest;
      if (index != null) {
        index[indexOffset + c] = winner;
      }
    }
  }

  /** As {@link Kernels#maxPool2dGradient}. */
  static void maxGradient(
      WindowGeometry g,
      int rows,
      float[] index,
      int indexOffset,
      float[] dy,
      int dyOffset,
      float[] dx,
      int dxOffset) {
    Arrays.fill(dx, dxOffset, dxOffset + rows * g.inputSize(), 0);
    int out = 0;
    for (int row = 0; row < rows; row++) {
      for (int oy = 0; oy < g.outputHeight(); oy++) {
        for (int ox = 0; ox < g.outputWidth(); ox++, out += g.inputChannels()) {
          addToWinners(
              g, row, oy, ox, 0, index, indexOffset + out, dy, dyOffset + out, dx, dxOffset);
        }
      }
    }
  }

  /** Adds the gradient of one window to the winners, for the channels from firstChannel. */
  public static void addToWinners(
      WindowGeometry g,
      int row,
      int oy,
      int ox,
      int firstChannel,
      float[] index,
      int indexOffset,
      float[] dy,
      int dyOffset,
      float[] dx,
      int dxOffset) {
    for (int c = firstChannel; c < g.inputChannels(); c++) {
      int place = (int) index[indexOffset + c];
      if (place >= 0) {
        int iy = g.top(oy) + place / g.windowWidth() * g.dilationHeight();
        int ix = g.left(ox) + place % g.windowWidth() * g.dilationWidth();
        dx[dxOffset + inputIndex(g, row, iy, ix) + c] += dy[dyOffset + c];
      }
    }
  }

  /** As {@link Kernels#avgPool2d}. */
  static void average(WindowGeometry g, int rows, float[] x, int xOffset, float[] y, int yOffset) {
    int channels = g.inputChannels();
    for (int row = 0; row < rows; row++) {
      for (int oy = 0; oy < g.outputHeight(); oy++) {
        int top = g.top(oy);
        int firstRow = g.firstRow(top);
        int endRow = g.endRow(top);
        for (int ox = 0; ox < g.outputWidth(); ox++) {
          int left = g.left(ox);
          int firstColumn = g.firstColumn(left);
          int endColumn = g.endColumn(left);
          int inside = (endRow - firstRow) * (endColumn - firstColumn);
          int out = yOffset + outputIndex(g, row, oy, ox);
          Arrays.fill(y, out, out + channels, 0);
          int iy = top + firstRow * g.dilationHeight();
          for (int ky = firstRow; ky < endRow; ky++, iy += g.dilationHeight()) {
            int ix = left + firstColumn * g.dilationWidth();
            for (int kx = firstColumn; kx < endColumn; kx++, ix += g.dilationWidth()) {
              int in = xOffset + inputIndex(g, row, iy, ix);
              for (int c = 0; c < channels; c++) {
                y[out + c] += x[in + c];
              }
            }
          }
          divide(channels, g.divisor(top, left, inside), y, out);
        }
      }
    }
  }

  /** As {@link Kernels#avgPool2dGradient}. */
  static void averageGradient(
      WindowGeometry g, int rows, float[] dy, int dyOffset, float[] dx, int dxOffset) {
    Arrays.fill(dx, dxOffset, dxOffset + rows * g.inputSize(), 0);
    int channels = g.inputChannels();
    for (int row = 0; row < rows; row++) {
      for (int oy = 0; oy < g.outputHeight(); oy++) {
        int top = g.top(oy);
        int firstRow = g.firstRow(top);
        int endRow = g.endRow(top);
        for (int ox = 0; ox < g.outputWidth(); ox++) {
          int left = g.left(ox);
          int firstColumn = g.firstColumn(left);
          int endColumn = g.endColumn(left);
          int inside = (endRow - firstRow) * (endColumn - firstColumn);
          int out = dyOffset + outputIndex(g, row, oy, ox);
          float count = g.divisor(top, left, inside);
          int iy = top + firstRow * g.dilationHeight();
          for (int ky = firstRow; ky < endRow; ky++, iy += g.dilationHeight()) {
            int ix = left + firstColumn * g.dilationWidth();
            for (int kx = firstColumn; kx < endColumn; kx++, ix += g.dilationWidth()) {
              int in = dxOffset + inputIndex(g, row, iy, ix);
              for (int c = 0; c < channels; c++) {
                dx[in + c] += dy[out + c] / count;
              }
            }
          }
        }
      }
    }
  }

  /** As {@link Kernels#globalAvgPool2d}. */
  static void globalAverage(
      int rows, int positions, int channels, float[] x, int xOffset, float[] y, int yOffset) {
    for (int row = 0; row < rows; row++) {
      int out = yOffset + row * channels;
      Arrays.fill(y, out, out + channels, 0);
      RowOperations.sumRows(positions, channels, x, xOffset + row * positions * channels, y, out);
      divide(channels, positions, y, out);
    }
  }

  /** As {@link Kernels#globalAvgPool2dGradient}. */
  static void globalAverageGradient(
      int rows, int positions, int channels, float[] dy, int dyOffset, float[] dx, int dxOffset) {
    for (int row = 0; row < rows; row++) {
      int first = dxOffset + row * positions * channels;
      for (int c = 0; c < channels; c++) {
        dx[first + c] = dy[dyOffset + row * channels + c] / positions;
      }
      RowOperations.fillRows(positions - 1, channels, dx, first, dx, first + channels);
    }
  }

  private static void divide(int n, float divisor, float[] y, int yOffset) {
    for (int c = 0; c < n; c++) {
      y[yOffset + c] /= divisor;
    }
  }

  private static int inputIndex(WindowGeometry g, int row, int iy, int ix) {
    return ((row * g.inputHeight() + iy) * g.inputWidth() + ix) * g.inputChannels();
  }

  private static int outputIndex(WindowGeometry g, int row, int oy, int ox) {
    return ((row * g.outputHeight() + oy) * g.outputWidth() + ox) * g.inputChannels();
  }
}
