package io.github.secateur.kernel;

/**
 * The innermost loop of a matrix product: computes a tile of C, a few rows by one or two vectors of
 * columns, that stays in registers while the loop runs over k. Tiles of all sizes give the same
 * bits.
 *
 * <p>B is a panel: for each p in [0, k) the values B(p, ·) of the tile's columns, one after the
 * other. A is read in one of two layouts. The tile starts from the values at {@code start}, whose
 * rows are {@code startStep} apart; with 0, all rows start alike. {@code start} may be {@code c}.
 */
abstract class GemmTile {

  /** Rows of the tile. */
  final int rows;

  /** Vectors in a row of the tile. */
  final int vectors;

  GemmTile(int rows, int vectors) {
    this.rows = rows;
    this.vectors = vectors;
  }

  /** Multiplies with A(i,p) = a[aOffset + rowStarts[first + i] + p]. */
  abstract void multiplyRows(
      int k,
      float[] a,
      int aOffset,
      int[] rowStarts,
      int first,
      float[] b,
      int bOffset,
      float[] start,
      int startOffset,
      int startStep,
      float[] c,
      int cOffset,
      int ldc);

  /** Multiplies with A(i,p) = a[aOffset + p · {@link PanelPacking#STRIP} + i]. */
  abstract void multiplyStrip(
      int k,
      float[] a,
      int aOffset,
      float[] b,
      int bOffset,
      float[] start,
      int startOffset,
      int startStep,
      float[] c,
      int cOffset,
      int ldc);

  @Override
  public String toString() {
    return rows + "x" + vectors;
  }
}
