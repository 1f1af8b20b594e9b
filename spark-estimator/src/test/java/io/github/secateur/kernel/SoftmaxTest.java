package io.github.secateur.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.secateur.kernel.choice.KernelChoice;
import io.github.secateur.kernel.choice.KernelProvider;
import org.junit.jupiter.api.Test;

class SoftmaxTest {

  private final Kernels scalar = KernelProvider.create(KernelChoice.SCALAR);
  private final Kernels vector = KernelProvider.create(KernelChoice.VECTOR);

  private static int[] labels(TestData data, int rows, int classes) {
    int[] labels = new int[rows + 1];
    for (int i = 1; i <= rows; i++) {
      labels[i] = data.nextInt(0, classes);
    }
    return labels;
  }

  @Test
  void vectorAndScalarKernelsGiveTheSameBits() {
    for (int classes : new int[] {1, 2, 10, 16, 33, 100, 5000}) {
      for (int rows : new int[] {1, 7, 300}) {
        TestData data = new TestData(classes * 1000 + rows);
        String what = rows + "x" + classes;
        float[] x = data.values(rows * classes + 3);
        for (int i = 0; i < x.length; i++) {
          x[i] *= 30;
        }
        int[] labels = labels(data, rows, classes);
        float[] weights = data.values(rows + 2);
        float[] expected = new float[x.length];
        float[] found = x.clone();
        scalar.softmax(rows, classes, x, 3, expected, 3);
        vector.softmax(rows, classes, found, 3, found, 3);
        System.arraycopy(x, 0, expected, 0, 3);
        data.assertSameBits(expected, found, "softmax " + what);

        float[] gradient = x.clone();
        double loss =
            scalar.softmaxCrossEntropy(rows, classes, x, 3, labels, 1, weights, 2, expected, 3);
        assertEquals(
            loss,
            vector.softmaxCrossEntropy(rows, classes, x, 3, labels, 1, weights, 2, null, 0),
            what);
        assertEquals(
            loss,
            vector.softmaxCrossEntropy(
                rows, classes, gradient, 3, labels, 1, weights, 2, gradient, 3),
            what);
        data.assertSameBits(expected, gradient, "gradient " + what);
      }
    }
  }

  @Test
  void softmaxAlongAnAxisAndItsGradientHaveTheSameBits() {
    for (int length : new int[] {1, 3, 16, 33, 100}) {
      for (int inner : new int[] {1, 2, 9}) {
        for (int rows : new int[] {1, 4, 7}) {
          TestData data = new TestData(length * 1000 + inner * 10 + rows);
          String what = rows + "x" + length + "x" + inner;
          float[] x = data.values(rows * length * inner + 3);
          float[] dy = data.values(x.length);
          float[] expected = x.clone();
          float[] found = x.clone();
          scalar.softmax(rows, length, inner, x, 3, expected, 3);
          vector.softmax(rows, length, inner, found, 3, found, 3);
          data.assertSameBits(expected, found, "softmax " + what);
          float[] gradient = dy.clone();
          scalar.softmaxGradient(rows, length, inner, expected, 3, dy, 3, gradient, 3);
          vector.softmaxGradient(rows, length, inner, expected, 3, dy, 3, dy, 3);
          data.assertSameBits(gradient, dy, "gradient " + what);
          double sum = 0;
          for (int j = 0; j < length; j++) {
            sum += expected[3 + j * inner];
          }
          assertEquals(1, sum, 1e-6, what);
        }
      }
    }
  }

  @Test
  void probabilitiesAndLossAreThoseOfDoubleAndTheGradientIsTheSlopeOfTheLoss() {
    int rows = 5;
    int classes = 7;
    TestData data = new TestData(3);
    float[] x = data.values(rows * classes);
    int[] labels = labels(data, rows, classes);
    float[] weights = {0.5f, 1, 2, 0, 3};
    double[] logits = TestData.toDouble(x);
    double[] probabilities = new double[x.length];
    double[] slopes = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      int row = i / classes;
      probabilities[i] = Math.exp(logits[i] - logSumExp(logits, row, classes));
      double old = logits[i];
      logits[i] = old + 1e-5;
      double up = loss(logits, labels, weights, rows, classes);
      logits[i] = old - 1e-5;
      double down = loss(logits, labels, weights, rows, classes);
      logits[i] = old;
      slopes[i] = (up - down) / 2e-5;
    }
    for (Kernels kernels : new Kernels[] {scalar, vector}) {
      float[] y = new float[x.length];
      kernels.softmax(rows, classes, x, 0, y, 0);
      data.assertClose(probabilities, y, 1e-6, "softmax");
      double loss = kernels.softmaxCrossEntropy(rows, classes, x, 0, labels, 1, weights, 0, y, 0);
      assertEquals(loss(logits, labels, weights, rows, classes), loss, 1e-5);
      data.assertClose(slopes, y, 1e-6, "gradient");
    }
  }

  private static double loss(
      double[] logits, int[] labels, float[] weights, int rows, int classes) {
    double loss = 0;
    for (int row = 0; row < rows; row++) {
      loss +=
          weights[row]
              * (logSumExp(logits, row, classes) - logits[row * classes + labels[row + 1]]);
    }
    return loss;
  }

  private static double logSumExp(double[] logits, int row, int classes) {
    double sum = 0;
    for (int j = 0; j < classes; j++) {
      sum += Math.exp(logits[row * classes + j]);
    }
    return Math.log(sum);
  }

  @Test
  void hugeLogitsGiveFiniteLossesAndNanIsNotHidden() {
    for (Kernels kernels : new Kernels[] {scalar, vector}) {
      float[] x = {1e30f, -1e30f, 0};
      float[] dx = new float[3];
      float[] weights = {1};
      assertEquals(
          1e30, kernels.softmaxCrossEntropy(1, 3, x, 0, new int[] {2}, 0, weights, 0, dx, 0), 1e24);
      assertEquals(1, dx[0]);
      assertEquals(-1, dx[2]);
      x[1] = Float.NaN;
      assertTrue(
          Double.isNaN(
              kernels.softmaxCrossEntropy(1, 3, x, 0, new int[] {2}, 0, weights, 0, dx, 0)));
    }
  }
}
