package io.github.secateur.spark.internal;

import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.unsafe.Platform;

/**
 * Copies of rows, one after the other in one array, which {@link #clear} frees to be used again: it
 * stays in the cache of the processor, where a new array for each row would stream through it. An
 * array of doubles, so that vectors in a row can be read as what they are.
 */
final class RowArena {
  private static final int FIRST_LENGTH = 1 << 13;

  /** In bytes. Larger rows get memory of their own, or that of the largest would be kept. */
  private static final int LARGE_ROW = 1 << 20;

  private final int columns;
  private double[] memory = {};
  private int used;

  /**
   * Makes an empty arena.
   *
   * @param columns of each row
   */
  RowArena(int columns) {
    this.columns = columns;
  }

  /** Frees all rows: what {@link #copy} returned is valid until then. */
  void clear() {
    used = 0;
  }

  /** Returns a copy of a row. */
  InternalRow copy(InternalRow row) {
    if (!(row instanceof UnsafeRow unsafe) || unsafe.getSizeInBytes() > LARGE_ROW) {
      return row.copy();
    }
    int bytes = unsafe.getSizeInBytes(); // whole doubles, see UnsafeRow
    int length = bytes / Double.BYTES;
    if (length > memory.length - used) {
      // earlier rows keep the array that they are in
      memory = new double[Math.max(length, Math.max(FIRST_LENGTH, 2 * memory.length))];
      used = 0;
    }
    long target = Platform.DOUBLE_ARRAY_OFFSET + (long) Double.BYTES * used;
    Platform.copyMemory(unsafe.getBaseObject(), unsafe.getBaseOffset(), memory, target, bytes);
    used += length;
    UnsafeRow copy = new UnsafeRow(columns);
    copy.pointTo(memory, target, bytes);
    return copy;
  }
}
