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

  private float[] e = new float[BLOCK + Lanes.LENGTH];

  /** As {@link Kernels#softmax}. */
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
