package io.github.secateur.kernel;

import io.github.secateur.kernel.choice.KernelChoice;
import io.github.secateur.kernel.choice.KernelProvider;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

class NormalizationTest {

  private static final double EPSILON = 1e-3;
  private final Kernels scalar = KernelProvider.create(KernelChoice.SCALAR);
  private final Kernels vector = KernelProvider.create(KernelChoice.VECTOR);

  @Test
  void columnStatisticsAreThoseOfDouble() {
    for (int channels : TestData.SIZES) {
      for (int rows : new int[] {1, 5, 64}) {
        TestData data = new TestData(channels * 100 + rows);
        float[] x = data.values(rows * channels + 2);
        double[] mean = new double[channels + 1];
        double[] variance = new double[channels + 3];
        for (int c = 0; c < channels; c++) {
          for (int i = 0; i < rows; i++) {
            mean[1 + c] += (double) x[2 + i * channels + c] / rows;
          }
          for (int i = 0; i < rows; i++) {
            variance[3 + c] += Math.pow(x[2 + i * channels + c] - mean[1 + c], 2) / rows;
          }
        }
        float[][] results = new float[4][];
        int next = 0;
        for (Kernels kernels : new Kernels[] {scalar, vector}) {
          float[] foundMean = new float[channels + 1];
          float[] foundVariance = new float[channels + 3];
          kernels.columnStatistics(rows, channels, x, 2, foundMean, 1, foundVariance, 3);
          data.assertClose(mean, foundMean, 1e-7, "mean");
          data.assertClose(variance, foundVariance, 1e-7, "variance");
          results[next++] = foundMean;
          results[next++] = foundVariance;
        }
        data.assertSameBits(results[0], results[2], "mean");
        data.assertSameBits(results[1], results[3], "variance");
      }
    }
  }

  @Test
  void batchNormGradientIsTheSlopeInDouble() {
    int rows = 6;
    for (int channels : new int[] {1, 5, 16, 35}) {
      TestData data = new TestData(channels);
      float[] x = data.values(rows * channels);
      float[] gain = data.values(channels);
      float[] dy = data.values(rows * channels);
      double[] exactX = TestData.toDouble(x);
      double[] exactGain = TestData.toDouble(gain);
      double[] bias = new double[channels];
      ToDoubleFunction<double[]> ignored =
          unused -> batchNormLoss(exactX, exactGain, bias, dy, rows, channels);
      double[] dx = slopes(exactX, ignored);
      double[] dGain = slopes(exactGain, ignored);
      double[] dBias = slopes(bias, ignored);
      float[][] results = new float[2][];
      int next = 0;
      for (Kernels kernels : new Kernels[] {scalar, vector}) {
        float[] mean = new float[channels];
        float[] inverse = new float[channels];
        kernels.columnStatistics(rows, channels, x, 0, mean, 0, inverse, 0);
        for (int c = 0; c < channels; c++) {
          inverse[c] = (float) (1 / Math.sqrt(inverse[c] + EPSILON));
        }
        float[] foundGain = new float[channels];
        float[] foundBias = new float[channels];
        float[] found = dy.clone();
        kernels.batchNormGradient(
            rows, channels, x, 0, mean, 0, inverse, 0, gain, 0, found, 0, foundGain, 0, foundBias,
            0, found, 0);
        data.assertClose(dx, found, 1e-5, "dx");
        data.assertClose(dGain, foundGain, 1e-5, "dGain");
        data.assertClose(dBias, foundBias, 1e-5, "dBias");
        float[] again = dy.clone();
        kernels.batchNormGradient(
            rows, channels, x, 0, mean, 0, inverse, 0, gain, 0, again, 0, null, 0, null, 0, again,
            0);
        data.assertSameBits(found, again, "without parameters");
        results[next++] = found;
      }
      data.assertSameBits(results[0], results[1], "dx");
    }
  }

