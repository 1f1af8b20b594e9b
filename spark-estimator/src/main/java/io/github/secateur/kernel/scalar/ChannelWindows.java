package io.github.secateur.kernel.scalar;

import io.github.secateur.kernel.Kernels;

/** Sums over neighbouring channels, from the first to the last. */
final class ChannelWindows {
  private float[] parts = new float[0];

  /** As {@link Kernels#windowSquares}. */
  static void squares(
      int rows,
      int channels,
      int size,
      float factor,
      float summand,
      float[] x,
      int xOffset,
      float[] y,
      int yOffset) {
    for (int row = 0; row < rows; row++) {
      int from = xOffset + row * channels;
      for (int c = 0; c < channels; c++) {
        int end = Math.min(c + size / 2 + 1, channels);
        float sum = 0;
        for (int j = Math.max(c - size / 2, 0); j < end; j++) {
          sum = Math.fma(x[from + j], x[from + j], sum);
        }
        y[yOffset + row * channels + c] = Math.fma(factor, sum, summand);
      }
    }
  }

  /** As {@link Kernels#localResponseGradient}. */
  void gradient(
      int rows,
      int channels,
      int size,
      float factor,
      float[] x,
      int xOffset,
      float[] squares,
      int squaresOffset,
      float[] dy,
      int dyOffset,
      float[] dx,
      int dxOffset) {
    if (parts.length < channels) {
      parts = new float[channels];
    }
    for (int row = 0; row < rows; row++) {
      int start = row * channels;
      for (int c = 0; c < channels; c++) {
        float passed = dy[dyOffset + start + c] * dx[dxOffset + start + c];
        dx[dxOffset + start + c] = passed;
        parts[c] = passed * x[xOffset + start + c] / squares[squaresOffset + start + c];
      }
      for (int c = 0; c < channels; c++) {
        int end = Math.min(c + size / 2 + 1, channels);
        float sum = 0;
        for (int j = Math.max(c - size / 2, 0); j < end; j++) {
          sum += parts[j];
        }
        int i = start + c;
        dx[dxOffset + i] = Math.fma(-factor * x[xOffset + i], sum, dx[dxOffset + i]);
      }
    }
  }
}
