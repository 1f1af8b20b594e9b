package io.github.secateur.kernel.vector.gemm;

import io.github.secateur.kernel.Kernels;
import io.github.secateur.kernel.scalar.ScalarGemm;
import io.github.secateur.kernel.vector.lanes.Lanes;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Products of single rows with a matrix that is read where it lies: for a few rows packing would
 * cost more than it saves, and sparse rows read only some of the matrix. Four vectors of sums stay
 * in registers.
 */
public final class RowProducts {

  private static final VectorSpecies<Float> FLOATS = Lanes.FLOATS;
  private static final int V = Lanes.LENGTH;

  private RowProducts() {}

  /** Computes c [n] += Σ a[aOffset + p · aStep] · B(p, ·) for p in [0, k). */
  static void multiply(
      int n,
      int k,
      float[] a,
      int aOffset,
      int aStep,
      float[] b,
      int bOffset,
      int ldb,
      float[] c,
      int cOffset) {
    int j = 0;
    for (; j + 4 * V <= n; j += 4 * V) {
      FloatVector c0 = FloatVector.fromArray(FLOATS, c, cOffset + j);
      FloatVector c1 = FloatVector.fromArray(FLOATS, c, cOffset + j + V);
      FloatVector c2 = FloatVector.fromArray(FLOATS, c, cOffset + j + 2 * V);
      FloatVector c3 = FloatVector.fromArray(FLOATS, c, cOffset + j + 3 * V);
      for (int p = 0; p < k; p++) {
        FloatVector factor = FloatVector.broadcast(FLOATS, a[aOffset + p * aStep]);
        int from = bOffset + p * ldb + j;
        c0 = factor.fma(FloatVector.fromArray(FLOATS, b, from), c0);
        c1 = factor.fma(FloatVector.fromArray(FLOATS, b, from + V), c1);
        c2 = factor.fma(FloatVector.fromArray(FLOATS, b, from + 2 * V), c2);
        c3 = factor.fma(FloatVector.fromArray(FLOATS, b, from + 3 * V), c3);
      }
      c0.intoArray(c, cOffset + j);
      c1.intoArray(c, cOffset + j + V);
      c2.intoArray(c, cOffset + j + 2 * V);
      c3.intoArray(c, cOffset + j + 3 * V);
    }
    for (; j + V <= n; j += V) {
      FloatVector c0 = FloatVector.fromArray(FLOATS, c, cOffset + j);
      for (int p = 0; p < k; p++) {
        FloatVector factor = FloatVector.broadcast(FLOATS, a[aOffset + p * aStep]);
        c0 = factor.fma(FloatVector.fromArray(FLOATS, b, bOffset + p * ldb + j), c0);
      }
      c0.intoArray(c, cOffset + j);
    }
    if (j < n) {
      for (int p = 0; p < k; p++) {
        ScalarGemm.addRow(n - j, a[aOffset + p * aStep], b, bOffset + p * ldb + j, c, cOffset + j);
      }
    }
  }

  /** As {@link Kernels#sparseGemm}. */
  public static void multiplySparse(
      int rows,
      int n,
      int[] rowStart,
      int[] columns,
      float[] values,
      float[] b,
      int bOffset,
      float[] c,
      int cOffset) {
    for (int i = 0; i < rows; i++) {
      multiplySparseRow(
          n, rowStart[i], rowStart[i + 1], columns, values, b, bOffset, c, cOffset + i * n);
    }
  }

  private static void multiplySparseRow(
      int n,
      int first,
      int end,
      int[] columns,
      float[] values,
      float[] b,
      int bOffset,
      float[] c,
      int cOffset) {
    int j = 0;
    for (; j + 4 * V <= n; j += 4 * V) {
      FloatVector c0 = FloatVector.fromArray(FLOATS, c, cOffset + j);
      FloatVector c1 = FloatVector.fromArray(FLOATS, c, cOffset + j + V);
      FloatVector c2 = FloatVector.fromArray(FLOATS, c, cOffset + j + 2 * V);
      FloatVector c3 = FloatVector.fromArray(FLOATS, c, cOffset + j + 3 * V);
      for (int p = first; p < end; p++) {
        FloatVector factor = FloatVector.broadcast(FLOATS, values[p]);
        int from = bOffset + columns[p] * n + j;
        c0 = factor.fma(FloatVector.fromArray(FLOATS, b, from), c0);
        c1 = factor.fma(FloatVector.fromArray(FLOATS, b, from + V), c1);
        c2 = factor.fma(FloatVector.fromArray(FLOATS, b, from + 2 * V), c2);
        c3 = factor.fma(FloatVector.fromArray(FLOATS, b, from + 3 * V), c3);
      }
      c0.intoArray(c, cOffset + j);
      c1.intoArray(c, cOffset + j + V);
      c2.intoArray(c, cOffset + j + 2 * V);
      c3.intoArray(c, cOffset + j + 3 * V);
    }
    for (; j + V <= n; j += V) {
      FloatVector c0 = FloatVector.fromArray(FLOATS, c, cOffset + j);
      for (int p = first; p < end; p++) {
        FloatVector factor = FloatVector.broadcast(FLOATS, values[p]);
        c0 = factor.fma(FloatVector.fromArray(FLOATS, b, bOffset + columns[p] * n + j), c0);
      }
      c0.intoArray(c, cOffset + j);
    }
    if (j < n) {
      for (int p = first; p < end; p++) {
        ScalarGemm.addRow(n - j, values[p], b, bOffset + columns[p] * n + j, c, cOffset + j);
      }
    }
  }

  /** As {@link Kernels#sparseGemmTransposed}. */
  public static void multiplySparseTransposed(
      int rows,
      int n,
      int[] rowStart,
      int[] columns,
      float[] values,
      float[] y,
      int yOffset,
      float[] c,
      int cOffset) {
    for (int i = 0; i < rows; i++) {
      for (int p = rowStart[i]; p < rowStart[i + 1]; p++) {
        addScaled(n, values[p], y, yOffset + i * n, c, cOffset + columns[p] * n);
      }
    }
  }

  /** Computes y = fma(a, x, y) for n values. */
  private static void addScaled(int n, float a, float[] x, int xOffset, float[] y, int yOffset) {
    int whole = Lanes.whole(n);
    for (int j = 0; j < whole; j += Lanes.LENGTH) {
      FloatVector factor = FloatVector.broadcast(FLOATS, a);
      factor
          .fma(
              FloatVector.fromArray(FLOATS, x, xOffset + j),
              FloatVector.fromArray(FLOATS, y, yOffset + j))
          .intoArray(y, yOffset + j);
    }
    for (int j = whole; j < n; j++) {
      y[yOffset + j] = Math.fma(a, x[xOffset + j], y[yOffset + j]);
    }
  }
}
