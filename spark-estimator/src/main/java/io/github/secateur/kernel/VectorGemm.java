package io.github.secateur.kernel;

import java.util.Arrays;

/**
 * Matrix products in blocks (after Goto and van de Geijn 2008): B is packed, A is copied a few rows
 * at a time, or read where it lies if C is narrow.
 */
final class VectorGemm {

  /** Largest part of k in a block, at most {@link PanelPacking#LINE}. */
  private static final int DEPTH = 400;

  /** Largest part of n in a block; with {@link #DEPTH}, 800 KiB of panels. */
  private static final int WIDTH = 512;

  /** Rows for which {@link #rowStarts} has room. */
  private static final int ROWS = 1024;

  /** Strips of Aᵀ that are packed in one pass: together as wide as a few cache lines. */
  private static final int STRIPS = 64 / PanelPacking.STRIP;

  /** Rows of C up to which it is not worth packing B. */
  private static final int FEW_ROWS = 3;

  private final TileLoops loops;
  private final float[] panels = new float[PanelPacking.length(WIDTH, DEPTH)];
  private final float[] copies;
  private final float[] zeros = new float[WIDTH];
  private final int[] rowStarts = new int[ROWS + TileLoops.MOST_ROWS - 1];

  private float[] constant;
  private KeptPanels keptPanels;

  VectorGemm(TileLoops loops) {
    this.loops = loops;
    int lines = loops.lineRows() * PanelPacking.LINE;
    copies = new float[Math.max(STRIPS * PanelPacking.STRIP * DEPTH, lines)];
  }

  /** As {@link Kernels#constant}. */
  void constant(float[] array) {
    constant = array;
    keptPanels = new KeptPanels();
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
        } else if (b == constant) {
          source = keptPanels.panels(width, depth, b, bOffset + p * ldb + j, ldb, narrow, panels);
        } else {
          PanelPacking.pack(width, depth, b, bOffset + p * ldb + j, ldb, narrow, panels, 0);
        }
        int cj = cOffset + j;
        if (transposeA) {
          int ai = aOffset + p * lda;
          strips(m, width, depth, a, ai, lda, source, sourceOffset, first, c, cj, ldc);
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

  /** Adds the product of a block of A, which is not transposed, with packed panels. */
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
    if (!loops.copyPays(n)) {
      rowsInPlace(m, n, k, a, aOffset, lda, b, bOffset, first, c, cOffset, ldc);
      return;
    }
    int height = loops.lineRows();
    for (int i = 0; i < m; i += height) {
      int rows = Math.min(height, m - i);
      PanelPacking.copyLines(rows, k, a, aOffset + i * lda, lda, copies);
      copyProduct(
          GemmTile.Layout.LINES, rows, n, k, 0, b, bOffset, first, c, cOffset + i * ldc, ldc);
    }
  }

  private void rowsInPlace(
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

  /** Adds the product of a block of Aᵀ with packed panels. */
  private void strips(
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
    int height = loops.stripRows();
    for (int i = 0; i < m; i += STRIPS * height) {
      int together = Math.min(STRIPS * height, m - i);
      PanelPacking.packStrips(together, height, k, a, aOffset + i, lda, copies);
      for (int row = 0; row < together; row += height) {
        int rows = Math.min(height, together - row);
        int strip = row / height * PanelPacking.STRIP * k;
        int ci = cOffset + (i + row) * ldc;
        copyProduct(GemmTile.Layout.STRIP, rows, n, k, strip, b, bOffset, first, c, ci, ldc);
      }
    }
  }

  private void copyProduct(
      GemmTile.Layout layout,
      int m,
      int n,
      int k,
      int from,
      float[] b,
      int bOffset,
      boolean first,
      float[] c,
      int cOffset,
      int ldc) {
    if (first) {
      loops.multiplyCopy(layout, m, n, k, copies, from, b, bOffset, zeros, 0, 0, c, cOffset, ldc);
    } else {
      loops.multiplyCopy(
          layout, m, n, k, copies, from, b, bOffset, c, cOffset, ldc, c, cOffset, ldc);
    }
  }
}
