package io.github.secateur.kernel.scalar;

import io.github.secateur.kernel.Kernels;

/** Softmax and cross-entropy, row by row. */
public final class ScalarSoftmax {

  private ScalarSoftmax() {}

  /** As {@link Kernels#softmax(int, int, int, float[], int, float[], int)}. */
  static void softmax(
      int rows, int length, int inner, float[] x, int xOffset, float[] y, int yOffset) {
    for (int i = 0; i < rows * inner; i++) {
      int from = i / inner * length * inner + i % inner;
      int xi = xOffset + from;
      int yi = yOffset + from;
      float largest = x[xi];
      for (int j = 1; j < length; j++) {
        largest = Math.max(largest, x[xi + j * inner]);
      }
      double sum = 0;
      for (int j = 0; j < length; j++) {
        float e = FloatMath.exp(x[xi + j * inner] - largest);
        y[yi + j * inner] = e;
        sum += e;
      }
      float factor = (float) (1 / sum);
      for (int j = 0; j < length; j++) {
        y[yi + j * inner] *= factor;
      }
    }
  }

  /** As {@link Kernels#softmaxGradient}. */
  static void gradient(
      int rows,
      int length,
      int inner,
      float[] y,
      int yOffset,
      float[] dy,
      int dyOffset,
      float[] dx,
      int dxOffset) {
    for (int i = 0; i < rows * inner; i++) {
      int from = i / inner * length * inner + i % inner;
      double sum = 0;
      for (int j = 0; j < length; j++) {
        sum += (double) y[yOffset + from + j * inner] * dy[dyOffset + from + j * inner];
      }
      float product = (float) sum;
      for (int j = 0; j < length; j++) {
        int place = from + j * inner;
        dx[dxOffset + place] = y[yOffset + place] * (dy[dyOffset + place] - product);
      }
    }
  }

  /** As {@link Kernels#softmaxCrossEntropy}. */
  static double crossEntropy(
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
    for (int i = 0; i < rows; i++) {
      int xi = logitsOffset + i * classes;
      int di = dLogitsOffset + i * classes;
      int label = labels[labelsOffset + i];
      float weight = weights[weightsOffset + i];
      assert label >= 0 && label < classes : label;
      float largest = largest(classes, logits, xi);
      float labelled = logits[xi + label] - largest;
      double sum = 0;
      for (int j = 0; j < classes; j++) {
        float e = FloatMath.exp(logits[xi + j] - largest);
        sum += e;
        if (dLogits != null) {
          dLogits[di + j] = e;
        }
      }
      loss += rowLoss(sum, labelled, weight);
      if (dLogits != null) {
        float factor = (float) (weight / sum);
        for (int j = 0; j < classes; j++) {
          dLogits[di + j] *= factor;
        }
        dLogits[di + label] -= weight;
      }
    }
    return loss;
  }

  /**
   * Returns weight · (log(sum) - labelled). StrictMath, because Math.log may differ between
   * machines.
   */
  public static double rowLoss(double sum, float labelled, float weight) {
    return weight * (StrictMath.log(sum) - labelled);
  }

  /** Returns the largest of n values; NaN if one is NaN. */
  public static float largest(int n, float[] x, int xOffset) {
    float largest = x[xOffset];
    for (int j = 1; j < n; j++) {
      largest = Math.max(largest, x[xOffset + j]);
    }
    return largest;
  }
}