  @Test
  void layerNormAndItsGradientAreThoseOfDouble() {
    for (int n : TestData.SIZES) {
      for (int rows : new int[] {1, 3, 9}) {
        TestData data = new TestData(n * 10 + rows);
        float[] x = data.values(rows * n + 1);
        float[] gain = data.values(n + 2);
        float[] bias = data.values(n + 3);
        float[] dy = data.values(rows * n + 4);
        double[] exactX = TestData.toDouble(x);
        double[] exactGain = TestData.toDouble(gain);
        double[] exactBias = TestData.toDouble(bias);
        double[] y = layerNorm(exactX, exactGain, exactBias, rows, n);
        ToDoubleFunction<double[]> loss =
            unused -> {
              double[] values = layerNorm(exactX, exactGain, exactBias, rows, n);
              double sum = 0;
              for (int i = 0; i < rows * n; i++) {
                sum += values[i] * dy[4 + i];
              }
              return sum;
            };
        double[] dx = slopes(exactX, loss);
        double[] dGain = slopes(exactGain, loss);
        double[] dBias = slopes(exactBias, loss);
        float[][] results = new float[8][];
        int next = 0;
        for (Kernels kernels : new Kernels[] {scalar, vector}) {
          float[] found = new float[rows * n];
          float[] statistics = new float[2 * rows + 5];
          kernels.layerNorm(
              rows, n, (float) EPSILON, gain, 2, bias, 3, x, 1, found, 0, statistics, 5);
          data.assertClose(y, found, 1e-5, "y " + n);
          float[] foundGain = new float[n + 2];
          float[] foundBias = new float[n + 3];
          float[] gradient = new float[rows * n + 1];
          kernels.layerNormGradient(
              rows,
              n,
              gain,
              2,
              x,
              1,
              statistics,
              5,
              dy,
              4,
              foundGain,
              2,
              foundBias,
              3,
              gradient,
              1);
          // with one value per row the deviation is sqrt(epsilon) and magnifies the rounding of the
          // mean
          data.assertClose(dx, gradient, 3e-5, "dx " + n);
          data.assertClose(dGain, foundGain, 1e-5, "dGain " + n);
          data.assertClose(dBias, foundBias, 1e-5, "dBias " + n);
          results[next++] = found;
          results[next++] = gradient;
          results[next++] = foundGain;
          results[next++] = statistics;
        }
        for (int i = 0; i < 4; i++) {
          data.assertSameBits(results[i], results[4 + i], "layer norm " + n);
        }
      }
    }
  }

  /** Returns the central differences of a function of the array that it closes over. */
  private static double[] slopes(double[] at, ToDoubleFunction<double[]> loss) {
    double[] slopes = new double[at.length];
    for (int i = 0; i < at.length; i++) {
      double old = at[i];
      at[i] = old + 1e-5;
      double up = loss.applyAsDouble(at);
      at[i] = old - 1e-5;
      double down = loss.applyAsDouble(at);
      at[i] = old;
      slopes[i] = (up - down) / 2e-5;
    }
    return slopes;
  }

  private static double batchNormLoss(
      double[] x, double[] gain, double[] bias, float[] dy, int rows, int channels) {
    double loss = 0;
    for (int c = 0; c < channels; c++) {
      double mean = 0;
      double variance = 0;
      for (int i = 0; i < rows; i++) {
        mean += x[i * channels + c] / rows;
      }
      for (int i = 0; i < rows; i++) {
        variance += Math.pow(x[i * channels + c] - mean, 2) / rows;
      }
      for (int i = 0; i < rows; i++) {
        double normal = (x[i * channels + c] - mean) / Math.sqrt(variance + EPSILON);
        loss += dy[i * channels + c] * (gain[c] * normal + bias[c]);
      }
    }
    return loss;
  }

  /** x starts at 1, gain at 2, bias at 3, as in the test above. */
  private static double[] layerNorm(double[] x, double[] gain, double[] bias, int rows, int n) {
    double[] y = new double[rows * n];
    for (int i = 0; i < rows; i++) {
      double mean = 0;
      double variance = 0;
      for (int j = 0; j < n; j++) {
        mean += x[1 + i * n + j] / n;
      }
      for (int j = 0; j < n; j++) {
        variance += Math.pow(x[1 + i * n + j] - mean, 2) / n;
      }
      for (int j = 0; j < n; j++) {
        double normal = (x[1 + i * n + j] - mean) / Math.sqrt(variance + EPSILON);
        y[i * n + j] = gain[2 + j] * normal + bias[3 + j];
      }
    }
    return y;
  }
}
