package io.github.secateur.kernel.vector.gemm;

import io.github.secateur.kernel.Kernels;
import io.github.secateur.kernel.Product;
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

  private final TileProduct tiles = new TileProduct();

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

  /** As {@link Kernels#product}. */
  public void multiply(Product p) {
    outputActivation.set(p.activation, p.slope);
    try {
      if (p.k == 0 || p.m <= FEW_ROWS && !p.transposeB) {
        multiplyFewRows(p);
      } else {
        multiplyBlocks(p);
      }
    } finally {
      outputActivation.set(null, 0);
    }
  }

  private void multiplyBlocks(Product p) {
    float[] b = p.b;
    int ldb = p.ldb;
    int n = p.n;
    int k = p.k;
    int mostDepth = depth(k);
    for (int j = 0; j < n; j += WIDTH) {
      int width = Math.min(WIDTH, n - j);
      boolean narrow = loops.lastPanelIsNarrow(width);
      for (int p0 = 0; p0 < k; p0 += mostDepth) {
        int depth = Math.min(mostDepth, k - p0);
        float[] source = panels;
        int sourceOffset = 0;
        int block = p.bOffset + (p.transposeB ? j * ldb + p0 : p0 * ldb + j);
        if (p.transposeB) {
          PanelPacking.packTransposed(width, depth, b, block, ldb, narrow, panels);
        } else if (n == PanelPacking.WIDTH && ldb == n) {
          source = b;
          sourceOffset = block;
        } else if (b == constant) {
          source = keptPanels.panels(width, depth, b, block, ldb, narrow, panels);
        } else {
          PanelPacking.pack(width, depth, b, block, ldb, narrow, panels, 0);
        }
        tiles.panels(source, sourceOffset, 0, depth);
        if (p.transposeA) {
          strips(p, j, width, p0, depth);
        } else if (loops.copyPays(width)) {
          lines(p, j, width, p0, depth);
        } else {
          rowsInPlace(p, j, width, p0, depth);
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

  /** Computes the rows of C one after the other, from a B that is read where it lies. */
  private void multiplyFewRows(Product p) {
    float[] c = p.c;
    for (int i = 0; i < p.m; i++) {
      int row = p.cOffset + i * p.ldc;
      if (p.bias != null) {
        System.arraycopy(p.bias, p.biasOffset, c, row, p.n);
      } else if (!p.accumulate) {
        Arrays.fill(c, row, row + p.n, 0);
      }
      int from = p.aOffset + (p.transposeA ? i : i * p.lda);
      int step = p.transposeA ? p.lda : 1;
      RowProducts.multiply(p.n, p.k, p.a, from, step, p.b, p.bOffset, p.ldb, c, row);
    }
    outputActivation.apply(p.m, p.n, c, p.cOffset, p.ldc);
  }

  /** Adds the product of a block of A, copied into lines, with packed panels. */
  private void lines(Product p, int j, int width, int p0, int depth) {
    int height = loops.copyRows();
    for (int i = 0; i < p.m; i += height) {
      int rows = Math.min(height, p.m - i);
      PanelPacking.copyLines(rows, depth, p.a, p.aOffset + i * p.lda + p0, p.lda, lines);
      tiles.copy(GemmTile.Layout.LINES, lines);
      multiplyTiles(p, i, rows, j, width, p0, depth);
    }
  }

  /** Adds the product of a block of A, read where it lies, with packed panels. */
  private void rowsInPlace(Product p, int j, int width, int p0, int depth) {
    int lda = p.lda;
    for (int i = 0; i < p.m; i += ROWS) {
      int rows = Math.min(ROWS, p.m - i);
      for (int row = 0; row < rows; row++) {
        rowStarts[row] = row * lda;
      }
      Arrays.fill(rowStarts, rows, rows + TileLoops.MOST_ROWS - 1, (rows - 1) * lda);
      tiles.rows(p.a, p.aOffset + i * lda + p0, rowStarts);
      multiplyTiles(p, i, rows, j, width, p0, depth);
    }
  }

  /** Adds the product of a block of Aᵀ, packed into strips, with packed panels. */
  private void strips(Product p, int j, int width, int p0, int depth) {
    int height = loops.copyRows();
    for (int i = 0; i < p.m; i += STRIPS * height) {
      int together = Math.min(STRIPS * height, p.m - i);
      int from = p.aOffset + p0 * p.lda + i;
      PanelPacking.packStrips(together, height, depth, p.a, from, p.lda, strips);
      for (int row = 0; row < together; row += height) {
        int rows = Math.min(height, together - row);
        tiles.copy(GemmTile.Layout.STRIP, strips[row / height]);
        multiplyTiles(p, i + row, rows, j, width, p0, depth);
      }
    }
  }

  /**
   * Adds values [p0, p0 + depth) of the sums to rows [i, i + rows) and columns [j, j + width) of C,
   * and applies the activation when they are complete.
   */
  private void multiplyTiles(Product p, int i, int rows, int j, int width, int p0, int depth) {
    int ci = p.cOffset + i * p.ldc + j;
    tiles.sizes(rows, width, depth);
    tiles.c(p.c, ci, p.ldc);
    if (p0 > 0 || p.accumulate) {
      tiles.start(p.c, ci, p.ldc);
    } else if (p.bias == null) {
      tiles.start(zeros, 0, 0);
    } else {
      tiles.start(p.bias, p.biasOffset + j, 0);
    }
    loops.multiply(tiles);
    if (p0 + depth == p.k) {
      outputActivation.apply(rows, width, p.c, ci, p.ldc);
    }
  }
}
