package io.github.secateur.kernel.scalar;

import io.github.secateur.kernel.Kernels;

/** A rectifier with a slope for each channel, value by value. */
public final class ScalarPrelu {

  private ScalarPrelu() {}

  /** As {@link Kernels#prelu}. */
  public static void apply(
      int rows,
      int channels,
      float[] slope,
      int slopeOffset,
      float[] x,
      int xOffset,
      float[] y,
      int yOffset) {
    for (int i = 0; i < rows * channels; i++) {
      float value = x[xOffset + i];
      y[yOffset + i] = value > 0 ? value : slope[slopeOffset + i % channels] * value;
    }
  }

  /** As {@link Kernels#preluGradient}. */
  public static void gradient(
      int rows,
      int channels,
      float[] slope,
      int slopeOffset,
      float[] x,
      int xOffset,
      float[] dy,
      int dyOffset,
      float[] dx,
      int dxOffset) {
    for (int i = 0; i < rows * channels; i++) {
      float gradient = dy[dyOffset + i];
      dx[dxOffset + i] =
          x[xOffset + i] > 0 ? gradient : slope[slopeOffset + i % channels] * gradient;
    }
  }

  /** As {@link Kernels#preluSlopeGradient}. */
  public static void slopeGradient(
      int rows,
      int channels,
      float[] x,
      int xOffset,
      float[] dy,
      int dyOffset,
      float[] dSlope,
      int dSlopeOffset) {
    for (int i = 0; i < rows * channels; i++) {
      float value = x[xOffset + i];
      float part = value > 0 ? 0 : value;
      int c = dSlopeOffset + i % channels;
      dSlope[c] = Math.fma(part, dy[dyOffset + i], dSlope[c]);
    }
  }
}
