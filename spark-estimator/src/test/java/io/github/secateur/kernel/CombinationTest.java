package io.github.secateur.kernel;

import io.github.secateur.kernel.choice.KernelChoice;
import io.github.secateur.kernel.choice.KernelProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Arithmetic of two arrays, and of an array and constants. */
class CombinationTest {
  private static final int[] SIZES = {0, 1, 4, 6, 8, 13, 16, 25, 33, 64, 100};
  private final Kernels scalar = KernelProvider.create(KernelChoice.SCALAR);
  private final Kernels vector = KernelProvider.create(KernelChoice.VECTOR);

  @ParameterizedTest
  @EnumSource(Combination.class)
  void vectorAndScalarKernelsCombineToTheSameBits(Combination f) {
    for (int n : SIZES) {
      TestData data = new TestData(n);
      float[] x = data.values(n + 3);
      float[] y = data.values(n + 3);
      for (int i = 0; i < n; i += 5) {
        y[i + 2] = x[i + 1]; // equal operands
      }
      float[] dz = data.values(n + 3);
      for (int steps = 0; steps < 4; steps++) {
        int xStep = steps & 1;
        int yStep = steps >> 1;
        String what = f + " of " + n + ", steps " + xStep + yStep;
        float[] expected = new float[n + 3];
        float[] found = new float[n + 3];
        scalar.combine(f, n, x, 1, xStep, y, 2, yStep, expected, 1);
        vector.combine(f, n, x, 1, xStep, y, 2, yStep, found, 1);
        data.assertSameBits(expected, found, what);
        for (boolean adds : new boolean[] {false, true}) {
          float[] dx = data.values(n + 3);
          float[] other = dx.clone();
          scalar.combineGradient(f, false, n, x, 1, xStep, y, 2, yStep, dz, 0, adds, dx, 1);
          vector.combineGradient(f, false, n, x, 1, xStep, y, 2, yStep, dz, 0, adds, other, 1);
          data.assertSameBits(dx, other, "first gradient of " + what);
          scalar.combineGradient(f, true, n, y, 2, yStep, x, 1, xStep, dz, 0, adds, dx, 1);
          vector.combineGradient(f, true, n, y, 2, yStep, x, 1, xStep, dz, 0, adds, other, 1);
          data.assertSameBits(dx, other, "second gradient of " + what);
        }
      }
    }
  }

  @Test
  void vectorAndScalarKernelsClipToTheSameBits() {
    for (int n : SIZES) {
      TestData data = new TestData(n);
      float[] x = data.values(n + 3);
      float[] dy = data.values(n + 3);
      float[] expected = new float[n + 3];
      float[] found = new float[n + 3];
      scalar.clip(n, -0.25f, 0.5f, x, 1, expected, 2);
      vector.clip(n, -0.25f, 0.5f, x, 1, found, 2);
      data.assertSameBits(expected, found, "clip of " + n);
      float[] dx = new float[n + 3];
      scalar.clipGradient(n, -0.25f, 0.5f, expected, 2, dy, 0, dx, 1);
      vector.clipGradient(n, -0.25f, 0.5f, expected, 2, dy, 0, found, 1);
      data.assertSameBits(
          java.util.Arrays.copyOfRange(dx, 1, n + 1),
          java.util.Arrays.copyOfRange(found, 1, n + 1),
          "gradient of clip of " + n);
    }
  }

  @Test
  void vectorAndScalarKernelsGiveLearnedSlopesTheSameBits() {
    for (int channels : new int[] {1, 3, 4, 8, 13, 16, 33}) {
      for (int rows : new int[] {0, 1, 5}) {
        int n = rows * channels;
        TestData data = new TestData(n);
        float[] x = data.values(n + 3);
        float[] dy = data.values(n + 3);
        float[] slope = data.values(channels + 1);
        String what = rows + " × " + channels;
        float[] expected = new float[n + 3];
        float[] found = new float[n + 3];
        scalar.prelu(rows, channels, slope, 1, x, 2, expected, 0);
        vector.prelu(rows, channels, slope, 1, x, 2, found, 0);
        data.assertSameBits(expected, found, what);
        scalar.preluGradient(rows, channels, slope, 1, x, 2, dy, 1, expected, 3);
        vector.preluGradient(rows, channels, slope, 1, x, 2, dy, 1, found, 3);
        data.assertSameBits(expected, found, "gradient of " + what);
        float[] sums = data.values(channels + 2);
        float[] others = sums.clone();
        scalar.preluSlopeGradient(rows, channels, x, 2, dy, 1, sums, 2);
        vector.preluSlopeGradient(rows, channels, x, 2, dy, 1, others, 2);
        data.assertSameBits(sums, others, "gradient of the slopes of " + what);
      }
    }
  }
}
