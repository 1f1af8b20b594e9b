package io.github.secateur.train;

/**
 * Keys of random streams: 64-bit hashes of seed and place, chained by the mixing function of
 * SplitMix64 (Steele et al. 2014). Equal places give equal keys on every machine, so that a
 * repeated task draws the same numbers.
 */
final class RandomKey {
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;
  private static final int ORDER = 1;
  private static final int STEP = 2;
  private static final int FULL = 3;

  private RandomKey() {}

  /** Returns the key of a shard's row order in an epoch. */
  static long order(long seed, int epoch, int shard) {
    return with(with(with(seed, ORDER), epoch), shard);
  }

  /** Returns the key of random layers for a shard's rows of a step. */
  static long step(long seed, Step step, int shard) {
    return with(with(with(with(seed, STEP), step.epoch()), step.index()), shard);
  }

  /** Returns the key of random layers for all rows of a shard at once. */
  static long full(long seed, int shard) {
    return with(with(seed, FULL), shard);
  }

  private static long with(long key, long next) {
    return mix(key + (next + 1) * GOLDEN);
  }

  /** Returns number {@code index} of the stream of a key. */
  static long number(long key, long index) {
    return mix(key + (index + 1) * GOLDEN);
  }

  private static long mix(long z) {
    long a = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    long b = (a ^ (a >>> 27)) * 0x94D049BB133111EBL;
    return b ^ (b >>> 31);
  }
}
