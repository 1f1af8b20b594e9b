package io.github.secateur.kernel.vector.gemm;

import io.github.secateur.kernel.vector.lanes.Lanes;
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
public abstract class GemmTile {

  /** Where the values of A are. */
  public enum Layout {
    /** A(i,p) = a[aOffset + rowStarts[first + i] + p]. */
    ROWS,
    /** A(i,p) = a[p · {@link PanelPacking#STRIP} + i]. */
    STRIP,
    /** A(i,p) = a[i · {@link PanelPacking#LINE} + p]. */
    LINES
  }

  /** Rows of the tile. */
  final int rows;

  /** Vectors in a row of the tile. */
  final int vectors;

  private final float[] pairProducts;

  /**
   * Makes a tile.
   *
   * @param pairs whether the loops take two values of p a turn, and so only an even k
   */
  GemmTile(int rows, int vectors, boolean pairs) {
    this.rows = rows;
    this.vectors = vectors;
    this.pairProducts = pairs ? new float[rows * vectors * Lanes.LENGTH] : null;
  }

  /**
   * Multiplies with A.
   *
   * @param aOffset for {@link Layout#ROWS} only, as are the two that follow
   * @param rowStarts those of the tile's rows are from {@code first} on
   */
  final void multiply(
      Layout layout,
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
    if (pairProducts != null && k % 2 != 0) {
      multiplyOdd(
          layout,
          k,
          a,
          aOffset,
          rowStarts,
          first,
          b,
          bOffset,
          start,
          startOffset,
          startStep,
          c,
          cOffset,
          ldc);
      return;
    }
    switch (layout) {
      case ROWS ->
          multiplyRows(
              k,
              a,
              aOffset,
              rowStarts,
              first,
              b,
              bOffset,
              start,
              startOffset,
              startStep,
              c,
              cOffset,
              ldc);
      case STRIP -> multiplyStrip(k, a, b, bOffset, start, startOffset, startStep, c, cOffset, ldc);
      case LINES -> multiplyLines(k, a, b, bOffset, start, startOffset, startStep, c, cOffset, ldc);
    }
  }

  /** Multiplies with A in {@link Layout#ROWS}; here and below k is even if the tile takes pairs. */
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
   * Multiplies an odd number of values of p, of which the loops take two a turn: the last apart.
   * The others go to rows of its own, for in C a row may reach over the beginning of the next one.
   * A method of its own, since the JIT compilers give up those that are too long.
   */
  private void multiplyOdd(
      Layout layout,
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
    int last = k - 1;
    multiply(
        layout,
        last,
        a,
        aOffset,
        rowStarts,
        first,
        b,
        bOffset,
        start,
        startOffset,
        startStep,
        pairProducts,
        0,
        width);
    for (int i = 0; i < rows; i++) {
      int from =
          switch (layout) {
            case ROWS -> aOffset + rowStarts[first + i] + last;
            case STRIP -> last * PanelPacking.STRIP + i;
            case LINES -> i * PanelPacking.LINE + last;
          };
      FloatVector value = FloatVector.broadcast(Lanes.FLOATS, a[from]);
      for (int j = 0; j < width; j += Lanes.LENGTH) {
        FloatVector sum = FloatVector.fromArray(Lanes.FLOATS, pairProducts, i * width + j);
        value
            .fma(FloatVector.fromArray(Lanes.FLOATS, b, bOffset + last * width + j), sum)
            .intoArray(c, cOffset + i * ldc + j);
      }
    }
  }

  private UnsupportedOperationException cannotRead(Layout layout) {
    return new UnsupportedOperationException("tile " + this + " was not made for " + layout);
  }

  @Override
  public String toString() {
    return rows + "x" + vectors;
  }
}
