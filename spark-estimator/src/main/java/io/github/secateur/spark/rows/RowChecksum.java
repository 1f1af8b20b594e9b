package io.github.secateur.spark.rows;

import io.github.secateur.data.Shard;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * A checksum over the rows of a shard: the indices and values of features that are not 0, labels
 * and weights, in order. It does not depend on how the rows are stored.
 */
final class RowChecksum {
  private static final int VALUES_AT_A_TIME = 1 << 16;

  private final CRC32C checksum = new CRC32C();
  private final ByteBuffer buffer = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);

  private RowChecksum() {}

  /** Returns the checksum of the rows of some shards. */
  static long of(Shard... shards) {
    RowChecksum rows = new RowChecksum();
    for (Shard shard : shards) {
      rows.add(shard);
    }
    rows.flush();
    return rows.checksum.getValue();
  }

  private void add(Shard shard) {
    int rowsAtATime = Math.max(1, Math.min(1024, VALUES_AT_A_TIME / Math.max(1, shard.width())));
    int[] rowIds = new int[rowsAtATime];
    int[] labels = new int[rowsAtATime];
    float[] weights = new float[rowsAtATime];
    float[] dense = shard.isSparse() ? null : new float[rowsAtATime * shard.width()];
    putInt(shard.rows());
    for (int first = 0; first < shard.rows(); first += rowsAtATime) {
      int count = Math.min(rowsAtATime, shard.rows() - first);
      for (int i = 0; i < count; i++) {
        rowIds[i] = first + i;
      }
      shard.gatherLabels(rowIds, 0, count, labels, weights);
      for (int i = 0; i < count; i++) {
        putInt(labels[i]);
        putInt(Float.floatToRawIntBits(weights[i]));
      }
      if (shard.isSparse()) {
        addSparse(shard, rowIds, count);
      } else {
        shard.gather(rowIds, 0, count, dense, 0);
        addDense(dense, count, shard.width());
      }
    }
  }

  private void addDense(float[] values, int count, int width) {
    for (int row = 0; row < count; row++) {
      for (int column = 0; column < width; column++) {
        put(column, values[row * width + column]);
      }
      putInt(-1);
    }
  }

  private void addSparse(Shard shard, int[] rowIds, int count) {
    int stored = shard.storedValues(rowIds, 0, count);
    int[] rowStart = new int[count + 1];
    int[] columns = new int[stored];
    float[] values = new float[stored];
    shard.gatherSparse(rowIds, 0, count, rowStart, columns, values);
    for (int row = 0; row < count; row++) {
      for (int p = rowStart[row]; p < rowStart[row + 1]; p++) {
        put(columns[p], values[p]);
      }
      putInt(-1);
    }
  }

  private void put(int column, float value) {
    if (value != 0) {
      putInt(column);
      putInt(Float.floatToRawIntBits(value));
    }
  }

  private void putInt(int value) {
    if (buffer.remaining() < Integer.BYTES) {
      flush();
    }
    buffer.putInt(value);
  }

  private void flush() {
    checksum.update(buffer.flip());
    buffer.clear();
  }
}
