package io.github.secateur.kernel.vector.gemm;

import io.github.secateur.kernel.vector.lanes.BlockTranspose;
import io.github.secateur.kernel.vector.lanes.Lanes;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Copies parts of matrices into the order in which {@link GemmTile} reads them.
 *
 * <p>A panel holds, for each p, {@link #WIDTH} columns of B; the last panel is one vector wide if
 * that is enough. A strip holds, for each p, {@link #STRIP} rows of A. What lies in a panel or
 * strip beyond the matrix may be anything: it only reaches the part of a tile that is thrown away.
 */
public final class PanelPacking {

  /** Columns of a panel: two vectors. */
  public static final int WIDTH = 2 * Lanes.LENGTH;

  /** Rows of a strip: a vector, and at least as many as the highest tile has. */
  public static final int STRIP = Math.max(Lanes.LENGTH, 8);

  /**
   * Distance of lines, and so the largest part of k in them: what fits the first-level cache beside
   * a panel. No power of two, or all lines would be in the same few sets of the cache.
   */
  static final int LINE = 404;

  private static final VectorSpecies<Float> FLOATS = Lanes.FLOATS;

  private PanelPacking() {}

  /** Returns the length of the panels of a matrix with n columns and k rows. */
  public static int length(int n, int k) {
    return (n + WIDTH - 1) / WIDTH * WIDTH * k;
  }

  /** Returns the width of the panel that starts at column j of n. */
  private static int width(int n, int j, boolean narrow) {
    return narrow && n - j <= Lanes.LENGTH ? Lanes.LENGTH : WIDTH;
  }

  /** Packs B [k × n] into panels. */
  public static void pack(
      int n,
      int k,
      float[] b,
      int bOffset,
      int ldb,
      boolean narrow,
      float[] panels,
      int panelsOffset) {
    int whole = n - n % WIDTH;
    int fours = k - k % 4;
    for (int p = 0; p < fours; p += 4) {
      packFour(whole, k, b, bOffset + p * ldb, ldb, panels, panelsOffset + p * WIDTH);
    }
    for (int p = fours; p < k; p++) {
      int from = bOffset + p * ldb;
      int to = panelsOffset + p * WIDTH;
      for (int j = 0; j < whole; j += WIDTH, to += k * WIDTH) {
        FloatVector.fromArray(FLOATS, b, from + j).intoArray(panels, to);
        FloatVector.fromArray(FLOATS, b, from + j + Lanes.LENGTH)
            .intoArray(panels, to + Lanes.LENGTH);
      }
    }
    if (whole < n) {
      int width = width(n, whole, narrow);
      packRuns(width, n - whole, k, b, bOffset + whole, ldb, panels, panelsOffset + whole * k);
    }
  }

  /**
   * Packs four rows of B, n being a multiple of {@link #WIDTH}, to those from {@code to} on in each
   * panel. Row by row, the cache line in which one ends and the next begins would leave the
   * first-level cache between them.
   */
  private static void packFour(
      int n, int k, float[] b, int bOffset, int ldb, float[] panels, int to) {
    for (int j = 0; j < n; j += WIDTH, to += k * WIDTH) {
      int from = bOffset + j;
      FloatVector b0 = FloatVector.fromArray(FLOATS, b, from);
      FloatVector c0 = FloatVector.fromArray(FLOATS, b, from + Lanes.LENGTH);
      FloatVector b1 = FloatVector.fromArray(FLOATS, b, from + ldb);
      FloatVector c1 = FloatVector.fromArray(FLOATS, b, from + ldb + Lanes.LENGTH);
      FloatVector b2 = FloatVector.fromArray(FLOATS, b, from + 2 * ldb);
      FloatVector c2 = FloatVector.fromArray(FLOATS, b, from + 2 * ldb + Lanes.LENGTH);
      FloatVector b3 = FloatVector.fromArray(FLOATS, b, from + 3 * ldb);
      FloatVector c3 = FloatVector.fromArray(FLOATS, b, from + 3 * ldb + Lanes.LENGTH);
      b0.intoArray(panels, to);
      c0.intoArray(panels, to + Lanes.LENGTH);
      b1.intoArray(panels, to + WIDTH);
      c1.intoArray(panels, to + WIDTH + Lanes.LENGTH);
      b2.intoArray(panels, to + 2 * WIDTH);
      c2.intoArray(panels, to + 2 * WIDTH + Lanes.LENGTH);
      b3.intoArray(panels, to + 3 * WIDTH);
      c3.intoArray(panels, to + 3 * WIDTH + Lanes.LENGTH);
    }
  }

  /**
   * Packs {@code rows} rows of Aᵀ, A being stored as [k × m], into strips of {@code height} rows,
   * each in an array of its own. All are packed in one pass over A, so that each of its cache lines
   * is read once.
   */
  static void packStrips(
      int rows, int height, int k, float[] a, int aOffset, int lda, float[][] strips) {
    int count = (rows + height - 1) / height;
    int vectors = runsWithin(a, aOffset, lda, k, (count - 1) * height + STRIP);
    for (int p = 0; p < vectors; p++) {
      int from = aOffset + p * lda;
      for (int strip = 0; strip < count; strip++) {
        for (int i = 0; i < STRIP; i += Lanes.LENGTH) {
          FloatVector.fromArray(FLOATS, a, from + i).intoArray(strips[strip], p * STRIP + i);
        }
        from += height;
      }
    }
    for (int p = vectors; p < k; p++) {
      for (int i = 0; i < rows; i += height) {
        int length = Math.min(height, rows - i);
        System.arraycopy(a, aOffset + p * lda + i, strips[i / height], p * STRIP, length);
      }
    }
  }

  /** Copies {@code rows} rows of A [m × k] into lines. */
  static void copyLines(int rows, int k, float[] a, int aOffset, int lda, float[] lines) {
    for (int i = 0; i < rows; i++) {
      System.arraycopy(a, aOffset + i * lda, lines, i * LINE, k);
    }
  }

  /**
   * Copies k runs of x, {@code step} apart, to runs that are {@code width} apart, a multiple of the
   * vector length. Whole vectors are copied while x is long enough, and {@code length} values
   * otherwise.
   */
  private static void packRuns(
      int width, int length, int k, float[] x, int xOffset, int step, float[] y, int yOffset) {
    int vectors = runsWithin(x, xOffset, step, k, width);
    for (int i = 0; i < width; i += Lanes.LENGTH) {
      for (int p = 0; p < vectors; p++) {
        FloatVector.fromArray(FLOATS, x, xOffset + p * step + i)
            .intoArray(y, yOffset + p * width + i);
      }
    }
    for (int p = vectors; p < k; p++) {
      System.arraycopy(x, xOffset + p * step, y, yOffset + p * width, length);
    }
  }

  /** Returns how many of k runs, {@code step} apart, have {@code width} values before x ends. */
  private static int runsWithin(float[] x, int xOffset, int step, int k, int width) {
    int last = x.length - xOffset - width;
    return last < 0 ? 0 : Math.min(k, last / Math.max(1, step) + 1);
  }

  /** Packs {@code rows} rows of A, A(i,p) = a[aOffset + starts[first + p] + i], into a strip. */
  public static void packStrip(
      int rows, int k, float[] a, int aOffset, int[] starts, int first, float[] strip) {
    int last = a.length - aOffset - STRIP;
    for (int p = 0; p < k; p++) {
      int from = starts[first + p];
      if (from <= last) {
        for (int i = 0; i < STRIP; i += Lanes.LENGTH) {
          FloatVector.fromArray(FLOATS, a, aOffset + from + i).intoArray(strip, p * STRIP + i);
        }
      } else {
        System.arraycopy(a, aOffset + from, strip, p * STRIP, rows);
      }
    }
  }

  /** Packs Bᵀ, B being stored as [n × k], into panels. */
  static void packTransposed(
      int n, int k, float[] b, int bOffset, int ldb, boolean narrow, float[] panels) {
    for (int j = 0; j < n; j += WIDTH) {
      int width = width(n, j, narrow);
      transpose(Math.min(width, n - j), k, b, bOffset + j * ldb, ldb, panels, j * k, width);
    }
  }

  /**
   * Writes Y [n × m] = Xᵀ, in whole blocks where X has them; the rows of Y must have room for whole
   * vectors.
   */
  private static void transpose(
      int m, int n, float[] x, int xOffset, int ldx, float[] y, int yOffset, int ldy) {
    int whole = BlockTranspose.available() ? Lanes.whole(n) : 0;
    for (int i = 0; i < m; i += Lanes.LENGTH) {
      int rows = Math.min(Lanes.LENGTH, m - i);
      int from = xOffset + i * ldx;
      int to = yOffset + i;
      for (int j = 0; j < whole; j += Lanes.LENGTH) {
        BlockTranspose.transpose(rows, x, from + j, ldx, y, to + j * ldy, ldy);
      }
      for (int j = whole; j < n; j++) {
        for (int row = 0; row < rows; row++) {
          y[to + j * ldy + row] = x[from + row * ldx + j];
        }
      }
    }
  }
}
