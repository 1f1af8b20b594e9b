package io.github.secateur.spark.internal;

import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.unsafe.Platform;

/**
 * Copies of rows, one after the other in one array, which {@link #clear} frees to be used again: it
 * stays in the cache of the processor, where a new array for each row would stream through it.
 */
final class RowArena {
  private static final int FIRST_BYTES = 1 << 16;

  /** Larger rows get memory of their own: the array is not to keep that of the largest forever. */
  private static final int LARGE_ROW = 1 << 20;

  private final int columns;
  private byte[] bytes = {};
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
    int size = unsafe.getSizeInBytes(); // a multiple of 8, which keeps rows aligned
    if (size > bytes.length - used) {
      // earlier rows keep the array that they are in
      bytes = new byte[Math.max(size, Math.max(FIRST_BYTES, 2 * bytes.length))];
      used = 0;
    }
    long target = Platform.BYTE_ARRAY_OFFSET + (long) used;
    Platform.copyMemory(unsafe.getBaseObject(), unsafe.getBaseOffset(), bytes, target, size);
    used += size;
    UnsafeRow copy = new UnsafeRow(columns);
    copy.pointTo(bytes, target, size);
    return copy;
  }
}
