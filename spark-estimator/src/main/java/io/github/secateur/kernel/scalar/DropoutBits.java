package io.github.secateur.kernel.scalar;

import io.github.secateur.kernel.Kernels;

/**
 * Random bits by counting: 32 bits are a hash of a 64-bit key and a 64-bit counter, so any part of
 * a sequence can be computed alone. The hash is two rounds of Wellons' "lowbias32" integer mixer on
 * the counter's low half, with two keys that SplitMix64 (Steele et al. 2014) derives from the key
 * and the counter's high half.
 */
public final class DropoutBits {

  public static final int MULTIPLIER_1 = 0x7feb352d;
  public static final int MULTIPLIER_2 = 0x846ca68b;

  private static final long GOLDEN_RATIO = 0x9e3779b97f4a7c15L;

  private DropoutBits() {}

  /** Returns the two 32-bit keys, high and low half, for all counters with this high half. */
  public static long keys(long key, long counter) {
    return mix(mix(key + GOLDEN_RATIO) + ((counter >>> 32) + 1) * GOLDEN_RATIO);
  }

  /** Returns 32 random bits for the counter with this low half. */
  static int bits(int highKey, int lowKey, int counter) {
    return mix(mix(counter + highKey) ^ lowKey);
  }

  /** Returns the number of the 2²⁴ equally likely values of the upper 24 bits that mean "drop". */
  public static int threshold(float rate) {
    assert rate >= 0 && rate < 1 : rate;
    return Math.round(rate * (1 << 24));
  }

  /** Returns the length of the run from {@code counter} with the same high half, at most n. */
  public static int runLength(long counter, long n) {
    return (int) Math.min(n, (1L << 32) - (counter & 0xffffffffL));
  }

  /** As {@link Kernels#dropoutMask}. */
  public static void mask(
      long key, long firstCounter, float rate, int n, float[] mask, int maskOffset) {
    int threshold = threshold(rate);
    float kept = 1 / (1 - rate);
    int done = 0;
    while (done < n) {
      long counter = firstCounter + done;
      int run = runLength(counter, n - done);
      long keys = keys(key, counter);
      int high = (int) (keys >>> 32);
      int low = (int) keys;
      int first = (int) counter;
      for (int i = 0; i < run; i++) {
        mask[maskOffset + done + i] = bits(high, low, first + i) >>> 8 < threshold ? 0 : kept;
      }
      done += run;
    }
  }

  private static long mix(long value) {
    long z = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }

  private static int mix(int value) {
    int x = (value ^ (value >>> 16)) * MULTIPLIER_1;
    x = (x ^ (x >>> 15)) * MULTIPLIER_2;
    return x ^ (x >>> 16);
  }
}
