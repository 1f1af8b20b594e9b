package io.github.secateur.kernel;

import static org.junit.jupiter.api.Assertions.fail;

import io.github.secateur.kernel.choice.KernelChoice;
import io.github.secateur.kernel.choice.KernelProvider;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/** Random arrays whose seed is in every message, and comparisons. */
public final class TestData {

  /** Sizes around the lengths of vectors and tiles. */
  public static final int[] SIZES = {1, 4, 6, 8, 13, 16, 25, 33, 64, 100};

  private final long seed;
  private final SplittableRandom random;

  public TestData(long seed) {
    this.seed = seed;
    this.random = new SplittableRandom(seed);
  }

  /** The kernels that must agree with the scalar ones, bit for bit. */
  public static Stream<Kernels> kernels() {
    return Stream.of(
        KernelProvider.create(KernelChoice.SCALAR), KernelProvider.create(KernelChoice.VECTOR));
  }

  /** Returns n values in [-1, 1). */
  public float[] values(int n) {
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = (float) random.nextDouble(-1, 1);
    }
    return values;
  }

  public int nextInt(int from, int to) {
    return random.nextInt(from, to);
  }

  public float nextFloat() {
    return (float) random.nextDouble();
  }

  public long seed() {
    return seed;
  }

  /** Fails unless both arrays have the same bits; any NaN equals any NaN. */
  public void assertSameBits(float[] expected, float[] actual, String what) {
    for (int i = 0; i < expected.length; i++) {
      if (Float.floatToIntBits(expected[i]) != Float.floatToIntBits(actual[i])) {
        fail(
            what
                + ": ["
                + i
                + "] expected "
                + expected[i]
                + ", found "
                + actual[i]
                + ", seed "
                + seed);
      }
    }
  }

  /** Fails unless |expected - actual| ≤ tolerance · (1 + |expected|) everywhere. */
  public void assertClose(double[] expected, float[] actual, double tolerance, String what) {
    for (int i = 0; i < expected.length; i++) {
      if (!(Math.abs(expected[i] - actual[i]) <= tolerance * (1 + Math.abs(expected[i])))) {
        fail(
            what
                + ": ["
                + i
                + "] expected "
                + expected[i]
                + ", found "
                + actual[i]
                + ", seed "
                + seed);
      }
    }
  }

  public static double[] toDouble(float[] values) {
    double[] result = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      result[i] = values[i];
    }
    return result;
  }
}
