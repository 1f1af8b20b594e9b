package io.github.secateur.spark.internal;

import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;

/**
 * The training set as Arrow record batches in an RDD, one shard for each partition of the input,
 * under Spark's storage: Spark accounts for it, spills it to disk and rebuilds it from the input.
 * {@link #close} gives the storage back.
 */
public final class TrainingCache implements AutoCloseable {
  private final JavaRDD<TrainingBlock> blocks;
  private final int width;
  private final List<PartitionSummary> summaries;

  private TrainingCache(
      JavaRDD<TrainingBlock> blocks, int width, List<PartitionSummary> summaries) {
    this.blocks = blocks;
    this.width = width;
    this.summaries = summaries;
  }

  /**
   * Checks and caches the rows of a dataset, in one job.
   *
   * @param name what the cache is called in Spark's UI
   * @throws IllegalArgumentException if a row cannot be trained on, or if there is none to train
   *     on; the message names the column and the value
   */
  public static TrainingCache of(
      Dataset<?> dataset, TrainingColumns columns, String name, JobDescription description) {
    JavaRDD<Row> rows = columns.select(dataset).toJavaRDD();
    JavaRDD<TrainingBlock> blocks =
        rows.<TrainingBlock>mapPartitions(partition -> new TrainingBlocks(columns, partition))
            .setName(name)
            .persist(StorageLevel.MEMORY_AND_DISK());
    int width = columns.width();
    TrainingCache cache = null;
    try {
      List<PartitionSummary> summaries =
          description.during("check and cache the training set", () -> summarize(blocks, width));
      check(summaries, columns);
      cache = new TrainingCache(blocks, width, summaries);
      return cache;
    } finally {
      if (cache == null) {
        blocks.unpersist(false);
      }
    }
  }

  private static List<PartitionSummary> summarize(JavaRDD<TrainingBlock> blocks, int width) {
    return blocks
        .mapPartitions(
            partition -> {
              PartitionSummary summary = new PartitionSummary(PartitionRows.of(width, partition));
              return List.of(summary).iterator();
            })
        .collect();
  }

  private static void check(List<PartitionSummary> summaries, TrainingColumns columns) {
    for (PartitionSummary summary : summaries) {
      if (summary.problem() != null) {
        throw new IllegalArgumentException(summary.problem());
      }
    }
    if (summaries.stream().allMatch(summary -> summary.rows() == 0)) {
      throw new IllegalArgumentException(
          columns.validation() == null
              ? "the dataset has no rows to train on"
              : "the dataset has no rows to train on, none has false in column \"%s\""
                  .formatted(columns.validation()));
    }
    if (summaries.stream().allMatch(summary -> summary.weightSum() == 0)) {
      throw new IllegalArgumentException(
          "at least one weight must be above 0, all are 0 in column \"%s\""
              .formatted(columns.weight()));
    }
  }

  /** Returns the number of shards: the partitions of the input, empty ones included. */
  int shards() {
    return summaries.size();
  }

  /** Returns the number of features of each row. */
  int width() {
    return width;
  }

  /** Returns the cached blocks; partition i holds shard i. */
  JavaRDD<TrainingBlock> blocks() {
    return blocks;
  }

  /** Returns the number of rows to train on. */
  public long rows() {
    return summaries.stream().mapToLong(PartitionSummary::rows).sum();
  }

  /** Returns the number of rows to validate with. */
  public long validationRows() {
    return summaries.stream().mapToLong(PartitionSummary::validationRows).sum();
  }

  @Override
  public void close() {
    blocks.unpersist(false);
  }
}
