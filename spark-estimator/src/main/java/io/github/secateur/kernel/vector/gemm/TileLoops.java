package io.github.secateur.kernel.vector.gemm;

import io.github.secateur.kernel.vector.lanes.Lanes;

/**
 * Covers a matrix with tiles. Tiles that would reach over its right or lower edge are computed in a
 * scratch tile, of which the part inside is copied.
 *
 * <p>B comes as panels, each as wide as a tile and {@code depth} values deep; see {@link
 * PanelPacking}. Every tile of a row of tiles reads the same values of A, which so stay in the
 * first-level cache, while the panels stream from the second.
 */
public final class TileLoops {

  /** Rows of the highest tile. */
  public static final int MOST_ROWS = 12;

  private final GemmTile[] rowTiles;
  private final GemmTile[] copyTiles;
  private final GemmTile[] narrowTiles;
  private final int copyFrom;
  private final float[] edge = new float[MOST_ROWS * PanelPacking.WIDTH];

  /**
   * Makes loops with the given tiles, each kind from the highest to the lowest.
   *
   * @param rowTiles as wide as a panel, for A that is read where it lies
   * @param copyTiles as wide as a panel, for strips and for lines
   * @param narrowTiles one vector wide, of the same heights as both, or none: then the last panel
   *     is as wide as the others
   * @param copyFrom columns of C from which on it pays to copy an A that is not transposed
   */
  TileLoops(GemmTile[] rowTiles, GemmTile[] copyTiles, GemmTile[] narrowTiles, int copyFrom) {
    this.rowTiles = rowTiles;
    this.copyTiles = copyTiles;
    this.narrowTiles = narrowTiles;
    this.copyFrom = copyFrom;
  }

  /**
   * Returns loops with the tiles that are fastest on this machine: the sums of a tile, a row of B
   * and a value of A must fit the registers, of which AVX2 has 16; longer vectors (AVX-512) and
   * shorter ones (NEON) come with 32. The higher a tile, the more often it uses a row of B, whose
   * loads cross cache lines: arrays start where the JVM puts them.
   */
  public static TileLoops forThisMachine() {
    GemmTile low = new Tile4x2();
    if (Lanes.FLOATS.vectorBitSize() == 256) {
      GemmTile[] rowTiles = {new Tile6x2(), low};
      GemmTile[] copyTiles = {new Tile5x2(), low};
      return new TileLoops(rowTiles, copyTiles, new GemmTile[0], 64);
    }
    GemmTile middle = new Tile8x2();
    GemmTile narrow = new Tile8x1();
    if (Lanes.FLOATS.vectorBitSize() < 512) {
      GemmTile[] tiles = {middle, low};
      GemmTile[] narrowTiles = {narrow, narrow};
      return new TileLoops(tiles, tiles, narrowTiles, 192);
    }
    GemmTile[] tiles = {new Tile12x2(), middle, low};
    GemmTile[] narrowTiles = {new Tile12x1(), narrow, narrow};
    return new TileLoops(tiles, tiles, narrowTiles, 192);
  }

  /**
   * Returns whether it pays to copy an A that is not transposed into {@link GemmTile.Layout#LINES},
   * as it does if C has many columns. Rows of any distance then lie together, also those that would
   * share a few sets of the cache, and a tile needs one address for all of them.
   *
   * @param n columns of C
   */
  boolean copyPays(int n) {
    return n >= copyFrom;
  }

  /** Returns whether the last panel of a matrix with n columns is one vector wide. */
  public boolean lastPanelIsNarrow(int n) {
    int columns = n % PanelPacking.WIDTH;
    return columns > 0 && columns <= Lanes.LENGTH && narrowTiles.length > 0;
  }

  /** Returns the most rows of A that are copied at a time: those of the highest tile. */
  public int copyRows() {
    return copyTiles[0].rows;
  }

  /** Returns the index of the lowest tile that has m rows, or else of the highest. */
  private static int choose(GemmTile[] tiles, int m) {
    int index = tiles.length - 1;
    while (index > 0 && tiles[index].rows < m) {
      index--;
    }
    return index;
  }

  /** Computes C. */
  public void multiply(TileProduct p) {
    GemmTile.Layout layout = p.layout;
    int m = p.m;
    int n = p.n;
    int k = p.k;
    float[] a = p.a;
    int aOffset = p.aOffset;
    int[] rowStarts = p.rowStarts;
    float[] panels = p.panels;
    int panelsOffset = p.panelsOffset;
    int depth = p.depth;
    int firstDepth = p.firstDepth;
    float[] start = p.start;
    int startStep = p.startStep;
    float[] c = p.c;
    int ldc = p.ldc;
    GemmTile[] tiles = layout == GemmTile.Layout.ROWS ? rowTiles : copyTiles;
    boolean narrow = lastPanelIsNarrow(n);
    int i = 0;
    while (i < m) {
      int height = choose(tiles, m - i);
      GemmTile tile = tiles[height];
      int rows = Math.min(tile.rows, m - i);
      int startRow = p.startOffset + i * startStep;
      int row = p.cOffset + i * ldc;
      for (int j = 0; j < n; j += PanelPacking.WIDTH) {
        int columns = Math.min(PanelPacking.WIDTH, n - j);
        GemmTile used = narrow && columns <= Lanes.LENGTH ? narrowTiles[height] : tile;
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
          used.multiply(
              layout,
              k,
              a,
              aOffset,
              rowStarts,
              i,
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
          used.multiply(
              layout,
              k,
              a,
              aOffset,
              rowStarts,
              i,
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
