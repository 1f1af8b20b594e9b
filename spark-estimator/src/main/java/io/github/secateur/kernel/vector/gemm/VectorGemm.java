package io.github.secateur.kernel.vector.gemm;

import io.github.secateur.kernel.Activation;
import io.github.secateur.kernel.Kernels;
import java.util.Arrays;

/**
 * Matrix products in blocks (after Goto and van de Geijn 2008): B is packed, A is copied a few rows
 * at a time, or read where it lies if C is narrow.
 */
public final class VectorGemm {

  /** Largest part of k in a block, at most {@link PanelPacking#LINE}. */
  private static final int DEPTH = 400;

  /** Tiles and packing take a few values of p a turn; a cache line has as many. */
  private static final int DEPTH_STEP = 16;

  /** Largest part of n in a block; with {@link #DEPTH}, 800 KiB of panels. */
  private static final int WIDTH = 512;

  /** Rows for which {@link #rowStarts} has room. */
  private static final int ROWS = 1024;

  /** Strips of Aᵀ that are packed in one pass: together as wide as a few cache lines. */
  private static final int STRIPS = 64 / PanelPacking.STRIP;

  /** Rows of C up to which it is not worth packing B. */
  private static final int FEW_ROWS = 3;

  private final TileLoops loops;
  private final OutputActivation outputActivation;
  private final float[] panels = new float[PanelPacking.length(WIDTH, DEPTH)];
  private final float[] lines;
  private final float[][] strips = new float[STRIPS][PanelPacking.STRIP * DEPTH];
  private final float[] zeros = new float[WIDTH];
  private final int[] rowStarts = new int[ROWS + TileLoops.MOST_ROWS - 1];

  private float[] constant;
  private KeptPanels keptPanels;

  public VectorGemm(TileLoops loops, OutputActivation outputActivation) {
    this.loops = loops;
    this.outputActivation = outputActivation;
    lines = new float[loops.copyRows() * PanelPacking.LINE];
  }

  /** As {@link Kernels#constant}. */
  public void constant(float[] array) {
    constant = array;
    keptPanels = new KeptPanels();
  }

  /** As {@link Kernels#gemm}. */
  public void gemm(
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
    multiply(
        transposeA,
        transposeB,
        m,
        n,
        k,
        a,
        aOffset,
        lda,
        b,
        bOffset,
        ldb,
        accumulate ? null : zeros,
        0,
        c,
        cOffset,
        ldc);
  }

  /** Returns whether {@link #dense} computes such a product: for a few rows it does not pay. */
  public static boolean suitsDense(int m, int k) {
    return m > FEW_ROWS && k > 0;
  }

  /** As {@link Kernels#dense}. */
  public void dense(
      int m,
      int n,
      int k,
      float[] a,
      int aOffset,
      int lda,
      float[] b,
      int bOffset,
      int ldb,
      float[] bias,
      int biasOffset,
      Activation f,
      float slope,
      float[] c,
      int cOffset,
      int ldc) {
    outputActivation.set(f, slope);
    try {
      float[] start = bias == null ? zeros : bias;
      multiply(
          false,
          false,
          m,
          n,
          k,
          a,
          aOffset,
          lda,
          b,
          bOffset,
          ldb,
          start,
          bias == null ? 0 : biasOffset,
          c,
          cOffset,
          ldc);
    } finally {
      outputActivation.set(null, 0);
    }
  }

