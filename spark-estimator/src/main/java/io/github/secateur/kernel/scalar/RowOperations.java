package io.github.secateur.kernel.scalar;

import io.github.secateur.kernel.Kernels;

/**
 * Copies, sums and conversions of rows. Most of these loops are bound by memory; the JIT compiler
 * vectorizes those that do not convert.
 */
public final class RowOperations {

  private static final int INFINITY_BITS = Float.floatToRawIntBits(Float.POSITIVE_INFINITY);

  private RowOperations() {}

  /** As {@link Kernels#toFloats}. */
  public static boolean toFloats(int n, double[] x, int xOffset, float[] y, int yOffset) {
    int largest = 0;
    for (int i = 0; i < n; i++) {
      float value = (float) x[xOffset + i];
      largest = Math.max(largest, Float.floatToRawIntBits(value) & Integer.MAX_VALUE);
      y[yOffset + i] = value + 0f;
    }
    return largest < INFINITY_BITS;
  }

  /** As {@link Kernels#scaleBytes}. */
  public static void scaleBytes(
      int n, float factor, byte[] x, int xOffset, float[] y, int yOffset) {
    for (int i = 0; i < n; i++) {
      y[yOffset + i] = factor * (x[xOffset + i] & 0xff);
    }
  }

  /** As {@link Kernels#clip}. */
  public static void clip(
      int n, float low, float high, float[] x, int xOffset, float[] y, int yOffset) {
    for (int i = 0; i < n; i++) {
      y[yOffset + i] = Math.min(Math.max(x[xOffset + i], low), high);
    }
  }

  /** As {@link Kernels#clipGradient}. */
  public static void clipGradient(
      int n,
      float low,
      float high,
      float[] y,
      int yOffset,
      float[] dy,
      int dyOffset,
      float[] dx,
      int dxOffset) {
    for (int i = 0; i < n; i++) {
      float value = y[yOffset + i];
      dx[dxOffset + i] = value > low && value < high ? dy[dyOffset + i] : 0;
    }
  }

  /** As {@link Kernels#fillRows}; x may be the row before the first of y. */
  public static void fillRows(int rows, int n, float[] x, int xOffset, float[] y, int yOffset) {
    if (rows <= 0) {
      return;
    }
    System.arraycopy(x, xOffset, y, yOffset, n);
    // each copy doubles what is filled: narrow rows are as fast as wide ones
    int filled = n;
    int total = rows * n;
    while (filled < total) {
      int length = Math.min(filled, total - filled);
      System.arraycopy(y, yOffset, y, yOffset + filled, length);
      filled += length;
    }
  }

  /** As {@link Kernels#sumRows}. */
  static void sumRows(int rows, int n, float[] x, int xOffset, float[] sum, int sumOffset) {
    int i = 0;
    for (; i + 4 <= rows; i += 4) {
      int x0 = xOffset + i * n;
      int x1 = x0 + n;
      int x2 = x1 + n;
      int x3 = x2 + n;
      for (int j = 0; j < n; j++) {
        sum[sumOffset + j] =
            (((sum[sumOffset + j] + x[x0 + j]) + x[x1 + j]) + x[x2 + j]) + x[x3 + j];
      }
    }
    for (; i < rows; i++) {
      int x0 = xOffset + i * n;
      for (int j = 0; j < n; j++) {
        sum[sumOffset + j] += x[x0 + j];
      }
    }
  }

  /** As {@link Kernels#copyRows}. */
  public static void copyRows(
      int rows,
      int length,
      float[] x,
      int xOffset,
      int xStride,
      float[] y,
      int yOffset,
      int yStride) {
    if (xStride == length && yStride == length) {
      System.arraycopy(x, xOffset, y, yOffset, rows * length);
      return;
    }
    for (int i = 0; i < rows; i++) {
      System.arraycopy(x, xOffset + i * xStride, y, yOffset + i * yStride, length);
    }
  }

  /** As {@link Kernels#permute}. */
  static void permute(
      int rows, int[] dimensions, int[] order, float[] x, int xOffset, float[] y, int yOffset) {
    int size = 1;
    for (int dimension : dimensions) {
      size *= dimension;
    }
    for (int row = 0; row < rows; row++) {
      permute(dimensions, order, 0, x, xOffset + row * size, y, yOffset + row * size);
    }
  }

  /**
   * Writes output axes {@code axis} and later, in order, and returns the index behind the last
   * value written.
   */
  private static int permute(
      int[] dimensions, int[] order, int axis, float[] x, int xi, float[] y, int yi) {
    if (axis == order.length) {
      y[yi] = x[xi];
      return yi + 1;
    }
    int length = dimensions[order[axis]];
    int step = 1;
    for (int later = order[axis] + 1; later < dimensions.length; later++) {
      step *= dimensions[later];
    }
    int next = yi;
    if (axis == order.length - 1) {
      for (int i = 0; i < length; i++) {
        y[next++] = x[xi + i * step];
      }
    } else {
      for (int i = 0; i < length; i++) {
        next = permute(dimensions, order, axis + 1, x, xi + i * step, y, next);
      }
    }
    return next;
  }
}
