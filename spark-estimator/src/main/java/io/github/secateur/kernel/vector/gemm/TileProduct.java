package io.github.secateur.kernel.vector.gemm;

/**
 * A product that {@link TileLoops} are asked for: C = S + A·B with B in panels. C and S are [m ×
 * n], A is [m × k]. Mutable: whoever multiplies makes one and sets it again for each call.
 */
public final class TileProduct {
  int m;
  int n;
  int k;

  GemmTile.Layout layout;
  float[] a;
  int aOffset;
  int[] rowStarts;

  float[] panels;
  int panelsOffset;
  int firstDepth;
  int depth;

  float[] start;
  int startOffset;
  int startStep;

  float[] c;
  int cOffset;
  int ldc;

  /** Sets the sizes. */
  public void sizes(int rows, int columns, int inner) {
    m = rows;
    n = columns;
    k = inner;
  }

  /**
   * Sets an A that is read in {@link GemmTile.Layout#ROWS}.
   *
   * @param starts has valid, if meaningless, entries for {@link TileLoops#MOST_ROWS} - 1 more rows
   */
  public void rows(float[] array, int offset, int[] starts) {
    layout = GemmTile.Layout.ROWS;
    a = array;
    aOffset = offset;
    rowStarts = starts;
  }

  /** Sets an A of at most {@link TileLoops#copyRows} rows that was copied to a strip or lines. */
  public void copy(GemmTile.Layout layoutOfCopy, float[] array) {
    layout = layoutOfCopy;
    a = array;
    aOffset = 0;
    rowStarts = null;
  }

  /**
   * Sets the panels of B.
   *
   * @param first the value of p in the panels that meets the first value of A
   * @param deep values of p in a panel
   */
  public void panels(float[] array, int offset, int first, int deep) {
    panels = array;
    panelsOffset = offset;
    firstDepth = first;
    depth = deep;
  }

  /**
   * Sets S, which may be C.
   *
   * @param rowStep the distance between its rows; 0 if they are all alike
   */
  public void start(float[] array, int offset, int rowStep) {
    start = array;
    startOffset = offset;
    startStep = rowStep;
  }

  /** Sets C. */
  public void c(float[] array, int offset, int rowStep) {
    c = array;
    cOffset = offset;
    ldc = rowStep;
  }
}
