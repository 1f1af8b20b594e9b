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
      case RELU6 -> Math.min(Math.max(x, 0), 6);
      case LEAKY_RELU -> x > 0 ? x : slope * x;
      case ELU -> x > 0 ? x : slope * FloatMath.expMinusOne(Math.min(x, 0));
      case SELU ->
          x > 0
              ? Activation.SELU_SCALE * x
              : Activation.SELU_LIMIT * FloatMath.expMinusOne(Math.min(x, 0));
      case GELU -> FloatMath.gelu(x);
      case GELU_TANH -> FloatMath.geluTanh(x);
      case SILU -> FloatMath.silu(x);
      case HARD_SWISH -> Math.max(x, -3) * (Math.min(Math.max(x + 3, 0), 6) / 6);
      case MISH -> FloatMath.mish(x);
      case TANH -> FloatMath.tanh(x);
      case SIGMOID -> FloatMath.sigmoid(x);
      case HARD_SIGMOID -> Math.min(Math.max(x + 3, 0), 6) / 6;
      case SOFTPLUS -> FloatMath.softplus(x);
      case EXP -> FloatMath.exp(x);
      case LOG -> FloatMath.log(x);
      case POW -> FloatMath.pow(x, slope);
      case ABS -> Math.abs(x);
    };
  }

  /** Returns f′ · dy from the saved output or input. */
  static float gradientValue(Activation f, float slope, float saved, float dy) {
    return switch (f) {
      case RELU -> saved > 0 ? dy : 0;
      case RELU6 -> saved > 0 && saved < 6 ? dy : 0;
      case LEAKY_RELU -> saved > 0 ? dy : slope * dy;
      case ELU -> saved > 0 ? dy : slope * FloatMath.exp(Math.min(saved, 0)) * dy;
      case SELU ->
          (saved > 0 ? Activation.SELU_SCALE : Math.min(saved, 0) + Activation.SELU_LIMIT) * dy;
      case GELU -> FloatMath.geluDerivative(saved) * dy;
      case GELU_TANH -> FloatMath.geluTanhDerivative(saved) * dy;
      case SILU -> FloatMath.siluDerivative(saved) * dy;
      case HARD_SWISH -> saved > 3 ? dy : saved > -3 ? ((saved + saved + 3) / 6) * dy : 0;
      case MISH -> FloatMath.mishDerivative(saved) * dy;
      case TANH -> Math.fma(-saved, saved, 1) * dy;
      case SIGMOID -> (saved * (1 - saved)) * dy;
      case HARD_SIGMOID -> saved > 0 && saved < 1 ? dy / 6 : 0;
      case SOFTPLUS -> FloatMath.sigmoid(saved) * dy;
      case EXP -> saved * dy;
      case LOG -> dy / saved;
      case POW -> slope == 0 ? 0 : (slope * FloatMath.pow(saved, slope - 1)) * dy;
      case ABS -> saved > 0 ? dy : saved < 0 ? -dy : 0;
    };
  }
}
