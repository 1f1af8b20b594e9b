package io.github.secateur.kernel.scalar;

import io.github.secateur.kernel.Kernels;

/** Products with a sparse matrix in compressed rows. Inner loops run along dense rows. */
final class SparseProducts {

  private SparseProducts() {}

  /** As {@link Kernels#sparseGemm}. */
  static void multiply(
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
      for (int p = rowStart[i]; p < rowStart[i + 1]; p++) {
        ScalarGemm.addRow(n, values[p], b, bOffset + columns[p] * n, c, cOffset + i * n);
      }
    }
  }

  /** As {@link Kernels#sparseGemmTransposed}. */
  static void multiplyTransposed(
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
        ScalarGemm.addRow(n, values[p], y, yOffset + i * n, c, cOffset + columns[p] * n);
      }
    }
  }
}
