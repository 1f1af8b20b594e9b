package io.github.secateur.kernel.vector.gemm;

import java.util.List;

/**
 * Writes the source of the tiles: one method for each layout of A, whose sums are local variables,
 * one by one, or the JIT compiler would not keep them in registers. {@link #ALL} describes them;
 * which loop suits a tile was measured, on JDK 17 and 25.
 */
final class TileSource {

  /** The loop over rows of A where they lie. */
  enum RowLoop {
    /** None: the tile is for copies only. */
    NONE,
    /** Two values of p a turn, for each row in turn. */
    PAIRS,
    /** One value of p; the loop counts an index into A for each row. */
    COUNTED
  }

  /** The loop over copies of A: strips and lines. */
  enum CopyLoop {
    /** None: the tile is for rows where they lie only. */
    NONE,
    /** Two values of p a turn, for each row in turn; all indices follow from a count from zero. */
    PAIRS,
    /** One value of p a turn; the loop counts an index into A. */
    COUNTED,
    /** Two values of p a turn, one after the other; the loop counts an index into A for each. */
    COUNTED_PAIRS
  }

  /**
   * A tile.
   *
   * @param rows rows of the tile
   * @param vectors vectors in a row, 1 or 2
   * @param doc the text of the comment of the class, by lines
   */
  record Tile(int rows, int vectors, RowLoop rowLoop, CopyLoop copyLoop, String doc) {
    String className() {
      return "Tile" + rows + "x" + vectors;
    }

    /** Returns whether any loop needs an even k. */
    boolean pairs() {
      return rowLoop == RowLoop.PAIRS || copyLoop == CopyLoop.PAIRS;
    }
  }

  /** All tiles. */
  static final List<Tile> ALL =
      List.of(
          new Tile(
              12,
              2,
              RowLoop.PAIRS,
              CopyLoop.PAIRS,
              """
              Twelve rows by two vectors, for processors with 32 vector registers.

              <p>Rows in place start at twelve addresses, more than there are general registers, so that each
              is loaded again whenever it is used: a turn of a loop uses it for two values of p. The loops over
              copies need one address only. They count from zero, and derive both indices from that count or
              from a second one in step with it: then the JIT compilers check bounds before the loop, and find
              a general register for each index. A copy that began elsewhere in its array would cost JDK 17 a
              move from a vector register in every turn, which waits for the multiplications before it. With
              fourteen rows JDK 25 spills sums.
              """),
          new Tile(
              12,
              1,
              RowLoop.PAIRS,
              CopyLoop.COUNTED,
              """
              Twelve rows by one vector, for the last, narrow panel. Rows in place are read as in {@link
              Tile12x2}.
              """),
          new Tile(
              8,
              2,
              RowLoop.PAIRS,
              CopyLoop.COUNTED,
              """
              Eight rows by two vectors. Rows in place are read as in {@link Tile12x2}.
              """),
          new Tile(
              8,
              1,
              RowLoop.PAIRS,
              CopyLoop.COUNTED,
              """
              Eight rows by one vector, for the last, narrow panel; otherwise as {@link Tile8x2}.
              """),
          new Tile(
              6,
              2,
              RowLoop.COUNTED,
              CopyLoop.NONE,
              """
              Six rows by two vectors, for processors with 16 vector registers and rows of A where they lie.

              <p>The loop counts the indices into A itself, beside the one into B. Their bounds are then
              checked in every turn, and that is wanted: where the JIT compilers of JDK 17 and 25 can move all
              checks out of the loop, they load all values of A before they multiply, and find no registers for
              them beside the twelve sums.
              """),
          new Tile(
              5,
              2,
              RowLoop.NONE,
              CopyLoop.COUNTED_PAIRS,
              """
              Five rows by two vectors, for processors with 16 vector registers and copies of A.

              <p>A turn of the loop does two values of p, each with an index into A of its own that the loop
              counts: see {@link Tile6x2}. Six rows would leave no registers for a second value of p, and fewer
              instructions for each multiplication count where two threads share a core.
              """),
          new Tile(
              4,
              2,
              RowLoop.COUNTED,
              CopyLoop.COUNTED_PAIRS,
              """
              Four rows by two vectors. The loops count indices as those of {@link Tile6x2} and {@link Tile5x2}
              do.
              """));

