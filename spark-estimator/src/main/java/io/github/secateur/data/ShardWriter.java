package io.github.secateur.data;

import io.github.secateur.data.BlockLayout.Encoding;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Consumer;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;

/**
 * Writes the rows of one partition as blocks: Arrow IPC streams of about 2 MiB with a fixed number
 * of rows each, the last one short. {@link ArrowShard#of} reads them.
 *
 * <p>A dense writer stores float32, but a block whose values are all integers from 0 to 255 as
 * uint8. A sparse writer stores the indices and values of each row. Both take rows in any form.
 * Features are rounded to float32 and must be finite; every method that adds a row throws {@link
 * IllegalArgumentException} otherwise, and the row is not added.
 *
 * <p>Not thread-safe. Holds at most one block, on the heap.
 */
public final class ShardWriter {
  /** So many that index and value, 8 bytes each, and the other columns stay below 2^31 bytes. */
  private static final int MAX_STORED_VALUES = 200_000_000;

  private final int width;
  private final boolean sparse;
  private final Consumer<byte[]> sink;
  private long rows;

  // the rows that wait to be written
  private int pending;
  private int rowsPerBlock; // 0: not known yet, sparse rows show their size only as they come
  private int[] labels = new int[16];
  private float[] weights = new float[16];
  private int[] rowStart = new int[17];
  private int[] columns;
  private float[] values;
  private ValueCheck check = ValueCheck.NONE;

  private ShardWriter(int width, boolean sparse, Consumer<byte[]> sink) {
    if (width < 1) {
      throw new IllegalArgumentException("a row has at least 1 feature, found " + width);
    }
    this.width = width;
    this.sparse = sparse;
    this.sink = Objects.requireNonNull(sink);
    this.rowsPerBlock = sparse ? 0 : BlockLayout.rowsPerBlock(4L * width);
    this.values = new float[Math.max(16, width)];
    this.columns = new int[sparse ? values.length : 0];
  }

  /**
   * Returns a writer that stores every value.
   *
   * @param width features of each row
   * @param sink takes each block as soon as it is full
   */
  public static ShardWriter dense(int width, Consumer<byte[]> sink) {
    return new ShardWriter(width, false, sink);
  }

  /**
   * Returns a writer that stores the values other than 0.
   *
   * @param width features of each row, stored or not
   * @param sink takes each block as soon as it is full
   */
  public static ShardWriter sparse(int width, Consumer<byte[]> sink) {
    return new ShardWriter(width, true, sink);
  }

  /** Checks each value of a row too, or each that is stored of a sparse one; returns this. */
  public ShardWriter checkedBy(ValueCheck valueCheck) {
    check = valueCheck;
    return this;
  }

  /** Adds a row of {@code width} features. */
  public void add(float[] features, int label, float weight) {
    checkWidth(features.length);
    int start = begin(width);
    if (sparse) {
      int end = start;
      for (int i = 0; i < width; i++) {
        if (features[i] != 0) {
          columns[end] = i;
          values[end++] = checkFinite(features[i], i);
        }
      }
      commit(end, label, weight);
    } else {
      for (int i = 0; i < width; i++) {
        values[start + i] = checkFinite(features[i], i);
      }
      commit(start + width, label, weight);
    }
  }

  /** Adds a row of {@code width} features. */
  public void add(double[] features, int label, float weight) {
    checkWidth(features.length);
    int start = begin(width);
    if (sparse) {
      int end = start;
      for (int i = 0; i < width; i++) {
        if (features[i] != 0) {
          columns[end] = i;
          values[end++] = checkFinite((float) features[i], i);
        }
      }
      commit(end, label, weight);
    } else {
      for (int i = 0; i < width; i++) {
        values[start + i] = checkFinite((float) features[i], i);
      }
      commit(start + width, label, weight);
    }
  }

  /** Adds a row of {@code width} features, unsigned bytes from {@code offset} on. */
  public void addBytes(byte[] features, int offset, int label, float weight) {
    Objects.checkFromIndexSize(offset, width, features.length);
    int start = begin(width);
    int end = start;
    for (int i = 0; i < width; i++) {
      int feature = features[offset + i] & 0xff;
      if (!sparse) {
        values[end++] = feature;
      } else if (feature != 0) {
        columns[end] = i;
        values[end++] = feature;
      }
    }
    commit(end, label, weight);
  }

