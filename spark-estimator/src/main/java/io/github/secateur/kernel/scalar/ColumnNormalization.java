package io.github.secateur.kernel.scalar;

import io.github.secateur.kernel.Kernels;
import java.util.Arrays;

/**
 * Statistics of columns and the gradient of batch normalization. Sums are in double, over rows
 * ascending; the scratch holds a few values for each column and grows to the widest matrix seen.
 *
 * <p>The loops over the matrix start at a given channel, so that a subclass can do the channels
 * before it otherwise.
 */
public class ColumnNormalization {

  /** Two sums for each channel. */
  protected double[] first = new double[0];

  protected double[] second = new double[0];

  /**
   * For each channel: gain / deviation, and the means over the rows of dy and of dy · normalized x.
   */
  protected float[] factor = new float[0];

  protected float[] meanGradient = new float[0];
  protected float[] meanProduct = new float[0];

  /** As {@link Kernels#columnStatistics}. */
  final void statistics(
      int rows,
      int channels,
      float[] x,
      int xOffset,
      float[] mean,
      int meanOffset,
      float[] variance,
      int varianceOffset) {
    clear(channels);
    sumColumns(0, rows, channels, x, xOffset);
    for (int c = 0; c < channels; c++) {
      first[c] /= rows;
      mean[meanOffset + c] = (float) first[c];
    }
    sumSquares(0, rows, channels, x, xOffset);
    for (int c = 0; c < channels; c++) {
      variance[varianceOffset + c] = (float) (second[c] / rows);
    }
  }

  /** As {@link Kernels#batchNormGradient}. */
  final void batchNormGradient(
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
        0,
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
      factor[c] = gain[gainOffset + c] * inverseDeviation[inverseDeviationOffset + c];
      meanGradient[c] = (float) (first[c] / rows);
      meanProduct[c] = (float) (second[c] / rows);
    }
    if (dx != null) {
      inputGradient(
          0,
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
  }

  /** Adds each column of X to {@link #first}. */
  protected void sumColumns(int from, int rows, int channels, float[] x, int xOffset) {
    for (int i = 0; i < rows; i++) {
      for (int c = from; c < channels; c++) {
        first[c] += x[xOffset + i * channels + c];
      }
    }
  }

  /** Adds the squared distances of each column of X from {@link #first} to {@link #second}. */
  protected void sumSquares(int from, int rows, int channels, float[] x, int xOffset) {
    for (int i = 0; i < rows; i++) {
      for (int c = from; c < channels; c++) {
        double distance = x[xOffset + i * channels + c] - first[c];
        second[c] = Math.fma(distance, distance, second[c]);
      }
    }
  }

  /** Adds dy to {@link #first} and dy · (x - mean) · inverseDeviation to {@link #second}. */
  protected void sumGradients(
      int from,
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
      for (int c = from; c < channels; c++) {
        float normal =
            (x[xi + c] - mean[meanOffset + c]) * inverseDeviation[inverseDeviationOffset + c];
        first[c] += dy[dyi + c];
        second[c] = Math.fma((double) dy[dyi + c], (double) normal, second[c]);
      }
    }
  }

  /** Computes dx from the means over the rows. */
  protected void inputGradient(
      int from,
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
      for (int c = from; c < channels; c++) {
        float normal =
            (x[xi + c] - mean[meanOffset + c]) * inverseDeviation[inverseDeviationOffset + c];
        float rest = Math.fma(-normal, meanProduct[c], dy[dyi + c] - meanGradient[c]);
        dx[dxi + c] = factor[c] * rest;
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