  private final Tile tile;
  private final String panel;
  private final StringBuilder out = new StringBuilder();

  private TileSource(Tile tile) {
    this.tile = tile;
    panel = tile.vectors == 2 ? "PANEL" : "V";
  }

  /** Returns the source of a tile's class. */
  static String of(Tile tile) {
    return new TileSource(tile).write();
  }

  private String write() {
    line("package io.github.secateur.kernel.vector.gemm;");
    line("");
    line("import io.github.secateur.kernel.vector.lanes.Lanes;");
    line("import jdk.incubator.vector.FloatVector;");
    line("import jdk.incubator.vector.VectorSpecies;");
    line("");
    line("/**");
    for (String text : tile.doc.split("\n")) {
      line(text.isEmpty() ? " *" : " * " + text);
    }
    line(" *");
    line(" * <p>Written by {@code TileSource}, which is among the tests: change that, not this.");
    line(" */");
    line("final class " + tile.className() + " extends GemmTile {");
    line("");
    line("  private static final VectorSpecies<Float> FLOATS = Lanes.FLOATS;");
    line("  private static final int V = Lanes.LENGTH;");
    if (tile.vectors == 2) {
      line("  private static final int PANEL = 2 * V;");
    }
    if (tile.copyLoop != CopyLoop.NONE) {
      line("  private static final int STRIP = PanelPacking.STRIP;");
      line("  private static final int LINE = PanelPacking.LINE;");
    }
    line("");
    line("  " + tile.className() + "() {");
    line("    super(" + tile.rows + ", " + tile.vectors + ", " + tile.pairs() + ");");
    line("  }");
    if (tile.rowLoop != RowLoop.NONE) {
      begin("multiplyRows", "int aOffset", "int[] rowStarts", "int first");
      for (int i = 0; i < tile.rows; i++) {
        line("    int r" + i + " = aOffset + rowStarts[" + plus("first", i, "") + "];");
      }
      loadSums();
      switch (tile.rowLoop) {
        case NONE -> throw new AssertionError();
        case PAIRS -> rowPairs();
        case COUNTED -> rowsCounted();
      }
      storeSums();
    }
    if (tile.copyLoop != CopyLoop.NONE) {
      for (boolean strip : new boolean[] {true, false}) {
        begin(strip ? "multiplyStrip" : "multiplyLines");
        loadSums();
        switch (tile.copyLoop) {
          case NONE -> throw new AssertionError();
          case PAIRS -> copyPairs(strip);
          case COUNTED -> copyCounted(strip);
          case COUNTED_PAIRS -> copyCountedPairs(strip);
        }
        storeSums();
      }
    }
    line("}");
    return out.toString();
  }

  private void begin(String method, String... placeOfA) {
    line("");
    line("  @Override");
    line("  void " + method + "(");
    line("      int k,");
    line("      float[] a,");
    for (String parameter : placeOfA) {
      line("      " + parameter + ",");
    }
    for (String parameter :
        List.of("float[] b", "int bOffset", "float[] start", "int startOffset", "int startStep")) {
      line("      " + parameter + ",");
    }
    line("      float[] c,");
    line("      int cOffset,");
    line("      int ldc) {");
  }

  private void loadSums() {
    for (int i = 0; i < tile.rows; i++) {
      for (int j = 0; j < tile.vectors; j++) {
        String from = plus(plus("startOffset", i, "startStep"), j, "V");
        line("    FloatVector c" + i + j + " = " + load("start", from));
      }
    }
  }

  private void storeSums() {
    for (int i = 0; i < tile.rows; i++) {
      for (int j = 0; j < tile.vectors; j++) {
        line("    c" + i + j + ".intoArray(c, " + plus(plus("cOffset", i, "ldc"), j, "V") + ");");
      }
    }
    line("  }");
  }

  private void rowPairs() {
    line("    for (int p = 0; p < k; p += 2) {");
    loadRowOfB("b", "bOffset + p * " + panel);
    loadRowOfB("d", "bOffset + p * " + panel + " + " + panel);
    for (int i = 0; i < tile.rows; i++) {
      multiply("a", "b", i, "r" + i + " + p");
      multiply("e", "d", i, "r" + i + " + p + 1");
    }
    line("    }");
  }

