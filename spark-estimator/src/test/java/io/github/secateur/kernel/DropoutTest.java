package io.github.secateur.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.github.secateur.kernel.choice.KernelChoice;
import io.github.secateur.kernel.choice.KernelProvider;
import org.junit.jupiter.api.Test;

class DropoutTest {

  private final Kernels scalar = KernelProvider.create(KernelChoice.SCALAR);
  private final Kernels vector = KernelProvider.create(KernelChoice.VECTOR);

  @Test
  void rateOfZerosIsTheAskedOne() {
    int n = 1 << 20;
    for (float rate : new float[] {0, 0.1f, 0.3f, 0.5f, 0.9f}) {
      float[] mask = new float[n];
      vector.dropoutMask(42, 1000, rate, n, mask, 0);
      int zeros = 0;
      for (float value : mask) {
        if (value == 0) {
          zeros++;
        } else {
          assertEquals(1 / (1 - rate), value);
        }
      }
      assertEquals(rate, zeros / (double) n, 5 * Math.sqrt(rate * (1 - rate) / n), "rate " + rate);
    }
  }

  @Test
  void anySplitGivesTheSameMaskWithBothKernels() {
    // the range crosses the border where the counter's high half changes
    long first = (7L << 32) - 500;
    int n = 1003;
    TestData data = new TestData(1);
    float[] whole = new float[n + 2];
    scalar.dropoutMask(9, first, 0.4f, n, whole, 2);
    for (Kernels kernels : new Kernels[] {scalar, vector}) {
      float[] parts = new float[n + 2];
      for (int i = 0; i < n; ) {
        int length = Math.min(n - i, data.nextInt(1, 90));
        kernels.dropoutMask(9, first + i, 0.4f, length, parts, 2 + i);
        i += length;
      }
      data.assertSameBits(whole, parts, kernels.name());
    }
  }

  @Test
  void neighboursKeysAndHighCountersAreIndependent() {
    int n = 1 << 16;
    double kept = 0.5;
    float[] a = mask(1, 0, n);
    for (float[] b :
        new float[][] {
          mask(1, 1, n), mask(1, 2, n), mask(2, 0, n), mask(1, 1L << 32, n), mask(1, n, n)
        }) {
      int both = 0;
      for (int i = 0; i < n; i++) {
        both += a[i] != 0 && b[i] != 0 ? 1 : 0;
      }
      assertEquals(kept * kept, both / (double) n, 5 * Math.sqrt(0.25 * 0.75 / n));
    }
    assertNotEquals(0, a[0] + a[1] + a[2] + a[3] + a[4] + a[5] + a[6] + a[7] + a[8] + a[9]);
  }

  private float[] mask(long key, long counter, int n) {
    float[] mask = new float[n];
    vector.dropoutMask(key, counter, 0.5f, n, mask, 0);
    return mask;
  }
}