  /**
   * Adds a row whose features are 0 but for {@code values[i]} at {@code indices[i]}.
   *
   * @param indices ascending, in [0, width)
   */
  public void addSparse(int[] indices, double[] values, int label, float weight) {
    if (indices.length != values.length) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "expected as many values as indices, found %d and %d",
              values.length,
              indices.length));
    }
    int start = begin(sparse ? indices.length : width);
    if (!sparse) {
      Arrays.fill(this.values, start, start + width, 0);
    }
    int end = start;
    int last = -1;
    for (int i = 0; i < indices.length; i++) {
      int index = indices[i];
      if (index <= last || index >= width) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "indices must ascend in [0, %d), found %d after %d",
                width,
                index,
                last));
      }
      last = index;
      float value = checkFinite((float) values[i], index) + 0f; // -0 is not stored, so it is 0
      if (!sparse) {
        this.values[start + index] = value;
      } else if (value != 0) {
        columns[end] = index;
        this.values[end++] = value;
      }
    }
    commit(sparse ? end : start + width, label, weight);
  }

  /** Returns the number of rows added so far. */
  public long rows() {
    return rows;
  }

  /** Writes the rows that wait for their block to fill. No row can be added afterwards. */
  public void finish() {
    if (pending > 0) {
      write(pending);
    }
    rowsPerBlock = -1;
  }

  private void checkWidth(int found) {
    if (found != width) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "expected %d features, found %d", width, found));
    }
  }

  private static float checkFinite(float value, int index) {
    if (!Float.isFinite(value)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "features must be finite float32 numbers, found %s at index %d",
              value,
              index));
    }
    return value;
  }

  /** Makes room for a row of up to {@code count} values and returns where they begin. */
  private int begin(int count) {
    if (rowsPerBlock < 0) {
      throw new IllegalStateException("the writer is finished");
    }
    int start = rowStart[pending];
    long needed = (long) start + count;
    if (needed > values.length) {
      long capacity = Math.max(needed, Math.min(2L * values.length, MAX_STORED_VALUES));
      if (capacity > MAX_STORED_VALUES) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "a block of %d rows may hold %d stored values, found %d",
                pending + 1,
                MAX_STORED_VALUES,
                needed));
      }
      values = Arrays.copyOf(values, (int) capacity);
      columns = sparse ? Arrays.copyOf(columns, (int) capacity) : columns;
    }
    if (pending == labels.length) {
      labels = Arrays.copyOf(labels, 2 * pending);
      weights = Arrays.copyOf(weights, 2 * pending);
      rowStart = Arrays.copyOf(rowStart, 2 * pending + 1);
    }
    return start;
  }

  private void commit(int end, int label, float weight) {
    if (label < 0) {
      throw new IllegalArgumentException("labels must be at least 0, found " + label);
    }
    if (!(weight >= 0 && weight <= Float.MAX_VALUE)) {
      throw new IllegalArgumentException("weights must be finite and at least 0, found " + weight);
    }
    if (check != ValueCheck.NONE) {
      int start = rowStart[pending];
      for (int i = start; i < end; i++) {
        check.check(sparse ? columns[i] : i - start, values[i]);
      }
    }
    labels[pending] = label;
    weights[pending] = weight;
    rowStart[++pending] = end;
    rows++;
    if (rowsPerBlock == 0
        && (pending == BlockLayout.MAX_ROWS_PER_BLOCK || 8L * end >= BlockLayout.TARGET_BYTES)) {
      rowsPerBlock = Integer.highestOneBit(pending);
    }
    while (rowsPerBlock > 0 && pending >= rowsPerBlock) {
      write(rowsPerBlock);
    }
  }

  /** Writes the first {@code count} of the waiting rows and moves the others to the front. */
  private void write(int count) {
    int end = rowStart[count];
    Encoding encoding = sparse ? Encoding.SPARSE : isBytes(end) ? Encoding.UINT8 : Encoding.FLOAT32;
    boolean weighted = false;
    for (int i = 0; i < count; i++) {
      weighted |= weights[i] != 1;
    }
    byte[] block;
    try (BufferAllocator allocator = new RootAllocator();
        BlockEncoder encoder = new BlockEncoder(allocator, count)) {
      switch (encoding) {
        case FLOAT32 -> encoder.addFloatRows(values, end);
        case UINT8 -> encoder.addByteRows(values, end);
        case SPARSE -> {
          encoder.addIntLists(rowStart, columns);
          encoder.addFloatLists(rowStart, values);
        }
      }
      encoder.addInts(labels, count);
      if (weighted) {
        encoder.addFloats(weights, count);
      }
      block = encoder.encode(encoding, width, weighted);
    }
    dropFirst(count);
    sink.accept(block);
  }

  /** Returns whether the first {@code count} values are integers from 0 to 255, and none is -0. */
  private boolean isBytes(int count) {
    for (int i = 0; i < count; i++) {
      if (Float.floatToRawIntBits(values[i]) != Float.floatToRawIntBits((int) values[i] & 0xff)) {
        return false;
      }
    }
    return true;
  }

  private void dropFirst(int count) {
    int end = rowStart[count];
    int rest = rowStart[pending] - end;
    System.arraycopy(values, end, values, 0, rest);
    if (sparse) {
      System.arraycopy(columns, end, columns, 0, rest);
    }
    for (int i = count; i <= pending; i++) {
      rowStart[i - count] = rowStart[i] - end;
      if (i < pending) {
        labels[i - count] = labels[i];
        weights[i - count] = weights[i];
      }
    }
    pending -= count;
  }
}
