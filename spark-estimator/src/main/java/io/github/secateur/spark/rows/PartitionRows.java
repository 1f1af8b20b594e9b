package io.github.secateur.spark.rows;

import io.github.secateur.data.ArrowShard;
import io.github.secateur.train.IndexedShard;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * The rows of one partition of the cached training set.
 *
 * @param training the rows to train on
 * @param validation the rows to validate with
 * @param problem what is wrong with a row of the partition, or null
 */
public record PartitionRows(IndexedShard training, IndexedShard validation, String problem) {

  /**
   * Returns the rows in the given blocks, decoded once for as long as Spark keeps the blocks in
   * memory.
   *
   * @param width features of each row
   * @param index the number of the partition
   * @param seed the seed of the training
   */
  static PartitionRows of(int width, int index, long seed, Iterator<TrainingBlock> blocks) {
    if (!blocks.hasNext()) {
      return decode(width, index, seed, List.of());
    }
    TrainingBlock first = blocks.next();
    PartitionRows rows = first.decoded();
    if (rows == null) {
      List<TrainingBlock> all = new ArrayList<>(List.of(first));
      blocks.forEachRemaining(all::add);
      rows = decode(width, index, seed, all);
      first.setDecoded(rows);
    }
    return rows;
  }

  private static PartitionRows decode(int width, int index, long seed, List<TrainingBlock> blocks) {
    List<byte[]> training = new ArrayList<>();
    List<byte[]> validation = new ArrayList<>();
    for (TrainingBlock block : blocks) {
      if (block.problem() != null) {
        return new PartitionRows(null, null, block.problem());
      }
      (block.isValidation() ? validation : training).add(block.bytes());
    }
    return new PartitionRows(
        new IndexedShard(ArrowShard.of(width, training), index, seed),
        new IndexedShard(ArrowShard.of(width, validation), index, seed),
        null);
  }
}
