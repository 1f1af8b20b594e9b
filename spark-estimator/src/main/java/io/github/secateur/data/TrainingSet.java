package io.github.secateur.data;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The rows of a training without Spark: a fixed list of shards. The result of a training depends on
 * how rows are dealt.
 */
public final class TrainingSet {
  private final List<Shard> shards;
  private final int classes;

  private TrainingSet(List<Shard> shards, int classes) {
    this.shards = List.copyOf(shards);
    this.classes = classes;
  }

  /**
   * Returns a training set whose rows all have weight 1; see {@link #of(float[][], int[], float[],
   * int)}.
   */
  public static TrainingSet of(float[][] features, int[] labels, int shards) {
    return of(features, labels, null, shards);
  }

  /**
   * Returns the given rows, dealt to shards in contiguous runs of equal length, or lengths that
   * differ by 1.
   *
   * @param features [rows × width], finite
   * @param labels for each row the number of its class, from 0
   * @param weights for each row a finite weight of at least 0; or null if all are 1
   * @param shards at least 1; may exceed the number of rows
   * @throws IllegalArgumentException if lengths differ or a value is out of range; the message
   *     names the row
   */
  public static TrainingSet of(float[][] features, int[] labels, float[] weights, int shards) {
    int rows = features.length;
    if (rows == 0) {
      throw new IllegalArgumentException("a training set needs at least 1 row, found 0");
    }
    if (labels.length != rows || weights != null && weights.length != rows) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "expected as many labels and weights as the %d rows, found %d labels and %s weights",
              rows,
              labels.length,
              weights == null ? "no" : String.valueOf(weights.length)));
    }
    if (shards < 1) {
      throw new IllegalArgumentException("expected at least 1 shard, found " + shards);
    }
    int width = features[0].length;
    List<Shard> dealt = new ArrayList<>(shards);
    int largestLabel = -1;
    for (int s = 0; s < shards; s++) {
      List<byte[]> blocks = new ArrayList<>();
      ShardWriter writer = ShardWriter.dense(width, blocks::add);
      int end = (int) ((long) rows * (s + 1) / shards);
      for (int row = (int) ((long) rows * s / shards); row < end; row++) {
        try {
          writer.add(features[row], labels[row], weights == null ? 1 : weights[row]);
        } catch (IllegalArgumentException e) {
          throw new IllegalArgumentException(
              String.format(Locale.ROOT, "row %d: %s", row, e.getMessage()), e);
        }
      }
      writer.finish();
      ArrowShard shard = ArrowShard.of(width, blocks);
      largestLabel = Math.max(largestLabel, shard.largestLabel());
      dealt.add(shard);
    }
    return new TrainingSet(dealt, largestLabel + 1);
  }

  /** Returns the shards, in order. */
  public List<Shard> shards() {
    return shards;
  }

  /** Returns the number of features of each row. */
  public int width() {
    return shards.get(0).width();
  }

  /** Returns the number of rows of all shards. */
  public long rows() {
    return shards.stream().mapToLong(Shard::rows).sum();
  }

  /** Returns the number of classes: the largest label + 1. */
  public int classes() {
    return classes;
  }
}
