package io.github.secateur.train;

import io.github.secateur.data.Shard;

/**
 * A shard with its place among the shards of a training, from which the order of its rows and its
 * random numbers follow. Safe for use by many threads.
 */
public final class IndexedShard {
  private final Shard shard;
  private final int index;
  private final long seed;
  private int orderEpoch = -1;
  private int[] order;

  /**
   * Places a shard.
   *
   * @param index its number among all shards of the training, from 0
   * @param seed the seed of the training
   */
  public IndexedShard(Shard shard, int index, long seed) {
    this.shard = shard;
    this.index = index;
    this.seed = seed;
  }

  /** Returns the rows. */
  public Shard shard() {
    return shard;
  }

  /** Returns its number among all shards. */
  public int index() {
    return index;
  }

  /** Returns its number of rows. */
  public int rows() {
    return shard.rows();
  }

  /** Returns the number of its rows that belong to a step. */
  int rows(Step step) {
    return step.endRow(rows()) - step.firstRow(rows());
  }

  /**
   * Returns the row numbers in the order of an epoch: a permutation drawn from (seed, epoch, index)
   * by Fisher and Yates's shuffle. Kept until another epoch is asked for; not to be changed.
   */
  synchronized int[] order(int epoch) {
    if (epoch != orderEpoch) {
      order = permutation(shard.rows(), RandomKey.order(seed, epoch, index));
      orderEpoch = epoch;
    }
    return order;
  }

  /** Returns the key of random layers for this shard's rows of a step. */
  long stepKey(Step step) {
    return RandomKey.step(seed, step, index);
  }

  /** Returns the key of random layers for all rows. */
  long fullKey() {
    return RandomKey.full(seed, index);
  }

  private static int[] permutation(int rows, long key) {
    int[] permutation = new int[rows];
    for (int i = 0; i < rows; i++) {
      // a 32-bit factor and product: the bias is below rows / 2^32
      int j = (int) (((RandomKey.number(key, i) >>> 32) * (i + 1)) >>> 32);
      permutation[i] = permutation[j];
      permutation[j] = i;
    }
    return permutation;
  }
}
