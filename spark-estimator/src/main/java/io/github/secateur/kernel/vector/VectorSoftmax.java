package io.github.secateur.kernel.vector;

import io.github.secateur.kernel.Kernels;
import io.github.secateur.kernel.scalar.ScalarSoftmax;
import io.github.secateur.kernel.vector.lanes.Lanes;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Softmax and cross-entropy with the Vector API, in blocks of rows: with few classes a vector of
 * exponentials spans several rows. Sums run along each row, one by one, as in {@link
 * ScalarSoftmax}.
 */
final class VectorSoftmax {

  private static final VectorSpecies<Float> FLOATS = Lanes.FLOATS;

  /** Values in a block of rows, unless one row is longer. */
  private static final int BLOCK = 2048;

  private static final int ROWS = 4;

  private final double[] products = new double[ROWS];
  private float[] e = new float[BLOCK + Lanes.LENGTH];

  /** As {@link Kernels#softmax(int, int, float[], int, float[], int)}. */
  void softmax(int rows, int classes, float[] x, int xOffset, float[] y, int yOffset) {
    int blockRows = Math.max(1, BLOCK / classes);
    for (int first = 0; first < rows; first += blockRows) {
      int count = Math.min(blockRows, rows - first);
      exponentials(count, classes, x, xOffset + first * classes);
      for (int i = 0; i < count; i++) {
        float factor = (float) (1 / sum(classes, i * classes));
        VectorRows.scale(classes, factor, e, i * classes, y, yOffset + (first + i) * classes);
      }
    }
  }

  /** As {@link Kernels#softmaxGradient} along the last axis. */
  void gradient(
      int rows,
      int length,
      float[] y,
      int yOffset,
      float[] dy,
      int dyOffset,
      float[] dx,
      int dxOffset) {
    for (int row = 0; row < rows; row += ROWS) {
      int count = Math.min(ROWS, rows - row);
      products(count, length, y, yOffset + row * length, dy, dyOffset + row * length);
      for (int i = 0; i < count; i++) {
        int from = (row + i) * length;
        float product = (float) products[i];
        gradientOfRow(length, product, y, yOffset + from, dy, dyOffset + from, dx, dxOffset + from);
      }
    }
  }

  /** Stores Σ y · dy of each row; four side by side, since each addition waits for the last. */
  private void products(int count, int n, float[] y, int yOffset, float[] dy, int dyOffset) {
    if (count == ROWS) {
      double sum0 = 0;
      double sum1 = 0;
      double sum2 = 0;
      double sum3 = 0;
      for (int j = 0; j < n; j++) {
        sum0 += (double) y[yOffset + j] * dy[dyOffset + j];
        sum1 += (double) y[yOffset + n + j] * dy[dyOffset + n + j];
        sum2 += (double) y[yOffset + 2 * n + j] * dy[dyOffset + 2 * n + j];
        sum3 += (double) y[yOffset + 3 * n + j] * dy[dyOffset + 3 * n + j];
      }
      products[0] = sum0;
      products[1] = sum1;
      products[2] = sum2;
      products[3] = sum3;
      return;
    }
    for (int i = 0; i < count; i++) {
      double sum = 0;
      for (int j = 0; j < n; j++) {
        sum += (double) y[yOffset + i * n + j] * dy[dyOffset + i * n + j];
      }
      products[i] = sum;
    }
  }

  private static void gradientOfRow(
      int n,
      float product,
      float[] y,
      int yOffset,
      float[] dy,
      int dyOffset,
      float[] dx,
      int dxOffset) {
    int whole = Lanes.whole(n);
    for (int j = 0; j < whole; j += Lanes.LENGTH) {
      FloatVector difference = FloatVector.fromArray(FLOATS, dy, dyOffset + j).sub(product);
      FloatVector.fromArray(FLOATS, y, yOffset + j).mul(difference).intoArray(dx, dxOffset + j);
    }
    for (int j = whole; j < n; j++) {
      dx[dxOffset + j] = y[yOffset + j] * (dy[dyOffset + j] - product);
    }
  }

  /** As {@link Kernels#softmaxCrossEntropy}. */
  double crossEntropy(
      int rows,
      int classes,
      float[] logits,
      int logitsOffset,
      int[] labels,
      int labelsOffset,
      float[] weights,
      int weightsOffset,
      float[] dLogits,
      int dLogitsOffset) {
    double loss = 0;
    int blockRows = Math.max(1, BLOCK / classes);
    for (int first = 0; first < rows; first += blockRows) {
      int count = Math.min(blockRows, rows - first);
      exponentials(count, classes, logits, logitsOffset + first * classes);
      for (int i = 0; i < count; i++) {
        int row = first + i;
        int xi = logitsOffset + row * classes;
        int label = labels[labelsOffset + row];
        float weight = weights[weightsOffset + row];
        assert label >= 0 && label < classes : label;
        double sum = sum(classes, i * classes);
        float labelled = logits[xi + label] - ScalarSoftmax.largest(classes, logits, xi);
        loss += ScalarSoftmax.rowLoss(sum, labelled, weight);
        if (dLogits != null) {
          int di = dLogitsOffset + row * classes;
          VectorRows.scale(classes, (float) (weight / sum), e, i * classes, dLogits, di);
          dLogits[di + label] -= weight;
        }
      }
    }
    return loss;
  }

  /** Sets e to exp(x - largest of the row) for each of the rows. */
  private void exponentials(int rows, int classes, float[] x, int xOffset) {
    int n = rows * classes;
    if (e.length < n + Lanes.LENGTH) {
      e = new float[n + Lanes.LENGTH];
    }
    for (int i = 0; i < rows; i++) {
      int from = xOffset + i * classes;
      subtract(classes, ScalarSoftmax.largest(classes, x, from), x, from, e, i * classes);
    }
    // what lies behind the last row is computed, too, and not read
    VectorMath.exp(Lanes.whole(n + Lanes.LENGTH - 1), e, 0, e, 0);
  }

  private static void subtract(
      int n, float subtrahend, float[] x, int xOffset, float[] y, int yOffset) {
    int whole = Lanes.whole(n);
    for (int j = 0; j < whole; j += Lanes.LENGTH) {
      FloatVector.fromArray(FLOATS, x, xOffset + j).sub(subtrahend).intoArray(y, yOffset + j);
    }
    for (int j = whole; j < n; j++) {
      y[yOffset + j] = x[xOffset + j] - subtrahend;
    }
  }

  private double sum(int n, int offset) {
    double sum = 0;
    for (int j = 0; j < n; j++) {
      sum += e[offset + j];
    }
    return sum;
  }
}
