package io.github.secateur.kernel;

/**
 * Covers a matrix with tiles. Tiles that would reach over its right or lower edge are computed in a
 * scratch tile, of which the part inside is copied.
 *
 * <p>B comes as panels, each as wide as a tile and {@code depth} values deep; see {@link
 * PanelPacking}. Every tile of a row of tiles reads the same values of A, which so stay in the
 * first-level cache, while the panels stream from the second.
 */
final class TileLoops {

  private final GemmTile rowTile;
  private final GemmTile stripTile;
  private final GemmTile smallTile = new Tile4x2();
  private final GemmTile narrowTile = new Tile8x1();
  private final float[] edge = new float[8 * PanelPacking.WIDTH];

  /** Makes loops with the given tiles; a strip must hold a whole number of strip tiles. */
  TileLoops(GemmTile rowTile, GemmTile stripTile) {
    assert PanelPacking.STRIP % stripTile.rows == 0 : stripTile;
    this.rowTile = rowTile;
    this.stripTile = stripTile;
  }

  /**
   * Returns loops with the tiles that are fastest on this machine: the sums of a tile, a row of B
   * and a value of A must fit the registers, of which AVX2 has 16; longer vectors (AVX-512) and
   * shorter ones (NEON) come with 32. Six rows of a strip would fit 16 registers, too, but the JIT
   * compiler of JDK 25 then spills.
   */
  static TileLoops forThisMachine() {
    return Lanes.FLOATS.vectorBitSize() == 256
        ? new TileLoops(new Tile6x2(), new Tile4x2())
        : new TileLoops(new Tile8x2(), new Tile8x2());
  }

  /** Returns whether the last panel of a matrix with n columns is one vector wide. */
  boolean lastPanelIsNarrow(int n) {
    int columns = n % PanelPacking.WIDTH;
    return columns > 0
        && columns <= Lanes.LENGTH
        && rowTile.rows == narrowTile.rows
        && stripTile.rows == narrowTile.rows;
  }

  /**
   * Computes C [m × n] with A(i,p) = a[aOffset + rowStarts[first + i] + p].
   *
   * @param rowStarts has valid, if meaningless, entries for 7 more rows
   * @param firstDepth the value of p in the panels that meets the first value of A
   * @param depth values of p in a panel
   */
  void multiplyRows(
      int m,
      int n,
      int k,
      float[] a,
      int aOffset,
      int[] rowStarts,
      int first,
      float[] panels,
      int panelsOffset,
      int firstDepth,
      int depth,
      float[] start,
      int startOffset,
      int startStep,
      float[] c,
      int cOffset,
      int ldc) {
    boolean narrow = lastPanelIsNarrow(n);
    int i = 0;
    while (i < m) {
      GemmTile tile = m - i > smallTile.rows ? rowTile : smallTile;
      int rows = Math.min(tile.rows, m - i);
      int startRow = startOffset + i * startStep;
      int row = cOffset + i * ldc;
      for (int j = 0; j < n; j += PanelPacking.WIDTH) {
        int columns = Math.min(PanelPacking.WIDTH, n - j);
        GemmTile used = narrow && columns <= Lanes.LENGTH ? narrowTile : tile;
        int width = used.vectors * Lanes.LENGTH;
        int panel = panelsOffset + j * depth + firstDepth * width;
        int lastRow = row + (rows - 1) * ldc;
        boolean spills =
            rows == used.rows
                && columns == ldc
                && maySpill(columns, width, start, startRow + (rows - 1) * startStep, c, lastRow);
        if (spills) {
          System.arraycopy(c, lastRow + columns, edge, 0, width - columns);
        }
        if (rows == used.rows && columns == width || spills) {
          used.multiplyRows(
              k,
              a,
              aOffset,
              rowStarts,
              first + i,
              panels,
              panel,
              start,
              startRow + j,
              startStep,
              c,
              row + j,
              ldc);
          if (spills) {
            System.arraycopy(edge, 0, c, lastRow + columns, width - columns);
          }
        } else {
          loadEdge(rows, columns, start, startRow + j, startStep);
          used.multiplyRows(
              k,
              a,
              aOffset,
              rowStarts,
              first + i,
              panels,
              panel,
              edge,
              0,
              PanelPacking.WIDTH,
              edge,
              0,
              PanelPacking.WIDTH);
          storeEdge(rows, columns, c, row + j, ldc);
        }
      }
      i += rows;
    }
  }

  /** Computes C [m × n] with A in a strip, so m is at most {@link PanelPacking#STRIP}. */
  void multiplyStrip(
      int m,
      int n,
      int k,
      float[] strip,
      float[] panels,
      int panelsOffset,
      int depth,
      float[] start,
      int startOffset,
      int startStep,
      float[] c,
      int cOffset,
      int ldc) {
    boolean narrow = lastPanelIsNarrow(n);
    int i = 0;
    while (i < m) {
      GemmTile tile = m - i > smallTile.rows ? stripTile : smallTile;
      int rows = Math.min(tile.rows, m - i);
      int startRow = startOffset + i * startStep;
      int row = cOffset + i * ldc;
      for (int j = 0; j < n; j += PanelPacking.WIDTH) {
        int columns = Math.min(PanelPacking.WIDTH, n - j);
        GemmTile used = narrow && columns <= Lanes.LENGTH ? narrowTile : tile;
        int panel = panelsOffset + j * depth;
        int width = used.vectors * Lanes.LENGTH;
        int lastRow = row + (rows - 1) * ldc;
        boolean spills =
            rows == used.rows
                && columns == ldc
                && maySpill(columns, width, start, startRow + (rows - 1) * startStep, c, lastRow);
        if (spills) {
          System.arraycopy(c, lastRow + columns, edge, 0, width - columns);
        }
        if (rows == used.rows && columns == width || spills) {
          used.multiplyStrip(
              k, strip, i, panels, panel, start, startRow + j, startStep, c, row + j, ldc);
          if (spills) {
            System.arraycopy(edge, 0, c, lastRow + columns, width - columns);
          }
        } else {
          loadEdge(rows, columns, start, startRow + j, startStep);
          used.multiplyStrip(
              k, strip, i, panels, panel, edge, 0, PanelPacking.WIDTH, edge, 0, PanelPacking.WIDTH);
          storeEdge(rows, columns, c, row + j, ldc);
        }
      }
      i += rows;
    }
  }

  /**
   * Returns whether full vectors may be read and written where a row of C ends before them, as its
   * next row follows at once: what they spill is written next, or put back.
   */
  private static boolean maySpill(
      int columns, int width, float[] start, int lastStart, float[] c, int lastRow) {
    return columns < width && lastRow + width <= c.length && lastStart + width <= start.length;
  }

  private void loadEdge(int rows, int columns, float[] start, int startOffset, int startStep) {
    for (int i = 0; i < rows; i++) {
      System.arraycopy(start, startOffset + i * startStep, edge, i * PanelPacking.WIDTH, columns);
    }
  }

  private void storeEdge(int rows, int columns, float[] c, int cOffset, int ldc) {
    for (int i = 0; i < rows; i++) {
      System.arraycopy(edge, i * PanelPacking.WIDTH, c, cOffset + i * ldc, columns);
    }
  }
}
