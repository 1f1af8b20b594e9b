package io.github.secateur.spark.rows;

import io.github.secateur.data.Shard;
import io.github.secateur.spark.report.JobDescription;

/**
 * Finds features that float32 may have rounded: whole numbers beyond 2^24, as times and ids are.
 */
public final class LargeValues {
  /** Every whole number up to this one is a float32. */
  private static final float LIMIT = 1 << 24;

  private LargeValues() {}

  /**
   * Returns the index of a feature beyond 2^24 in some training row, or -1 if there is none; in one
   * job.
   */
  public static int find(TrainingCache cache, JobDescription description) {
    return description
        .during(
            "look for values that float32 rounds",
            () -> cache.map(rows -> firstIn(rows.training().shard())).collect())
        .stream()
        .mapToInt(Integer::intValue)
        .max()
        .orElse(-1);
  }

  private static int firstIn(Shard shard) {
    int[] row = new int[1];
    float[] dense = new float[shard.isSparse() ? 0 : shard.width()];
    for (int i = 0; i < shard.rows(); i++) {
      row[0] = i;
      int index = shard.isSparse() ? inSparse(shard, row) : inDense(shard, row, dense);
      if (index >= 0) {
        return index;
      }
    }
    return -1;
  }

  private static int inDense(Shard shard, int[] row, float[] values) {
    shard.gather(row, 0, 1, values, 0);
    for (int i = 0; i < values.length; i++) {
      if (Math.abs(values[i]) > LIMIT) {
        return i;
      }
    }
    return -1;
  }

  private static int inSparse(Shard shard, int[] row) {
    int stored = shard.storedValues(row, 0, 1);
    int[] columns = new int[stored];
    float[] values = new float[stored];
    shard.gatherSparse(row, 0, 1, new int[2], columns, values);
    for (int i = 0; i < stored; i++) {
      if (Math.abs(values[i]) > LIMIT) {
        return columns[i];
      }
    }
    return -1;
  }
}
