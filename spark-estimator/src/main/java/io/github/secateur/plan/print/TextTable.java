package io.github.secateur.plan.print;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Lines up columns of text: numbers to the right, words to the left, two blanks between. */
public final class TextTable {
  private final boolean[] rightAligned;
  private final List<String[]> rows = new ArrayList<>();

  /** Starts a table of as many columns as there are flags. */
  public TextTable(boolean... rightAligned) {
    this.rightAligned = rightAligned.clone();
  }

  /** Adds a row; the first one is the heading. */
  public void add(String... cells) {
    if (cells.length != rightAligned.length) {
      throw new IllegalArgumentException(
          "expected " + rightAligned.length + " cells, found " + cells.length);
    }
    rows.add(cells);
  }

  /** Draws the first row, a line, and the other rows; no line ends in blanks. */
  @Override
  public String toString() {
    int[] widths = new int[rightAligned.length];
    for (String[] row : rows) {
      for (int c = 0; c < widths.length; c++) {
        widths[c] = Math.max(widths[c], row[c].length());
      }
    }
    StringBuilder text = new StringBuilder();
    int total = -2;
    for (int width : widths) {
      total += width + 2;
    }
    for (int r = 0; r < rows.size(); r++) {
      StringBuilder line = new StringBuilder();
      for (int c = 0; c < widths.length; c++) {
        String cell = rows.get(r)[c];
        String blanks = " ".repeat(widths[c] - cell.length());
        line.append(c == 0 ? "" : "  ").append(rightAligned[c] ? blanks + cell : cell + blanks);
      }
      text.append(line.toString().stripTrailing()).append('\n');
      if (r == 0) {
        text.append("─".repeat(total)).append('\n');
      }
    }
    return text.toString();
  }

  /** Returns a number as tables show it, with commas between thousands. */
  public static String number(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }
}
