package io.github.secateur.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.secateur.kernel.choice.KernelChoice;
import io.github.secateur.kernel.choice.KernelProvider;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Kernels for tokens and steps give the same bits with vectors as without. */
class SequenceKernelsTest {
  private final Kernels scalar = KernelProvider.create(KernelChoice.SCALAR);
  private final Kernels vector = KernelProvider.create(KernelChoice.VECTOR);

  @Test
  void recurrentStepsAndTheirGradientsHaveTheSameBits() {
    for (Recurrence recurrence : Recurrence.values()) {
      for (int units : TestData.SIZES) {
        for (boolean first : new boolean[] {false, true}) {
          check(recurrence, units, first);
        }
      }
    }
  }

  private void check(Recurrence recurrence, int units, boolean first) {
    int rows = 3;
    TestData data = new TestData(units);
    int gates = 5;
    int gatesStride = recurrence.gates() * units + 2;
    int state = gates + rows * gatesStride;
    int stateStride = recurrence.states() * units + 1;
    int before = state + rows * stateStride;
    int h = before + rows * units;
    int dc = h + rows * units;
    float[] expected = data.values(dc + rows * units + 3);
    for (int i = 0; i < expected.length; i++) {
      expected[i] *= 3;
    }
    float[] found = expected.clone();
    int from = first && recurrence == Recurrence.LSTM ? -1 : before;
    for (int i = 0; i < 2; i++) {
      Kernels kernels = i == 0 ? scalar : vector;
      float[] w = i == 0 ? expected : found;
      kernels.recurrentStep(
          recurrence,
          rows,
          units,
          w,
          gates,
          gatesStride,
          state,
          stateStride,
          from,
          units,
          h,
          units);
    }
    data.assertSameBits(expected, found, recurrence + " " + units);
    for (int i = 0; i < 2; i++) {
      Kernels kernels = i == 0 ? scalar : vector;
      float[] w = i == 0 ? expected : found;
      kernels.recurrentStepGradient(
          recurrence, rows, units, w, gates, gatesStride, state, stateStride, from, units, h, dc);
    }
    data.assertSameBits(expected, found, "gradient " + recurrence + " " + units);
  }

  @Test
  void rowsAreGatheredAndAddedInOrderButForTheSkippedOne() {
    for (int width : TestData.SIZES) {
      TestData data = new TestData(width);
      float[] indices = {-1, 3, 0, 3, 2, 3};
      float[] table = data.values(4 * width + 2);
      float[] dy = data.values(5 * width + 1);
      float[] sums = data.values(4 * width + 3);
      float[] expected = sums.clone();
      for (int i = 0; i < 5; i++) {
        int row = (int) indices[i + 1];
        for (int j = 0; j < width && row != 2; j++) {
          expected[3 + row * width + j] += dy[1 + i * width + j];
        }
      }
      for (Kernels kernels : new Kernels[] {scalar, vector}) {
        float[] y = new float[5 * width + 4];
        kernels.gatherRows(5, width, table, 2, indices, 1, y, 4);
        for (int i = 0; i < 5 * width; i++) {
          int row = (int) indices[i / width + 1];
          assertEquals(table[2 + row * width + i % width], y[4 + i]);
        }
        float[] found = sums.clone();
        kernels.addToRows(5, width, 2, indices, 1, dy, 1, found, 3);
        data.assertSameBits(expected, found, kernels.name() + " " + width);
      }
    }
  }

  @Test
  void maskedMeansAreThoseOfTheTokensThatCount() {
    for (int width : TestData.SIZES) {
      TestData data = new TestData(width);
      float[] x = data.values(3 * 4 * width);
      float[] dy = data.values(3 * width);
      float[] mask = {1, 0, -2, 0, 0, 0, 0, 0, 1, 1, 1, 1};
      int[] counts = {2, 0, 4};
      double[] mean = new double[3 * width];
      double[] gradient = new double[x.length];
      for (int i = 0; i < x.length; i++) {
        int row = i / (4 * width);
        if (mask[i / width] != 0) {
          mean[row * width + i % width] += x[i] / (double) counts[row];
          gradient[i] = dy[row * width + i % width] / (double) counts[row];
        }
      }
      float[][] results = new float[2][];
      for (int i = 0; i < 2; i++) {
        Kernels kernels = i == 0 ? scalar : vector;
        float[] y = data.values(3 * width + x.length);
        kernels.maskedMean(3, 4, width, x, 0, mask, 0, y, 0);
        kernels.maskedMeanGradient(3, 4, width, mask, 0, dy, 0, y, 3 * width);
        results[i] = y;
        data.assertClose(mean, y, 1e-6, kernels.name());
        float[] dx = Arrays.copyOfRange(y, 3 * width, y.length);
        data.assertClose(gradient, dx, 1e-6, kernels.name());
      }
      data.assertSameBits(results[0], results[1], "width " + width);
    }
  }
}
