package io.github.secateur.kernel;

import jdk.incubator.vector.FloatVector;

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

  private final float[] firstProducts;

  /**
   * Makes a tile.
   *
   * @param pairs whether {@link #multiplyRows} takes two values of p a turn, and so only an even k
   */
  GemmTile(int rows, int vectors, boolean pairs) {
    this.rows = rows;
    this.vectors = vectors;
    this.firstProducts = pairs ? new float[rows * vectors * Lanes.LENGTH] : null;
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
      case ROWS -> {
        if (firstProducts != null && k % 2 != 0) {
          multiplyOddRows(
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
        } else {
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
        }
      }
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

  /** Multiplies with A in {@link Layout#ROWS}; k is even if the tile takes pairs. */
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

  /**
   * Multiplies an odd number of values of p, of which {@link #multiplyRows} takes two a turn: the
   * first apart, into rows of its own. A method of its own, since the JIT compilers give up those
   * that are too long.
   */
  private void multiplyOddRows(
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
    int width = vectors * Lanes.LENGTH;
    for (int i = 0; i < rows; i++) {
      FloatVector value = FloatVector.broadcast(Lanes.FLOATS, a[aOffset + rowStarts[first + i]]);
      for (int j = 0; j < width; j += Lanes.LENGTH) {
        FloatVector sum =
            FloatVector.fromArray(Lanes.FLOATS, start, startOffset + i * startStep + j);
        value
            .fma(FloatVector.fromArray(Lanes.FLOATS, b, bOffset + j), sum)
            .intoArray(firstProducts, i * width + j);
      }
    }
    multiplyRows(
        k - 1,
        a,
        aOffset + 1,
        rowStarts,
        first,
        b,
        bOffset + width,
        firstProducts,
        0,
        width,
        c,
        cOffset,
        ldc);
  }

  private UnsupportedOperationException cannotRead(Layout layout) {
    return new UnsupportedOperationException("tile " + this + " was not made for " + layout);
  }

  @Override
  public String toString() {
    return rows + "x" + vectors;
  }
}
