package io.github.secateur.engine;

import java.util.Arrays;

/**
 * A batch of sparse rows in compressed form: row i holds {@code values[p]} in columns {@code
 * columns[p]}, ascending, for p in [rowStart[i], rowStart[i + 1]).
 */
public final class SparseRows {
  private final int[] rowStart;
  private int[] columns = new int[0];
  private float[] values = new float[0];

  SparseRows(int maxRows) {
    rowStart = new int[maxRows + 1];
  }

  /**
   * Makes room for {@code count} values in all; what was there stays. Grows by doubling, so seldom.
   */
  public void ensureCapacity(int count) {
    if (count > values.length) {
      int capacity = Math.max(count, 2 * values.length);
      columns = Arrays.copyOf(columns, capacity);
      values = Arrays.copyOf(values, capacity);
    }
  }

  /** Returns where rows start; its length is one more than the rows of the largest batch. */
  public int[] rowStart() {
    return rowStart;
  }

  /** Returns the columns; call again after {@link #ensureCapacity}. */
  public int[] columns() {
    return columns;
  }

  /** Returns the values; call again after {@link #ensureCapacity}. */
  public float[] values() {
    return values;
  }
}
