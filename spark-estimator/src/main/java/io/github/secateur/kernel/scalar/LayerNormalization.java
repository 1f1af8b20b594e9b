package io.github.secateur.kernel.scalar;

import io.github.secateur.kernel.Kernels;

/**
 * Layer normalization and its gradient. Sums are in double, along the row. Four rows are summed
 * side by side, because each addition of one row waits for the one before.
 */
final class LayerNormalization {

  private static final int ROWS = 4;

  /** Two sums for each of four rows. */
  private final double[] first = new double[ROWS];

  private final double[] second = new double[ROWS];

  /** As {@link Kernels#layerNorm}. */
  void forward(
      int rows,
      int n,
      float epsilon,
      float[] gain,
      int gainOffset,
      float[] bias,
      int biasOffset,
      float[] x,
      int xOffset,
      float[] y,
      int yOffset,
      float[] statistics,
      int statisticsOffset) {
    for (int block = 0; block < rows; block += ROWS) {
      int count = Math.min(ROWS, rows - block);
      sumRows(count, n, x, xOffset + block * n);
      for (int i = 0; i < count; i++) {
        int row = block + i;
        float mean = (float) first[i];
        float inverse = (float) (1 / Math.sqrt(second[i] / n + epsilon));
        normalize(
            n,
            mean,
            inverse,
            gain,
            gainOffset,
            bias,
            biasOffset,
            x,
            xOffset + row * n,
            y,
            yOffset + row * n);
        if (statistics != null) {
          statistics[statisticsOffset + 2 * row] = mean;
          statistics[statisticsOffset + 2 * row + 1] = inverse;
        }
      }
    }
  }

  /**
   * Stores the mean of each row in {@link #first} and the sum of the squared distances from it in
   * {@link #second}.
   */
  private void sumRows(int count, int n, float[] x, int xOffset) {
    if (count == ROWS) {
      sumFourRows(n, x, xOffset);
      return;
    }
    for (int i = 0; i < count; i++) {
      int xi = xOffset + i * n;
      double sum = 0;
      for (int j = 0; j < n; j++) {
        sum += x[xi + j];
      }
      double mean = sum / n;
      double squares = 0;
      for (int j = 0; j < n; j++) {
        double distance = x[xi + j] - mean;
        squares = Math.fma(distance, distance, squares);
      }
      first[i] = mean;
      second[i] = squares;
    }
  }

  private void sumFourRows(int n, float[] x, int x0) {
    int x1 = x0 + n;
    int x2 = x1 + n;
    int x3 = x2 + n;
    double sum0 = 0;
    double sum1 = 0;
    double sum2 = 0;
    double sum3 = 0;
    for (int j = 0; j < n; j++) {
      sum0 += x[x0 + j];
      sum1 += x[x1 + j];
      sum2 += x[x2 + j];
      sum3 += x[x3 + j];
    }
    double mean0 = sum0 / n;
    double mean1 = sum1 / n;
    double mean2 = sum2 / n;
    double mean3 = sum3 / n;
    double squares0 = 0;
    double squares1 = 0;
    double squares2 = 0;
    double squares3 = 0;
    for (int j = 0; j < n; j++) {
      double distance0 = x[x0 + j] - mean0;
      double distance1 = x[x1 + j] - mean1;
      double distance2 = x[x2 + j] - mean2;
      double distance3 = x[x3 + j] - mean3;
      squares0 = Math.fma(distance0, distance0, squares0);
      squares1 = Math.fma(distance1, distance1, squares1);
      squares2 = Math.fma(distance2, distance2, squares2);
      squares3 = Math.fma(distance3, distance3, squares3);
    }
    first[0] = mean0;
    first[1] = mean1;
    first[2] = mean2;
    first[3] = mean3;
    second[0] = squares0;
    second[1] = squares1;
    second[2] = squares2;
    second[3] = squares3;
  }

  private static void normalize(
      int n,
      float mean,
      float inverse,
      float[] gain,
      int gainOffset,
      float[] bias,
      int biasOffset,
      float[] x,
      int xi,
      float[] y,
      int yi) {
    for (int j = 0; j < n; j++) {
      y[yi + j] =
          Math.fma((x[xi + j] - mean) * inverse, gain[gainOffset + j], bias[biasOffset + j]);
    }
  }

  /** As {@link Kernels#layerNormGradient}. */
  void gradient(
      int rows,
      int n,
      float[] gain,
      int gainOffset,
      float[] x,
      int xOffset,
      float[] statistics,
      int statisticsOffset,
      float[] dy,
      int dyOffset,
      float[] dGain,
      int dGainOffset,
      float[] dBias,
      int dBiasOffset,
      float[] dx,
      int dxOffset) {
    for (int block = 0; block < rows; block += ROWS) {
      int count = Math.min(ROWS, rows - block);
      int from = block * n;
      for (int i = 0; i < count; i++) {
        int s = statisticsOffset + 2 * (block + i);
        parameterGradients(
            n,
            x,
            xOffset + from + i * n,
            statistics[s],
            statistics[s + 1],
            dy,
            dyOffset + from + i * n,
            dGain,
            dGainOffset,
            dBias,
            dBiasOffset);
      }
      if (dx != null) {
        int s = statisticsOffset + 2 * block;
        sumGradients(
            count, n, gain, gainOffset, x, xOffset + from, statistics, s, dy, dyOffset + from);
        for (int i = 0; i < count; i++) {
          inputGradient(
              n,
              gain,
              gainOffset,
              x,
              xOffset + from + i * n,
              statistics[s + 2 * i],
              statistics[s + 2 * i + 1],
              (float) (first[i] / n),
              (float) (second[i] / n),
              dy,
              dyOffset + from + i * n,
              dx,
              dxOffset + from + i * n);
        }
      }
    }
  }

