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
        int top = Math.max(oy * g.stride() - g.padTop(), 0);
        int bottom = Math.min(oy * g.stride() - g.padTop() + g.windowHeight(), g.inputHeight());
        for (int ox = 0; ox < g.outputWidth(); ox++, out += channels) {
          int left = Math.max(ox * g.stride() - g.padLeft(), 0);
          int right = Math.min(ox * g.stride() - g.padLeft() + g.windowWidth(), g.inputWidth());
          Arrays.fill(y, out, out + channels, 0);
          for (int iy = top; iy < bottom; iy++) {
            int in = image + (iy * g.inputWidth() + left) * channels;
            VectorRows.sumRows(right - left, channels, x, in, y, out);
          }
          divide(channels, (bottom - top) * (right - left), y, out, y, out);
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
        int top = Math.max(oy * g.stride() - g.padTop(), 0);
        int bottom = Math.min(oy * g.stride() - g.padTop() + g.windowHeight(), g.inputHeight());
        for (int ox = 0; ox < g.outputWidth(); ox++, out += channels) {
          int left = Math.max(ox * g.stride() - g.padLeft(), 0);
          int right = Math.min(ox * g.stride() - g.padLeft() + g.windowWidth(), g.inputWidth());
          float count = (bottom - top) * (right - left);
          for (int iy = top; iy < bottom; iy++) {
            for (int ix = left; ix < right; ix++) {
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
