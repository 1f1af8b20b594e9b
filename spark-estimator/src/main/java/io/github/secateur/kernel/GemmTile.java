package io.github.secateur.kernel;

/**
 * The innermost loop of a matrix product: computes a tile of C, a few rows by one or two vectors of
 * columns, that stays in registers while the loop runs over k. Tiles of all sizes give the same
 * bits.
 *
 * <p>B is a panel: for each p in [0, k) the values B(p, ·) of the tile's columns, one after the
 * other. A is read in one of three layouts, of which a tile may lack those that it is not used for.
 * The tile starts from the values at {@code start}, whose rows are {@code startStep} apart; with 0,
 * all rows start alike. {@code start} may be {@code c}.
 */
abstract class GemmTile {

  /** Where the values of A are. */
  enum Layout {
    /** A(i,p) = a[aOffset + rowStarts[first + i] + p]. */
    ROWS,
    /** A(i,p) = a[aOffset + p · {@link PanelPacking#STRIP} + i]. */
    STRIP,
    /** A(i,p) = a[aOffset + i · {@link PanelPacking#LINE} + p]. */
    LINES
  }

  /** Rows of the tile. */
  final int rows;

  /** Vectors in a row of the tile. */
  final int vectors;

  GemmTile(int rows, int vectors) {
    this.rows = rows;
    this.vectors = vectors;
  }

  /**
   * Multiplies with the rows of A from row i on.
   *
   * @param rowStarts null unless the layout is {@link Layout#ROWS}
   */
  final void multiply(
      Layout layout,
      int i,
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
      int ldc) {
    switch (layout) {
      case ROWS ->
          multiplyRows(
              k,
              a,
              aOffset,
              rowStarts,
              first + i,
              b,
              bOffset,
              start,
              startOffset,
              startStep,
              c,
              cOffset,
              ldc);
      case STRIP ->
          multiplyStrip(
              k, a, aOffset + i, b, bOffset, start, startOffset, startStep, c, cOffset, ldc);
      case LINES ->
          multiplyLines(
              k,
              a,
              aOffset + i * PanelPacking.LINE,
              b,
              bOffset,
              start,
              startOffset,
              startStep,
              c,
              cOffset,
              ldc);
    }
  }

  /** Multiplies with A in {@link Layout#ROWS}. */
  void multiplyRows(
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
      int ldc) {
    throw cannotRead(Layout.ROWS);
  }

  /** Multiplies with A in {@link Layout#STRIP}. */
  void multiplyStrip(
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
      int ldc) {
    throw cannotRead(Layout.STRIP);
  }

  /** Multiplies with A in {@link Layout#LINES}. */
  void multiplyLines(
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
      int ldc) {
    throw cannotRead(Layout.LINES);
  }

  private UnsupportedOperationException cannotRead(Layout layout) {
    return new UnsupportedOperationException("tile " + this + " was not made for " + layout);
  }

  @Override
  public String toString() {
    return rows + "x" + vectors;
  }
}