  /**
   * Computes a product of more than a few rows.
   *
   * @param start what all rows of C start from: {@link #zeros}, or n values from {@code
   *     startOffset} on; null to add to those of C
   */
  private void multiply(
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
      float[] start,
      int startOffset,
      float[] c,
      int cOffset,
      int ldc) {
    for (int j = 0; j < n; j += WIDTH) {
      int width = Math.min(WIDTH, n - j);
      boolean narrow = loops.lastPanelIsNarrow(width);
      int mostDepth = depth(k);
      for (int p = 0; p < k; p += mostDepth) {
        int depth = Math.min(mostDepth, k - p);
        float[] first = p == 0 ? start : null;
        int firstOffset = start == zeros ? 0 : startOffset + j;
        boolean last = p + depth == k;
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
          strips(m, width, depth, a, ai, lda, source, sourceOffset, first, firstOffset, c, cj, ldc);
        } else {
          int ap = aOffset + p;
          rows(
              m,
              width,
              depth,
              a,
              ap,
              lda,
              source,
              sourceOffset,
              first,
              firstOffset,
              last,
              c,
              cj,
              ldc);
        }
      }
    }
  }

  /**
   * Returns the part of k in a block: all blocks are about as deep, and all but the last a multiple
   * of {@link #DEPTH_STEP}.
   */
  private static int depth(int k) {
    int blocks = Math.max(1, (k + DEPTH - 1) / DEPTH);
    int depth = (k + blocks - 1) / blocks;
    return (depth + DEPTH_STEP - 1) / DEPTH_STEP * DEPTH_STEP;
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

  /**
   * Adds the product of a block of A, which is not transposed, with packed panels.
   *
   * @param first what rows of C start from, as {@code start} of {@link #multiply}, in the first
   *     block; else null
   * @param last whether C is complete then
   */
  private void rows(
      int m,
      int n,
      int k,
      float[] a,
      int aOffset,
      int lda,
      float[] b,
      int bOffset,
      float[] first,
      int firstOffset,
      boolean last,
      float[] c,
      int cOffset,
      int ldc) {
    if (!loops.copyPays(n)) {
      rowsInPlace(m, n, k, a, aOffset, lda, b, bOffset, first, firstOffset, last, c, cOffset, ldc);
      return;
    }
    int height = loops.copyRows();
    for (int i = 0; i < m; i += height) {
      int rows = Math.min(height, m - i);
      PanelPacking.copyLines(rows, k, a, aOffset + i * lda, lda, lines);
      int ci = cOffset + i * ldc;
      copyProduct(
          GemmTile.Layout.LINES, rows, n, k, lines, b, bOffset, first, firstOffset, c, ci, ldc);
      if (last) {
        outputActivation.apply(rows, n, c, ci, ldc);
      }
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
      float[] first,
      int firstOffset,
      boolean last,
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
      float[] start = first == null ? c : first;
      int from = first == null ? ci : firstOffset;
      int step = first == null ? ldc : 0;
      loops.multiplyRows(
          rows, n, k, a, ai, rowStarts, 0, b, bOffset, 0, k, start, from, step, c, ci, ldc);
      if (last) {
        outputActivation.apply(rows, n, c, ci, ldc);
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
      float[] first,
      int firstOffset,
      float[] c,
      int cOffset,
      int ldc) {
    int height = loops.copyRows();
    for (int i = 0; i < m; i += STRIPS * height) {
      int together = Math.min(STRIPS * height, m - i);
      PanelPacking.packStrips(together, height, k, a, aOffset + i, lda, strips);
      for (int row = 0; row < together; row += height) {
        int rows = Math.min(height, together - row);
        float[] strip = strips[row / height];
        int ci = cOffset + (i + row) * ldc;
        copyProduct(
            GemmTile.Layout.STRIP, rows, n, k, strip, b, bOffset, first, firstOffset, c, ci, ldc);
      }
    }
  }

  private void copyProduct(
      GemmTile.Layout layout,
      int m,
      int n,
      int k,
      float[] a,
      float[] b,
      int bOffset,
      float[] first,
      int firstOffset,
      float[] c,
      int cOffset,
      int ldc) {
    float[] start = first == null ? c : first;
    int startOffset = first == null ? cOffset : firstOffset;
    int startStep = first == null ? ldc : 0;
    loops.multiplyCopy(
        layout, m, n, k, a, b, bOffset, start, startOffset, startStep, c, cOffset, ldc);
  }
}
