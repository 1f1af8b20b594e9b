package io.github.secateur.kernel;

import java.util.Arrays;

/**
 * Matrix products in blocks (after Goto and van de Geijn 2008): B is packed, A is read where it
 * lies unless transposed.
 */
final class VectorGemm {

  /** Largest part of k in a block. */
  private static final int DEPTH = 400;

  /** Largest part of n in a block; with {@link #DEPTH}, 800 KiB of panels. */
  private static final int WIDTH = 512;

  /** Rows for which {@link #rowStarts} has room. */
  private static final int ROWS = 1024;

  /**
   * Columns of C from which it is worth packing an A that is not transposed: strips multiply faster
   * than rows.
   */
  private static final int STRIPS_PAY = 192;

  /** Rows of C up to which it is not worth packing B. */
  private static final int FEW_ROWS = 3;

  private final TileLoops loops;
  private final float[] panels = new float[PanelPacking.length(WIDTH, DEPTH)];
  private final float[] strip = new float[PanelPacking.STRIP * DEPTH];
  private final float[] zeros = new float[WIDTH];
  private final int[] rowStarts = new int[ROWS + TileLoops.MOST_ROWS - 1];

  VectorGemm(TileLoops loops) {
    this.loops = loops;
  }

  /** As {@link Kernels#gemm}. */
  void gemm(
      boolean transposeA,
      boolean transposeB,
      int m,
      int n,
      int k,
      float[] a,
      int aOffset,
      int lda,
      float[] b,
      int bOffset,
      int ldb,
      boolean accumulate,
      float[] c,
      int cOffset,
      int ldc) {
    if (k == 0 && !accumulate) {
      for (int i = 0; i < m; i++) {
        Arrays.fill(c, cOffset + i * ldc, cOffset + i * ldc + n, 0);
      }
    }
    if (m <= FEW_ROWS && !transposeB) {
      fewRows(transposeA, m, n, k, a, aOffset, lda, b, bOffset, ldb, accumulate, c, cOffset, ldc);
      return;
    }
    for (int j = 0; j < n; j += WIDTH) {
      int width = Math.min(WIDTH, n - j);
      boolean narrow = loops.lastPanelIsNarrow(width);
      int blocks = (k + DEPTH - 1) / DEPTH;
      for (int block = 0; block < blocks; block++) {
        int p = (int) ((long) k * block / blocks);
        int depth = (int) ((long) k * (block + 1) / blocks) - p;
        boolean first = block == 0 && !accumulate;
        float[] source = panels;
        int sourceOffset = 0;
        if (transposeB) {
          PanelPacking.packTransposed(width, depth, b, bOffset + j * ldb + p, ldb, narrow, panels);
        } else if (n == PanelPacking.WIDTH && ldb == n) {
          source = b;
          sourceOffset = bOffset + p * ldb;
        } else {
          PanelPacking.pack(width, depth, b, bOffset + p * ldb + j, ldb, narrow, panels, 0);
        }
        int cj = cOffset + j;
        if (transposeA) {
          strips(
              m,
              width,
              depth,
              a,
              aOffset + p * lda,
              lda,
              true,
              source,
              sourceOffset,
              first,
              c,
              cj,
              ldc);
        } else if (width >= STRIPS_PAY) {
          strips(
              m, width, depth, a, aOffset + p, lda, false, source, sourceOffset, first, c, cj, ldc);
        } else {
          rows(m, width, depth, a, aOffset + p, lda, source, sourceOffset, first, c, cj, ldc);
        }
      }
    }
  }

  private static void fewRows(
      boolean transposeA,
      int m,
      int n,
      int k,
      float[] a,
      int aOffset,
      int lda,
      float[] b,
      int bOffset,
      int ldb,
      boolean accumulate,
      float[] c,
      int cOffset,
      int ldc) {
    for (int i = 0; i < m; i++) {
      int row = cOffset + i * ldc;
      if (!accumulate) {
        Arrays.fill(c, row, row + n, 0);
      }
      if (transposeA) {
        RowProducts.multiply(n, k, a, aOffset + i, lda, b, bOffset, ldb, c, row);
      } else {
        RowProducts.multiply(n, k, a, aOffset + i * lda, 1, b, bOffset, ldb, c, row);
      }
    }
  }

  private void rows(
      int m,
      int n,
      int k,
      float[] a,
      int aOffset,
      int lda,
      float[] b,
      int bOffset,
      boolean first,
      float[] c,
      int cOffset,
      int ldc) {
    for (int i = 0; i < m; i += ROWS) {
      int rows = Math.min(ROWS, m - i);
      for (int row = 0; row < rows; row++) {
        rowStarts[row] = row * lda;
      }
      Arrays.fill(rowStarts, rows, rows + TileLoops.MOST_ROWS - 1, (rows - 1) * lda);
      int ai = aOffset + i * lda;
      int ci = cOffset + i * ldc;
      if (first) {
        loops.multiplyRows(
            rows, n, k, a, ai, rowStarts, 0, b, bOffset, 0, k, zeros, 0, 0, c, ci, ldc);
      } else {
        loops.multiplyRows(
            rows, n, k, a, ai, rowStarts, 0, b, bOffset, 0, k, c, ci, ldc, c, ci, ldc);
      }
    }
  }

  private void strips(
      int m,
      int n,
      int k,
      float[] a,
      int aOffset,
      int lda,
      boolean transposed,
      float[] b,
      int bOffset,
      boolean first,
      float[] c,
      int cOffset,
      int ldc) {
    int height = loops.stripRows();
    for (int i = 0; i < m; i += height) {
      int rows = Math.min(height, m - i);
      if (transposed) {
        PanelPacking.packStrip(rows, k, a, aOffset + i, lda, strip);
      } else {
        PanelPacking.packStripTransposed(rows, k, a, aOffset + i * lda, lda, strip);
      }
      int ci = cOffset + i * ldc;
      if (first) {
        loops.multiplyStrip(rows, n, k, strip, b, bOffset, k, zeros, 0, 0, c, ci, ldc);
      } else {
        loops.multiplyStrip(rows, n, k, strip, b, bOffset, k, c, ci, ldc, c, ci, ldc);
      }
    }
  }
}
