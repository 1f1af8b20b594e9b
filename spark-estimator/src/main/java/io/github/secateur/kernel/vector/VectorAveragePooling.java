package io.github.secateur.kernel.vector;

import io.github.secateur.kernel.Kernels;
import io.github.secateur.kernel.WindowGeometry;
import io.github.secateur.kernel.scalar.RowOperations;
import io.github.secateur.kernel.vector.lanes.Lanes;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** Mean pooling with the Vector API: lanes run along the channels, which are adjacent. */
final class VectorAveragePooling {

  private static final VectorSpecies<Float> FLOATS = Lanes.FLOATS;

  private VectorAveragePooling() {}

  /** As {@link Kernels#avgPool2d}. */
  static void average(WindowGeometry g, int rows, float[] x, int xOffset, float[] y, int yOffset) {
    int channels = g.inputChannels();
    int out = yOffset;
    for (int row = 0; row < rows; row++) {
      int image = xOffset + row * g.inputSize();
      for (int oy = 0; oy < g.outputHeight(); oy++) {
        int top = g.top(oy);
        int firstRow = g.firstRow(top);
        int endRow = g.endRow(top);
        for (int ox = 0; ox < g.outputWidth(); ox++, out += channels) {
          int left = g.left(ox);
          int firstColumn = g.firstColumn(left);
          int endColumn = g.endColumn(left);
          int inside = (endRow - firstRow) * (endColumn - firstColumn);
          Arrays.fill(y, out, out + channels, 0);
          for (int ky = firstRow; ky < endRow; ky++) {
            int line = image + (top + ky * g.dilationHeight()) * g.inputWidth() * channels;
            if (g.dilationWidth() == 1) {
              int in = line + (left + firstColumn) * channels;
              VectorRows.sumRows(endColumn - firstColumn, channels, x, in, y, out);
            } else {
              for (int kx = firstColumn; kx < endColumn; kx++) {
                int in = line + (left + kx * g.dilationWidth()) * channels;
                VectorRows.sumRows(1, channels, x, in, y, out);
              }
            }
          }
          divide(channels, g.divisor(top, left, inside), y, out, y, out);
        }
      }
    }
  }

  /** As {@link Kernels#avgPool2dGradient}. */
  static void averageGradient(
      WindowGeometry g, int rows, float[] dy, int dyOffset, float[] dx, int dxOffset) {
    Arrays.fill(dx, dxOffset, dxOffset + rows * g.inputSize(), 0);
    int channels = g.inputChannels();
    int out = dyOffset;
    for (int row = 0; row < rows; row++) {
      int image = dxOffset + row * g.inputSize();
      for (int oy = 0; oy < g.outputHeight(); oy++) {
        int top = g.top(oy);
        int firstRow = g.firstRow(top);
        int endRow = g.endRow(top);
        for (int ox = 0; ox < g.outputWidth(); ox++, out += channels) {
          int left = g.left(ox);
          int firstColumn = g.firstColumn(left);
          int endColumn = g.endColumn(left);
          int inside = (endRow - firstRow) * (endColumn - firstColumn);
          float count = g.divisor(top, left, inside);
          int iy = top + firstRow * g.dilationHeight();
          for (int ky = firstRow; ky < endRow; ky++, iy += g.dilationHeight()) {
            int ix = left + firstColumn * g.dilationWidth();
            for (int kx = firstColumn; kx < endColumn; kx++, ix += g.dilationWidth()) {
              addQuotient(
                  channels, count, dy, out, dx, image + (iy * g.inputWidth() + ix) * channels);
            }
          }
        }
      }
    }
  }

  private static void addQuotient(
      int n, float divisor, float[] x, int xOffset, float[] y, int yOffset) {
    int whole = Lanes.whole(n);
    for (int c = 0; c < whole; c += Lanes.LENGTH) {
      FloatVector old = FloatVector.fromArray(FLOATS, y, yOffset + c);
      old.add(FloatVector.fromArray(FLOATS, x, xOffset + c).div(divisor)).intoArray(y, yOffset + c);
    }
    for (int c = whole; c < n; c++) {
      y[yOffset + c] += x[xOffset + c] / divisor;
    }
  }

  /** As {@link Kernels#globalAvgPool2d}. */
  static void globalAverage(
      int rows, int positions, int channels, float[] x, int xOffset, float[] y, int yOffset) {
    for (int row = 0; row < rows; row++) {
      int out = yOffset + row * channels;
      Arrays.fill(y, out, out + channels, 0);
      VectorRows.sumRows(positions, channels, x, xOffset + row * positions * channels, y, out);
      divide(channels, positions, y, out, y, out);
    }
  }

  /** As {@link Kernels#globalAvgPool2dGradient}. */
  static void globalAverageGradient(
      int rows, int positions, int channels, float[] dy, int dyOffset, float[] dx, int dxOffset) {
    for (int row = 0; row < rows; row++) {
      int first = dxOffset + row * positions * channels;
      divide(channels, positions, dy, dyOffset + row * channels, dx, first);
      RowOperations.fillRows(positions - 1, channels, dx, first, dx, first + channels);
    }
  }

  private static void divide(int n, float divisor, float[] x, int xOffset, float[] y, int yOffset) {
    int whole = Lanes.whole(n);
    for (int c = 0; c < whole; c += Lanes.LENGTH) {
      FloatVector.fromArray(FLOATS, x, xOffset + c).div(divisor).intoArray(y, yOffset + c);
    }
    for (int c = whole; c < n; c++) {
      y[yOffset + c] = x[xOffset + c] / divisor;
    }
  }
}
