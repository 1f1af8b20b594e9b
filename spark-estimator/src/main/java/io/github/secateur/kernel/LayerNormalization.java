package io.github.secateur.kernel;

/** Layer normalization and its gradient. Sums are in double, along the row. */
final class LayerNormalization {

  private LayerNormalization() {}

  /** As {@link Kernels#layerNorm}. */
  static void forward(
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
    for (int i = 0; i < rows; i++) {
      int xi = xOffset + i * n;
      int yi = yOffset + i * n;
      double sum = 0;
      for (int j = 0; j < n; j++) {
        sum += x[xi + j];
      }
      double exactMean = sum / n;
      double squares = 0;
      for (int j = 0; j < n; j++) {
        double distance = x[xi + j] - exactMean;
        squares = Math.fma(distance, distance, squares);
      }
      float mean = (float) exactMean;
      float inverse = (float) (1 / Math.sqrt(squares / n + epsilon));
      for (int j = 0; j < n; j++) {
        y[yi + j] =
            Math.fma((x[xi + j] - mean) * inverse, gain[gainOffset + j], bias[biasOffset + j]);
      }
      if (statistics != null) {
        statistics[statisticsOffset + 2 * i] = mean;
        statistics[statisticsOffset + 2 * i + 1] = inverse;
      }
    }
  }

  /** As {@link Kernels#layerNormGradient}. */
  static void gradient(
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
    for (int i = 0; i < rows; i++) {
      int xi = xOffset + i * n;
      int dyi = dyOffset + i * n;
      float mean = statistics[statisticsOffset + 2 * i];
      float inverse = statistics[statisticsOffset + 2 * i + 1];
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
      if (dx != null) {
        inputGradient(n, gain, gainOffset, x, xi, mean, inverse, dy, dyi, dx, dxOffset + i * n);
      }
    }
  }

  private static void inputGradient(
      int n,
      float[] gain,
      int gainOffset,
      float[] x,
      int xi,
      float mean,
      float inverse,
      float[] dy,
      int dyi,
      float[] dx,
      int dxi) {
    double sum = 0;
    double product = 0;
    for (int j = 0; j < n; j++) {
      float scaled = dy[dyi + j] * gain[gainOffset + j];
      float normal = (x[xi + j] - mean) * inverse;
      sum += scaled;
      product = Math.fma((double) scaled, (double) normal, product);
    }
    float meanScaled = (float) (sum / n);
    float meanProduct = (float) (product / n);
    for (int j = 0; j < n; j++) {
      float normal = (x[xi + j] - mean) * inverse;
      float centred = Math.fma(dy[dyi + j], gain[gainOffset + j], -meanScaled);
      dx[dxi + j] = inverse * Math.fma(-normal, meanProduct, centred);
    }
  }
}
