package io.github.secateur.spark.rows;

import io.github.secateur.spark.report.JobDescription;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.zip.CRC32C;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;
import scala.Option;

/**
 * The training set as Arrow record batches in an RDD, one shard for each partition of the input,
 * under Spark's storage: Spark accounts for it, spills it to disk and rebuilds it from the input.
 * {@link #close} gives the storage back.
 */
public final class TrainingCache implements AutoCloseable {
  private final NumberedPartitions<Row> rows; // null: another cache owns them
  private final JavaRDD<TrainingBlock> blocks;
  private final int width;
  private final long seed;
  private List<PartitionSummary> summaries;
  private boolean closed;
  private List<ShardGroups.Group> grouping; // of the tasks of the latest round; null: none yet
  private RDD<PartitionRows> grouped;

  private TrainingCache(
      NumberedPartitions<Row> rows, JavaRDD<TrainingBlock> blocks, int width, long seed) {
    this.rows = rows;
    this.blocks = blocks;
    this.width = width;
    this.seed = seed;
  }

  /**
   * Checks and caches the rows of a dataset, in one job.
   *
   * @param seed the seed of the training, from which the order of the rows follows
   * @param name what the cache is called in Spark's UI
   * @throws IllegalArgumentException if a row cannot be trained on, or if there is none to train
   *     on; the message names the column and the value
   */
  public static TrainingCache of(
      Dataset<?> dataset,
      TrainingColumns columns,
      long seed,
      String name,
      JobDescription description) {
    NumberedPartitions<Row> rows = NumberedPartitions.of(columns.select(dataset).rdd());
    JavaRDD<TrainingBlock> blocks =
        rows.toJavaRDD()
            .<TrainingBlock>mapPartitions(partition -> new TrainingBlocks(columns, partition))
            .setName(name)
            .persist(StorageLevel.MEMORY_AND_DISK());
    TrainingCache cache = new TrainingCache(rows, blocks, columns.features().width(), seed);
    try {
      cache.summaries =
          description.during(
              "check and cache the training set", () -> cache.map(PartitionSummary::new).collect());
      check(cache.summaries, columns);
      return cache;
    } catch (Throwable e) {
      cache.close();
      throw e;
    }
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
              : String.format(
                  Locale.ROOT,
                  "the dataset has no rows to train on, none has false in column \"%s\"",
                  columns.validation()));
    }
    if (summaries.stream().allMatch(summary -> summary.weightSum() == 0)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "at least one weight must be above 0, all are 0 in column \"%s\"",
              columns.weight()));
    }
  }

  /**
   * Returns the training set with its rows folded, cached in the place of this one, in one job.
   * This one must be closed after it: partitions that are lost are folded again.
   *
   * @param network the network, sent to the executors; must outlive the cache
   * @param foldedSize the number of values of a folded row
   */
  public TrainingCache fold(
      Broadcast<FitNetwork> network, int foldedSize, JobDescription description) {
    int rowWidth = width; // captured without this object
    JavaRDD<TrainingBlock> folded =
        blocks
            .<TrainingBlock>mapPartitions(
                partition -> new FoldedBlocks(network.value(), rowWidth, foldedSize, partition),
                true)
            .setName(blocks.name() + ", folded")
            .persist(StorageLevel.MEMORY_AND_DISK());
    TrainingCache cache = new TrainingCache(null, folded, foldedSize, seed);
    try {
      cache.summaries =
          description.during(
              "fold the training set", () -> cache.map(PartitionSummary::new).collect());
      blocks.unpersist(false);
      return cache;
    } catch (Throwable e) {
      cache.close();
      throw e;
    }
  }

  /** Returns the id of the cached RDD. */
  public int id() {
    return blocks.id();
  }

  /** Returns the number of shards: the partitions of the input, empty ones included. */
  public int shards() {
    return summaries.size();
  }

  /** Returns what a function makes of each partition, in the order of the shards. */
  public <T> JavaRDD<T> map(
      org.apache.spark.api.java.function.Function<PartitionRows, T> function) {
    int rowWidth = width; // captured without this object
    long trainingSeed = seed;
    return blocks.mapPartitionsWithIndex(
        (index, partition) ->
            List.of(function.call(PartitionRows.of(rowWidth, index, trainingSeed, partition)))
                .iterator(),
        true);
  }

  /**
   * Returns what tells these rows from others: their number, their partitions and a checksum over
   * their values, in one job.
   */
  public Map<String, String> facts(JobDescription description) {
    List<Long> checksums =
        description.during(
            "checksum of the training set",
            () ->
                map(partition ->
                        RowChecksum.of(
                            partition.training().shard(), partition.validation().shard()))
                    .collect());
    CRC32C checksum = new CRC32C();
    for (long partition : checksums) {
      checksum.update(ByteBuffer.allocate(Long.BYTES).putLong(0, partition));
    }
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("number of training rows", Long.toString(rows()));
    facts.put("number of validation rows", Long.toString(validationRows()));
    facts.put("number of partitions", Integer.toString(shards()));
    facts.put("number of features", Integer.toString(width));
    facts.put("checksum of the rows", String.format(Locale.ROOT, "%08x", checksum.getValue()));
    return facts;
  }

  /** What a task of a round makes of some of its partitions. */
  public interface OfTask<T> extends Serializable {
    Iterator<T> of(List<PartitionRows> rows);
  }

  /**
   * Returns what a function makes of the partitions of each task of a round.
   *
   * @param type the type of what it makes
   * @param function is given some or all of a task's partitions at a time, and by and by all
   */
  public <T> RDD<T> map(ShardPlacement.Tasks tasks, Class<T> type, OfTask<T> function) {
    int atOnce = tasks.spilled() ? tasks.threads() : Integer.MAX_VALUE;
    RDD<T> results =
        new ComputedRows<>(
            partitionsOf(tasks), type, partitions -> inPortions(partitions, atOnce, function));
    return tasks.profile() == null ? results : results.withResources(tasks.profile());
  }

  /** Returns the partitions of each task, as one for many rounds. */
  private RDD<PartitionRows> partitionsOf(ShardPlacement.Tasks tasks) {
    if (!tasks.groups().equals(grouping)) {
      RDD<PartitionRows> all = map(partition -> partition).rdd();
      grouped =
          tasks.areGrouped()
              ? all.coalesce(
                  tasks.groups().size(), false, Option.apply(new ShardGroups(tasks.groups())), null)
              : all;
      grouping = tasks.groups();
    }
    return grouped;
  }

  private static <T> Iterator<T> inPortions(
      Iterator<PartitionRows> partitions, int atOnce, OfTask<T> function) {
    List<T> results = new ArrayList<>();
    while (partitions.hasNext()) {
      List<PartitionRows> portion = new ArrayList<>();
      while (portion.size() < atOnce && partitions.hasNext()) {
        portion.add(partitions.next());
      }
      function.of(portion).forEachRemaining(results::add);
    }
    return results.iterator();
  }

  /** Returns the number of rows of a shard to train on. */
  long rowsOf(int shard) {
    return summaries.get(shard).rows();
  }

  /** Returns the number of rows to train on. */
  public long rows() {
    return summaries.stream().mapToLong(PartitionSummary::rows).sum();
  }

  /** Returns the number of rows to validate with. */
  public long validationRows() {
    return summaries.stream().mapToLong(PartitionSummary::validationRows).sum();
  }

  /** Returns Σ weight of the training rows, class weights apart, in the order of the shards. */
  public double weightSum() {
    return summaries.stream().mapToDouble(PartitionSummary::weightSum).reduce(0, Double::sum);
  }

  /** Returns the number of rows of both kinds. */
  public long allRows() {
    return rows() + validationRows();
  }

  /** Returns the bytes that all rows take as they are stored. */
  public long storedBytes() {
    return summaries.stream().mapToLong(PartitionSummary::storedBytes).sum();
  }

  /** Gives the storage back; calling it again has no effect. */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      blocks.unpersist(false);
      if (rows != null) {
        rows.release();
      }
    }
  }
}
