package io.github.secateur.kernel.scalar;

import io.github.secateur.kernel.Combination;
import io.github.secateur.kernel.Kernels;

/** Combinations of two arrays, or of an array and a value, one value after the other. */
public final class ScalarCombinations {

  private ScalarCombinations() {}

  /** As {@link Kernels#combine}. */
  public static void combine(
      Combination f,
      int n,
      float[] x,
      int xOffset,
      int xStep,
      float[] y,
      int yOffset,
      int yStep,
      float[] z,
      int zOffset) {
    for (int i = 0; i < n; i++) {
      float left = x[xOffset + i * xStep];
      float right = y[yOffset + i * yStep];
      z[zOffset + i] =
          switch (f) {
            case ADD -> left + right;
            case SUBTRACT -> left - right;
            case MULTIPLY -> left * right;
            case DIVIDE -> left / right;
            case MAXIMUM -> Math.max(left, right);
            case MINIMUM -> Math.min(left, right);
          };
    }
  }

  /** As {@link Kernels#combineGradient}. */
  public static void gradient(
      Combination f,
      boolean second,
      int n,
      float[] own,
      int ownOffset,
      int ownStep,
      float[] other,
      int otherOffset,
      int otherStep,
      float[] dz,
      int dzOffset,
      boolean adds,
      float[] dx,
      int dxOffset) {
    float sum = adds && ownStep == 0 ? dx[dxOffset] : 0;
    for (int i = 0; i < n; i++) {
      float gradient = dz[dzOffset + i];
      float value =
          switch (f) {
            case ADD -> gradient;
            case SUBTRACT -> second ? -gradient : gradient;
            case MULTIPLY -> gradient * other[otherOffset + i * otherStep];
            case DIVIDE ->
                second
                    ? -gradient
                        * (other[otherOffset + i * otherStep]
                            / (own[ownOffset + i * ownStep] * own[ownOffset + i * ownStep]))
                    : gradient / other[otherOffset + i * otherStep];
            case MAXIMUM ->
                share(own[ownOffset + i * ownStep], other[otherOffset + i * otherStep], gradient);
            case MINIMUM ->
                share(other[otherOffset + i * otherStep], own[ownOffset + i * ownStep], gradient);
          };
      if (ownStep == 0) {
        sum += value;
      } else {
        dx[dxOffset + i] = adds ? dx[dxOffset + i] + value : value;
      }
    }
    if (ownStep == 0) {
      dx[dxOffset] = sum;
    }
  }

  private static float share(float own, float other, float gradient) {
    return own > other ? gradient : own == other ? 0.5f * gradient : 0;
  }
}