  private static void parameterGradients(
      int n,
      float[] x,
      int xi,
      float mean,
      float inverse,
      float[] dy,
      int dyi,
      float[] dGain,
      int dGainOffset,
      float[] dBias,
      int dBiasOffset) {
    if (dBias != null) {
      for (int j = 0; j < n; j++) {
        dBias[dBiasOffset + j] += dy[dyi + j];
      }
    }
    if (dGain != null) {
      for (int j = 0; j < n; j++) {
        dGain[dGainOffset + j] =
            Math.fma(dy[dyi + j], (x[xi + j] - mean) * inverse, dGain[dGainOffset + j]);
      }
    }
  }

  /**
   * Sums dy · gain of each row into {@link #first} and dy · gain · normalized x into {@link
   * #second}.
   */
  private void sumGradients(
      int count,
      int n,
      float[] gain,
      int gainOffset,
      float[] x,
      int xOffset,
      float[] statistics,
      int s,
      float[] dy,
      int dyOffset) {
    if (count == ROWS) {
      sumFourGradients(n, gain, gainOffset, x, xOffset, statistics, s, dy, dyOffset);
      return;
    }
    for (int i = 0; i < count; i++) {
      double sum = 0;
      double product = 0;
      for (int j = 0; j < n; j++) {
        float scaled = dy[dyOffset + i * n + j] * gain[gainOffset + j];
        float normal = (x[xOffset + i * n + j] - statistics[s + 2 * i]) * statistics[s + 2 * i + 1];
        sum += scaled;
        product = Math.fma((double) scaled, (double) normal, product);
      }
      first[i] = sum;
      second[i] = product;
    }
  }

  private void sumFourGradients(
      int n,
      float[] gain,
      int gainOffset,
      float[] x,
      int x0,
      float[] statistics,
      int s,
      float[] dy,
      int d0) {
    int x1 = x0 + n;
    int x2 = x1 + n;
    int x3 = x2 + n;
    int d1 = d0 + n;
    int d2 = d1 + n;
    int d3 = d2 + n;
    float mean0 = statistics[s];
    float inverse0 = statistics[s + 1];
    float mean1 = statistics[s + 2];
    float inverse1 = statistics[s + 3];
    float mean2 = statistics[s + 4];
    float inverse2 = statistics[s + 5];
    float mean3 = statistics[s + 6];
    float inverse3 = statistics[s + 7];
    double sum0 = 0;
    double sum1 = 0;
    double sum2 = 0;
    double sum3 = 0;
    double product0 = 0;
    double product1 = 0;
    double product2 = 0;
    double product3 = 0;
    for (int j = 0; j < n; j++) {
      float factor = gain[gainOffset + j];
      float scaled0 = dy[d0 + j] * factor;
      float scaled1 = dy[d1 + j] * factor;
      float scaled2 = dy[d2 + j] * factor;
      float scaled3 = dy[d3 + j] * factor;
      sum0 += scaled0;
      sum1 += scaled1;
      sum2 += scaled2;
      sum3 += scaled3;
      product0 = Math.fma((double) scaled0, (double) ((x[x0 + j] - mean0) * inverse0), product0);
      product1 = Math.fma((double) scaled1, (double) ((x[x1 + j] - mean1) * inverse1), product1);
      product2 = Math.fma((double) scaled2, (double) ((x[x2 + j] - mean2) * inverse2), product2);
      product3 = Math.fma((double) scaled3, (double) ((x[x3 + j] - mean3) * inverse3), product3);
    }
    first[0] = sum0;
    first[1] = sum1;
    first[2] = sum2;
    first[3] = sum3;
    second[0] = product0;
    second[1] = product1;
    second[2] = product2;
    second[3] = product3;
  }

  private static void inputGradient(
      int n,
      float[] gain,
      int gainOffset,
      float[] x,
      int xi,
      float mean,
      float inverse,
      float meanScaled,
      float meanProduct,
      float[] dy,
      int dyi,
      float[] dx,
      int dxi) {
    for (int j = 0; j < n; j++) {
      float normal = (x[xi + j] - mean) * inverse;
      float centred = Math.fma(dy[dyi + j], gain[gainOffset + j], -meanScaled);
      dx[dxi + j] = inverse * Math.fma(-normal, meanProduct, centred);
    }
  }
}
