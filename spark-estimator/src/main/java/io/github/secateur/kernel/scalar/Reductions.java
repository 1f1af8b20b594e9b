package io.github.secateur.kernel.scalar;

import io.github.secateur.kernel.Kernels;
import io.github.secateur.kernel.Reduction;
import io.github.secateur.kernel.ReductionGeometry;
import java.util.Arrays;

/**
 * Sums, means, maxima and norms over axes. Values side by side are reduced side by side, in loops
 * that the JIT compiler vectorizes.
 */
final class Reductions {
  private float[] shares = new float[0]; // what each reduced value's gradient is multiplied by

  /** As {@link Kernels#reduce}. */
  static void reduce(
      Reduction f, ReductionGeometry g, int rows, float[] x, int xOffset, float[] y, int yOffset) {
    int inner = g.inner();
    float start = f == Reduction.MAX ? Float.NEGATIVE_INFINITY : 0;
    Arrays.fill(y, yOffset, yOffset + rows * g.outputSize(), start);
    int from = xOffset;
    for (int row = 0; row < rows; row++) {
      int result = yOffset + row * g.outputSize();
      for (int place : g.places()) {
        if (inner == 1) {
          y[result + place] = reduceRun(f, g.length(), x, from, y[result + place]);
          from += g.length();
          continue;
        }
        for (int i = 0; i < g.length(); i++) {
          reduceInto(f, inner, x, from, y, result + place);
          from += inner;
        }
      }
      finish(f, g, y, result);
    }
  }

  private static float reduceRun(Reduction f, int n, float[] x, int xOffset, float start) {
    float result = start;
    switch (f) {
      case MEAN, SUM -> {
        for (int i = 0; i < n; i++) {
          result += x[xOffset + i];
        }
      }
      case MAX -> {
        for (int i = 0; i < n; i++) {
          result = Math.max(result, x[xOffset + i]);
        }
      }
      case L2 -> {
        for (int i = 0; i < n; i++) {
          result = Math.fma(x[xOffset + i], x[xOffset + i], result);
        }
      }
    }
    return result;
  }

  private static void reduceInto(
      Reduction f, int n, float[] x, int xOffset, float[] y, int yOffset) {
    switch (f) {
      case MEAN, SUM -> {
        for (int i = 0; i < n; i++) {
          y[yOffset + i] += x[xOffset + i];
        }
      }
      case MAX -> {
        for (int i = 0; i < n; i++) {
          y[yOffset + i] = Math.max(y[yOffset + i], x[xOffset + i]);
        }
      }
      case L2 -> {
        for (int i = 0; i < n; i++) {
          y[yOffset + i] = Math.fma(x[xOffset + i], x[xOffset + i], y[yOffset + i]);
        }
      }
    }
  }

  private static void finish(Reduction f, ReductionGeometry g, float[] y, int yOffset) {
    switch (f) {
      case SUM, MAX -> {}
      case MEAN -> {
        float factor = 1f / g.reducedValues();
        for (int i = 0; i < g.outputSize(); i++) {
          y[yOffset + i] *= factor;
        }
      }
      case L2 -> {
        for (int i = 0; i < g.outputSize(); i++) {
          y[yOffset + i] = (float) Math.sqrt(y[yOffset + i]);
        }
      }
    }
  }

  /** As {@link Kernels#reduceGradient}. */
  void gradient(
      Reduction f,
      ReductionGeometry g,
      int rows,
      float[] x,
      int xOffset,
      float[] y,
      int yOffset,
      float[] dy,
      int dyOffset,
      float[] dx,
      int dxOffset) {
    if (shares.length < g.outputSize()) {
      shares = new float[g.outputSize()];
    }
    int inner = g.inner();
    for (int row = 0; row < rows; row++) {
      int result = row * g.outputSize();
      int start = row * g.inputSize();
      share(f, g, x, xOffset + start, y, yOffset + result, dy, dyOffset + result);
      int i = 0;
      for (int place : g.places()) {
        for (int k = 0; k < g.length(); k++, i += inner) {
          int from = xOffset + start + i;
          int to = dxOffset + start + i;
          switch (f) {
            case MEAN, SUM -> System.arraycopy(shares, place, dx, to, inner);
            case MAX -> {
              int largest = yOffset + result + place;
              for (int c = 0; c < inner; c++) {
                dx[to + c] = x[from + c] == y[largest + c] ? shares[place + c] : 0;
              }
            }
            case L2 -> {
              for (int c = 0; c < inner; c++) {
                dx[to + c] = x[from + c] * shares[place + c];
              }
            }
          }
        }
      }
    }
  }

  private void share(
      Reduction f,
      ReductionGeometry g,
      float[] x,
      int xOffset,
      float[] y,
      int yOffset,
      float[] dy,
      int dyOffset) {
    int n = g.outputSize();
    switch (f) {
      case SUM -> System.arraycopy(dy, dyOffset, shares, 0, n);
      case MEAN -> {
        float factor = 1f / g.reducedValues();
        for (int i = 0; i < n; i++) {
          shares[i] = factor * dy[dyOffset + i];
        }
      }
      case L2 -> {
        for (int i = 0; i < n; i++) {
          shares[i] = y[yOffset + i] == 0 ? 0 : dy[dyOffset + i] / y[yOffset + i];
        }
      }
      case MAX -> {
        Arrays.fill(shares, 0, n, 0f); // how many are equal to the largest
        int i = xOffset;
        for (int place : g.places()) {
          for (int k = 0; k < g.length(); k++, i += g.inner()) {
            for (int c = 0; c < g.inner(); c++) {
              shares[place + c] += x[i + c] == y[yOffset + place + c] ? 1 : 0;
            }
          }
        }
        for (int j = 0; j < n; j++) {
          shares[j] = dy[dyOffset + j] / shares[j];
        }
      }
    }
  }
}
