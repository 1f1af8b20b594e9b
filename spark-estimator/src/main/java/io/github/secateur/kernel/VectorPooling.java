package io.github.secateur.kernel;

import static jdk.incubator.vector.VectorOperators.EQ;
import static jdk.incubator.vector.VectorOperators.GT;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Pooling with the Vector API: lanes run along the channels, which are adjacent. The channels
 * behind the last whole vector are done by {@link ScalarPooling}, whose order of operations is the
 * same.
 */
final class VectorPooling {

  private static final VectorSpecies<Float> FLOATS = Lanes.FLOATS;

  private VectorPooling() {}

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
    int channels = g.inputChannels();
    int whole = Lanes.whole(channels);
    int out = 0;
    for (int row = 0; row < rows; row++) {
      int image = xOffset + row * g.inputSize();
      for (int oy = 0; oy < g.outputHeight(); oy++) {
        int top = oy * g.stride() - g.padTop();
        int firstY = Math.max(top, 0);
        int endY = Math.min(top + g.windowHeight(), g.inputHeight());
        for (int ox = 0; ox < g.outputWidth(); ox++, out += channels) {
          int left = ox * g.stride() - g.padLeft();
          int firstX = Math.max(left, 0);
          int endX = Math.min(left + g.windowWidth(), g.inputWidth());
          if (firstY < endY && firstX < endX) {
            int rowStep = g.inputWidth() * channels;
            int from = image + firstY * rowStep + firstX * channels;
            int place = (firstY - top) * g.windowWidth() + firstX - left;
            maxOfWindow(
                whole,
                endY - firstY,
                endX - firstX,
                channels,
                rowStep,
                g.windowWidth(),
                place,
                x,
                from,
                y,
                yOffset + out,
                index,
                indexOffset + out);
            ScalarPooling.maxOfWindow(
                g, row, oy, ox, whole, x, xOffset, y, yOffset + out, index, indexOffset + out);
          } else {
            ScalarPooling.maxOfWindow(
                g, row, oy, ox, 0, x, xOffset, y, yOffset + out, index, indexOffset + out);
          }
        }
      }
    }
  }

  private static void maxOfWindow(
      int whole,
      int height,
      int width,
      int columnStep,
      int rowStep,
      int windowWidth,
      int place,
      float[] x,
      int from,
      float[] y,
      int yi,
      float[] index,
      int ii) {
    for (int c = 0; c < whole; c += Lanes.LENGTH) {
      FloatVector largest = FloatVector.fromArray(FLOATS, x, from + c);
      FloatVector winner = FloatVector.broadcast(FLOATS, place);
      for (int iy = 0; iy < height; iy++) {
        for (int ix = 0; ix < width; ix++) {
          FloatVector value =
              FloatVector.fromArray(FLOATS, x, from + iy * rowStep + ix * columnStep + c);
          FloatVector here = FloatVector.broadcast(FLOATS, place + iy * windowWidth + ix);
          winner = winner.blend(here, value.compare(GT, largest));
          largest = value.max(largest);
        }
      }
      largest.intoArray(y, yi + c);
      if (index != null) {
        winner.intoArray(index, ii + c);
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
    int channels = g.inputChannels();
    int whole = Lanes.whole(channels);
    int out = 0;
    for (int row = 0; row < rows; row++) {
      int image = dxOffset + row * g.inputSize();
      for (int oy = 0; oy < g.outputHeight(); oy++) {
        int top = oy * g.stride() - g.padTop();
        int endY = Math.min(top + g.windowHeight(), g.inputHeight());
        for (int ox = 0; ox < g.outputWidth(); ox++, out += channels) {
          int left = ox * g.stride() - g.padLeft();
          int endX = Math.min(left + g.windowWidth(), g.inputWidth());
          for (int iy = Math.max(top, 0); iy < endY; iy++) {
            for (int ix = Math.max(left, 0); ix < endX; ix++) {
              addWhereEqual(
                  whole,
                  (iy - top) * g.windowWidth() + ix - left,
                  index,
                  indexOffset + out,
                  dy,
                  dyOffset + out,
                  dx,
                  image + (iy * g.inputWidth() + ix) * channels);
            }
          }
          ScalarPooling.addToWinners(
              g, row, oy, ox, whole, index, indexOffset + out, dy, dyOffset + out, dx, dxOffset);
        }
      }
    }
  }

  private static void addWhereEqual(
      int n,
      int place,
      float[] index,
      int indexOffset,
      float[] dy,
      int dyOffset,
      float[] dx,
      int dxOffset) {
    for (int c = 0; c < n; c += Lanes.LENGTH) {
      FloatVector winner = FloatVector.fromArray(FLOATS, index, indexOffset + c);
      FloatVector gradient = FloatVector.fromArray(FLOATS, dy, dyOffset + c);
      FloatVector old = FloatVector.fromArray(FLOATS, dx, dxOffset + c);
      old.blend(old.add(gradient), winner.compare(EQ, place)).intoArray(dx, dxOffset + c);
    }
  }

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
