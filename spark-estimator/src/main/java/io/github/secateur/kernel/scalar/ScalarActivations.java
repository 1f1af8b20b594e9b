package io.github.secateur.kernel.scalar;

import io.github.secateur.kernel.Activation;
import io.github.secateur.kernel.Kernels;

/** Activation functions and their gradients, value by value. */
public final class ScalarActivations {

  private ScalarActivations() {}

  /** As {@link Kernels#activation}. */
  public static void apply(
      Activation f, float slope, int n, float[] x, int xOffset, float[] y, int yOffset) {
    for (int i = 0; i < n; i++) {
      y[yOffset + i] = value(f, slope, x[xOffset + i]);
    }
  }

  /** As {@link Kernels#activationGradient}. */
  public static void gradient(
      Activation f,
      float slope,
      int n,
      float[] saved,
      int savedOffset,
      float[] dy,
      int dyOffset,
      float[] dx,
      int dxOffset) {
    for (int i = 0; i < n; i++) {
      dx[dxOffset + i] = gradientValue(f, slope, saved[savedOffset + i], dy[dyOffset + i]);
    }
  }

  /** Returns f(x). */
  static float value(Activation f, float slope, float x) {
    return switch (f) {
      case RELU -> Math.max(x, 0);
      case LEAKY_RELU -> x > 0 ? x : slope * x;
      case ELU -> x > 0 ? x : slope * FloatMath.expMinusOne(Math.min(x, 0));
      case GELU -> FloatMath.gelu(x);
      case SILU -> FloatMath.silu(x);
      case TANH -> FloatMath.tanh(x);
      case SIGMOID -> FloatMath.sigmoid(x);
      case HARD_SIGMOID -> Math.min(Math.max(x + 3, 0), 6) / 6;
      case SOFTPLUS -> FloatMath.softplus(x);
    };
  }

  /** Returns f′ · dy from the saved output or input. */
  static float gradientValue(Activation f, float slope, float saved, float dy) {
    return switch (f) {
      case RELU -> saved > 0 ? dy : 0;
      case LEAKY_RELU -> saved > 0 ? dy : slope * dy;
      case ELU -> saved > 0 ? dy : slope * FloatMath.exp(Math.min(saved, 0)) * dy;
      case GELU -> FloatMath.geluDerivative(saved) * dy;
      case SILU -> FloatMath.siluDerivative(saved) * dy;
      case TANH -> Math.fma(-saved, saved, 1) * dy;
      case SIGMOID -> (saved * (1 - saved)) * dy;
      case HARD_SIGMOID -> saved > 0 && saved < 1 ? dy / 6 : 0;
      case SOFTPLUS -> FloatMath.sigmoid(saved) * dy;
    };
  }
}
