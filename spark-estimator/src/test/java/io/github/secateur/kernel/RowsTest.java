package io.github.secateur.kernel;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.secateur.kernel.choice.KernelChoice;
import io.github.secateur.kernel.choice.KernelProvider;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

class RowsTest {

  private final Kernels scalar = KernelProvider.create(KernelChoice.SCALAR);
  private final Kernels vector = KernelProvider.create(KernelChoice.VECTOR);

  /** Runs both kernels on the same result array and compares its bits. */
  private void compare(
      TestData data, float[] result, BiConsumer<Kernels, float[]> call, String what) {
    float[] expected = result.clone();
    float[] found = result.clone();
    call.accept(scalar, expected);
    call.accept(vector, found);
    data.assertSameBits(expected, found, what);
  }

  @Test
  void valueByValueKernelsGiveTheSameBits() {
    for (int n : TestData.SIZES) {
      TestData data = new TestData(n);
      float[] x = data.values(n + 9);
      float[] y = data.values(n + 9);
      float[] z = data.values(n + 9);
      compare(data, z, (k, r) -> k.scale(n, 1.7f, x, 3, r, 5), "scale " + n);
      compare(data, z, (k, r) -> k.scale(n, 1.7f, r, 5, r, 5), "scale in place " + n);
      compare(data, z, (k, r) -> k.add(n, x, 3, y, 2, r, 5), "add " + n);
      compare(data, z, (k, r) -> k.add(n, r, 5, y, 2, r, 5), "add in place " + n);
      compare(data, z, (k, r) -> k.multiply(n, x, 3, y, 2, r, 5), "multiply " + n);
      compare(data, z, (k, r) -> k.multiply(n, x, 3, r, 5, r, 5), "multiply in place " + n);
    }
  }

  @Test
  void rowKernelsGiveTheSameBits() {
    for (int n : TestData.SIZES) {
      for (int rows : new int[] {0, 1, 3, 8, 21}) {
        TestData data = new TestData(n * 100 + rows);
        String what = rows + "x" + n;
        float[] x = data.values(rows * n + 9);
        float[] vector1 = data.values(n + 9);
        float[] vector2 = data.values(n + 9);
        compare(data, vector1, (k, r) -> k.sumRows(rows, n, x, 3, r, 2), "sumRows " + what);
        compare(data, x, (k, r) -> k.fillRows(rows, n, vector1, 2, r, 3), "fillRows " + what);
        compare(
            data,
            x,
            (k, r) -> k.scaleAndShift(rows, n, vector1, 1, vector2, 2, r, 3, r, 3),
            "shift " + what);
      }
    }
  }

  @Test
  void doublesAreRoundedOnceAndLoseTheSignOfZero() {
    double[] special = {
      -0.0, 0.0, 1 + Math.ulp(1f) / 2.0, 1 + 1.5 * Math.ulp(1f), Float.MAX_VALUE, -1e-46, 1e-45
    };
    for (int n : TestData.SIZES) {
      TestData data = new TestData(n);
      double[] x = new double[n + 3];
      for (int i = 0; i < x.length; i++) {
        x[i] = i % 3 == 0 ? special[i % special.length] : data.nextFloat() * 1e3 / 7;
      }
      for (Kernels kernels : new Kernels[] {scalar, vector}) {
        String what = kernels.name() + " " + n;
        float[] expected = data.values(n + 9);
        float[] y = expected.clone();
        for (int i = 0; i < n; i++) {
          expected[5 + i] = (float) x[3 + i] == 0 ? 0 : (float) x[3 + i];
        }
        assertTrue(kernels.toFloats(n, x, 3, y, 5), what);
        data.assertSameBits(expected, y, what);
      }
    }
  }

  @Test
  void doublesThatAreNoFiniteFloatsAreFoundWhereverTheyAre() {
    for (int n : TestData.SIZES) {
      for (double bad : new double[] {Double.NaN, Double.NEGATIVE_INFINITY, 1e39, -3.5e38}) {
        for (int i = 0; i < n; i++) {
          double[] x = new double[n];
          x[i] = bad;
          assertFalse(scalar.toFloats(n, x, 0, new float[n], 0), bad + " at " + i + " of " + n);
          assertFalse(vector.toFloats(n, x, 0, new float[n], 0), bad + " at " + i + " of " + n);
        }
      }
    }
  }

  @Test
  void bytesAreUnsignedAndMultipliedOnce() {
    for (int n : TestData.SIZES) {
      TestData data = new TestData(n);
      byte[] x = new byte[n + 3];
      for (int i = 0; i < x.length; i++) {
        x[i] = (byte) (37 * i + 255);
      }
      for (float factor : new float[] {1, 1f / 255, -0.3f, 0}) {
        for (Kernels kernels : new Kernels[] {scalar, vector}) {
          float[] expected = data.values(n + 9);
          float[] y = expected.clone();
          for (int i = 0; i < n; i++) {
            expected[5 + i] = factor * Byte.toUnsignedInt(x[3 + i]);
          }
          kernels.scaleBytes(n, factor, x, 3, y, 5);
          data.assertSameBits(expected, y, kernels.name() + " " + n + " times " + factor);
        }
      }
    }
  }

  @Test
  void sumOfRowsIsAddedToWhatIsThere() {
    float[] sum = {-1, 10, 20};
    for (Kernels kernels : new Kernels[] {scalar, vector}) {
      float[] result = sum.clone();
      kernels.sumRows(3, 2, new float[] {1, 2, 3, 4, 5, 6}, 0, result, 1);
      assertArrayEquals(new float[] {-1, 19, 32}, result);
    }
  }

  @Test
  void filledRowsRepeatTheGivenRow() {
    for (Kernels kernels : new Kernels[] {scalar, vector}) {
      float[] y = new float[8];
      kernels.fillRows(3, 2, new float[] {9, 1, 2}, 1, y, 1);
      assertArrayEquals(new float[] {0, 1, 2, 1, 2, 1, 2, 0}, y);
    }
  }

  @Test
  void copiedRowsKeepTheirStrides() {
    float[] x = {0, 1, 2, 3, 4, 5, 6, 7};
    float[] y = new float[7];
    vector.copyRows(2, 2, x, 1, 4, y, 1, 3);
    assertArrayEquals(new float[] {0, 1, 2, 0, 5, 6, 0}, y);
  }

  @Test
  void permutedTensorsHaveTheirAxesInTheNewOrder() {
    int[] dimensions = {2, 3, 4};
    int[][] orders = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
    TestData data = new TestData(5);
    float[] x = data.values(2 * 24 + 3);
    for (int[] order : orders) {
      float[] y = new float[2 * 24 + 1];
      vector.permute(2, dimensions, order, x, 3, y, 1);
      int[] at = new int[3];
      for (int row = 0; row < 2; row++) {
        for (at[0] = 0; at[0] < 2; at[0]++) {
          for (at[1] = 0; at[1] < 3; at[1]++) {
            for (at[2] = 0; at[2] < 4; at[2]++) {
              int in = 3 + row * 24 + (at[0] * 3 + at[1]) * 4 + at[2];
              int out = at[order[0]];
              out = out * dimensions[order[1]] + at[order[1]];
              out = out * dimensions[order[2]] + at[order[2]];
              assertEquals(x[in], y[1 + row * 24 + out], java.util.Arrays.toString(order));
            }
          }
        }
      }
    }
  }
}
