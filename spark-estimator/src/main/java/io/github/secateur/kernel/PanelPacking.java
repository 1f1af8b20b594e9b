package io.github.secateur.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Copies parts of matrices into the order in which {@link GemmTile} reads them. A panel holds, for
 * each p, {@link #WIDTH} columns of B; the last panel is one vector wide if that is enough.
 */
final class PanelPacking {

  /** Columns of a panel: two vectors. */
  static final int WIDTH = 2 * Lanes.LENGTH;

  private static final VectorSpecies<Float> FLOATS = Lanes.FLOATS;

  /** Values of k that are transposed at a time: as many as fit a cache line. */
  private static final int LINE = 16;

  private PanelPacking() {}

  /** Returns the length of the panels of a matrix with n columns and k rows. */
  static int length(int n, int k) {
    return (n + WIDTH - 1) / WIDTH * WIDTH * k;
  }

  /** Returns the width of the panel that starts at column j of n. */
  private static int width(int n, int j, boolean narrow) {
    return narrow && n - j <= Lanes.LENGTH ? Lanes.LENGTH : WIDTH;
  }

  /** Packs B [k × n]. */
  static void pack(
      int n,
      int k,
      float[] b,
      int bOffset,
      int ldb,
      boolean narrow,
      float[] panels,
      int panelsOffset) {
    int whole = n - n % WIDTH;
    for (int p = 0; p < k; p++) {
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
      for (int p = 0; p < k; p++) {
        int from = bOffset + p * ldb + whole;
        int to = panelsOffset + whole * k + p * width;
        for (int j = 0; j < width; j++) {
          panels[to + j] = j < n - whole ? b[from + j] : 0;
        }
      }
    }
  }

  /** Packs Bᵀ, B being stored as [n × k]. */
  static void packTransposed(
      int n, int k, float[] b, int bOffset, int ldb, boolean narrow, float[] panels) {
    for (int j = 0; j < n; j += WIDTH) {
      int width = width(n, j, narrow);
      int columns = Math.min(width, n - j);
      for (int p = 0; p < k; p += LINE) {
        int depth = Math.min(LINE, k - p);
        int to = j * k + p * width;
        for (int column = 0; column < columns; column++) {
          int from = bOffset + (j + column) * ldb + p;
          if (depth == LINE) {
            for (int i = 0; i < LINE; i++) {
              panels[to + i * width + column] = b[from + i];
            }
          } else {
            for (int i = 0; i < depth; i++) {
              panels[to + i * width + column] = b[from + i];
            }
          }
        }
        for (int column = columns; column < width; column++) {
          for (int i = 0; i < depth; i++) {
            panels[to + i * width + column] = 0;
          }
        }
      }
    }
  }

  /**
   * Packs {@code rows} rows of Aᵀ, A being stored as [k × m], for a tile with {@code tileRows}
   * rows.
   *
   * @param packed has room for one vector more
   */
  static void packRows(
      int rows, int tileRows, int k, float[] a, int aOffset, int lda, float[] packed) {
    int vectors = 0;
    if (rows == tileRows) {
      // a vector may be longer than the tile is high: what it copies too much, the next one
      // overwrites
      int read = (tileRows + Lanes.LENGTH - 1) / Lanes.LENGTH * Lanes.LENGTH;
      vectors = Math.max(0, Math.min(k, Math.floorDiv(a.length - aOffset - read, lda) + 1));
      for (int i = 0; i < tileRows; i += Lanes.LENGTH) {
        for (int p = 0; p < vectors; p++) {
          FloatVector.fromArray(FLOATS, a, aOffset + p * lda + i)
              .intoArray(packed, p * tileRows + i);
        }
      }
    }
    for (int p = vectors; p < k; p++) {
      for (int i = 0; i < tileRows; i++) {
        packed[p * tileRows + i] = i < rows ? a[aOffset + p * lda + i] : 0;
      }
    }
  }

  /**
   * Packs {@code rows} rows of A, A(i,p) = a[aOffset + starts[first + p] + i], for a tile with
   * {@code tileRows} rows.
   *
   * @param packed has room for one vector more
   */
  static void packRows(
      int rows,
      int tileRows,
      int k,
      float[] a,
      int aOffset,
      int[] starts,
      int first,
      float[] packed) {
    int last = a.length - aOffset - (tileRows + Lanes.LENGTH - 1) / Lanes.LENGTH * Lanes.LENGTH;
    for (int p = 0; p < k; p++) {
      int from = starts[first + p];
      if (rows == tileRows && from <= last) {
        for (int i = 0; i < tileRows; i += Lanes.LENGTH) {
          FloatVector.fromArray(FLOATS, a, aOffset + from + i).intoArray(packed, p * tileRows + i);
        }
      } else {
        for (int i = 0; i < tileRows; i++) {
          packed[p * tileRows + i] = i < rows ? a[aOffset + from + i] : 0;
        }
      }
    }
  }
}
