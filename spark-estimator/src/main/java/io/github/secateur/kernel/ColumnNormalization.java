package io.github.secateur.kernel;

import java.util.Arrays;

/**
 * Statistics of columns and the gradient of batch normalization. Sums are in double, over rows
 * ascending; the scratch holds one sum for each column and grows to the widest matrix seen.
 */
final class ColumnNormalization {

  private double[] first = new double[0];
  private double[] second = new double[0];

  /**
   * For each channel: gain / deviation, and the means over the rows of dy and of dy · normalized x.
   */
  private float[] factor = new float[0];

  private float[] meanGradient = new float[0];
  private float[] meanProduct = new float[0];

  /** As {@link Kernels#columnStatistics}. */
  void statistics(
      int rows,
      int channels,
      float[] x,
      int xOffset,
      float[] mean,
      int meanOffset,
      float[] variance,
      int varianceOffset) {
    clear(channels);
    for (int i = 0; i < rows; i++) {
      int xi = xOffset + i * channels;
      for (int c = 0; c < channels; c++) {
        first[c] += x[xi + c];
      }
    }
    for (int c = 0; c < channels; c++) {
      first[c] /= rows;
      mean[meanOffset + c] = (float) first[c];
    }
    for (int i = 0; i < rows; i++) {
      int xi = xOffset + i * channels;
      for (int c = 0; c < channels; c++) {
        double distance = x[xi + c] - first[c];
        second[c] = Math.fma(distance, distance, second[c]);
      }
    }
    for (int c = 0; c < channels; c++) {
      variance[varianceOffset + c] = (float) (second[c] / rows);
    }
  }

  /** As {@link Kernels#batchNormGradient}. */
  void batchNormGradient(
      int rows,
      int channels,
      float[] x,
      int xOffset,
      float[] mean,
      int meanOffset,
      float[] inverseDeviation,
      int inverseDeviationOffset,
      float[] gain,
      int gainOffset,
      float[] dy,
      int dyOffset,
      float[] dGain,
      int dGainOffset,
      float[] dBias,
      int dBiasOffset,
      float[] dx,
      int dxOffset) {
    clear(channels);
    sumGradients(
        rows,
        channels,
        x,
        xOffset,
        mean,
        meanOffset,
        inverseDeviation,
        inverseDeviationOffset,
        dy,
        dyOffset);
    for (int c = 0; c < channels; c++) {
      if (dBias != null) {
        dBias[dBiasOffset + c] += (float) first[c];
      }
      if (dGain != null) {
        dGain[dGainOffset + c] += (float) second[c];
      }
    }
    if (dx == null) {
      return;
    }
    for (int c = 0; c < channels; c++) {
      factor[c] = gain[gainOffset + c] * inverseDeviation[inverseDeviationOffset + c];
      meanGradient[c] = (float) (first[c] / rows);
      meanProduct[c] = (float) (second[c] / rows);
    }
    inputGradient(
        rows,
        channels,
        x,
        xOffset,
        mean,
        meanOffset,
        inverseDeviation,
        inverseDeviationOffset,
        dy,
        dyOffset,
        dx,
        dxOffset);
  }

  /** Computes dx from the means over the rows. */
  private void inputGradient(
      int rows,
      int channels,
      float[] x,
      int xOffset,
      float[] mean,
      int meanOffset,
      float[] inverseDeviation,
      int inverseDeviationOffset,
      float[] dy,
      int dyOffset,
      float[] dx,
      int dxOffset) {
    for (int i = 0; i < rows; i++) {
      int xi = xOffset + i * channels;
      int dyi = dyOffset + i * channels;
      int dxi = dxOffset + i * channels;
      for (int c = 0; c < channels; c++) {
        float normal =
            (x[xi + c] - mean[meanOffset + c]) * inverseDeviation[inverseDeviationOffset + c];
        float rest = Math.fma(-normal, meanProduct[c], dy[dyi + c] - meanGradient[c]);
        dx[dxi + c] = factor[c] * rest;
      }
    }
  }

  /** Sums dy into {@link #first} and dy · (x - mean) · inverseDeviation into {@link #second}. */
  private void sumGradients(
      int rows,
      int channels,
      float[] x,
      int xOffset,
      float[] mean,
      int meanOffset,
      float[] inverseDeviation,
      int inverseDeviationOffset,
      float[] dy,
      int dyOffset) {
    for (int i = 0; i < rows; i++) {
      int xi = xOffset + i * channels;
      int dyi = dyOffset + i * channels;
      for (int c = 0; c < channels; c++) {
        float normal =
            (x[xi + c] - mean[meanOffset + c]) * inverseDeviation[inverseDeviationOffset + c];
        first[c] += dy[dyi + c];
        second[c] = Math.fma((double) dy[dyi + c], (double) normal, second[c]);
      }
    }
  }

  private void clear(int channels) {
    if (first.length < channels) {
      first = new double[channels];
      second = new double[channels];
      factor = new float[channels];
      meanGradient = new float[channels];
      meanProduct = new float[channels];
    } else {
      Arrays.fill(first, 0, channels, 0);
      Arrays.fill(second, 0, channels, 0);
    }
  }
}