  private void rowsCounted() {
    line("    int end = bOffset + k * " + panel + ";");
    line("    for (int p = bOffset; p < end; p += " + panel + ") {");
    loadRowOfB("b", "p");
    for (int i = 0; i < tile.rows; i++) {
      multiply("a", "b", i, "r" + i);
    }
    for (int i = 0; i < tile.rows; i++) {
      line("      r" + i + "++;");
    }
    line("    }");
  }

  private void copyPairs(boolean strip) {
    String p = strip ? "bOffset + i * " + panel : "p";
    if (!strip) {
      line("    int p = bOffset;");
    }
    line("    for (int i = 0; i < k; i += 2) {");
    loadRowOfB("b", p);
    loadRowOfB("d", p + " + " + panel);
    for (int i = 0; i < tile.rows; i++) {
      multiply("a", "b", i, strip ? plus("i * STRIP", i, "") : plus("i", i, "LINE"));
      multiply(
          "e", "d", i, strip ? plus("i * STRIP + STRIP", i, "") : plus("i", i, "LINE") + " + 1");
    }
    if (!strip) {
      line("      p += 2 * " + panel + ";");
    }
    line("    }");
  }

  private void copyCounted(boolean strip) {
    line("    int q = 0;");
    line("    int end = bOffset + k * " + panel + ";");
    line("    for (int p = bOffset; p < end; p += " + panel + ") {");
    loadRowOfB("b", "p");
    for (int i = 0; i < tile.rows; i++) {
      multiply("a", "b", i, plus("q", i, strip ? "" : "LINE"));
    }
    line(strip ? "      q += STRIP;" : "      q++;");
    line("    }");
  }

  private void copyCountedPairs(boolean strip) {
    String row = strip ? "" : "LINE";
    line("    int even = 0;");
    line("    int odd = " + (strip ? "STRIP" : "1") + ";");
    line("    int p = bOffset;");
    line("    int end = bOffset + k / 2 * (2 * " + panel + ");");
    line("    for (; p < end; p += 2 * " + panel + ") {");
    loadRowOfB("b", "p");
    for (int i = 0; i < tile.rows; i++) {
      multiply("a", "b", i, plus("even", i, row));
    }
    loadRowOfB("d", "p + " + panel);
    for (int i = 0; i < tile.rows; i++) {
      multiply("e", "d", i, plus("odd", i, row));
    }
    line("      even += " + (strip ? "2 * STRIP;" : "2;"));
    line("      odd += " + (strip ? "2 * STRIP;" : "2;"));
    line("    }");
    line("    if (k % 2 != 0) {");
    loadRowOfB("b", "p");
    for (int i = 0; i < tile.rows; i++) {
      multiply("a", "b", i, plus("even", i, row));
    }
    line("    }");
  }

  private void loadRowOfB(String name, String from) {
    for (int j = 0; j < tile.vectors; j++) {
      line("      FloatVector " + name + j + " = " + load("b", plus(from, j, "V")));
    }
  }

  /** Multiplies the value of row i of A with the vectors of a row of B. */
  private void multiply(String value, String rowOfB, int i, String from) {
    line("      FloatVector " + value + i + " = FloatVector.broadcast(FLOATS, a[" + from + "]);");
    for (int j = 0; j < tile.vectors; j++) {
      String sum = "c" + i + j;
      line("      " + sum + " = " + value + i + ".fma(" + rowOfB + j + ", " + sum + ");");
    }
  }

  private static String load(String array, String from) {
    return "FloatVector.fromArray(FLOATS, " + array + ", " + from + ");";
  }

  /** Returns the text of base + count · step; a step of "" is 1. */
  private static String plus(String base, int count, String step) {
    if (count == 0) {
      return base;
    }
    if (step.isEmpty()) {
      return base + " + " + count;
    }
    return base + " + " + (count == 1 ? "" : count + " * ") + step;
  }

  private void line(String text) {
    out.append(text).append('\n');
  }
}
