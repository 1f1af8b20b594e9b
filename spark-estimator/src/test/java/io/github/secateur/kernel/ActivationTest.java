package io.github.secateur.kernel;

import io.github.secateur.kernel.choice.KernelChoice;
import io.github.secateur.kernel.choice.KernelProvider;
import io.github.secateur.kernel.scalar.FloatMathTest;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ActivationTest {

  private static final float SLOPE = 0.3f;
  private final Kernels scalar = KernelProvider.create(KernelChoice.SCALAR);
  private final Kernels vector = KernelProvider.create(KernelChoice.VECTOR);

  @ParameterizedTest
  @EnumSource(Activation.class)
  void vectorAndScalarKernelsGiveTheSameBits(Activation f) {
    for (int n : new int[] {0, 1, 4, 6, 8, 13, 16, 25, 33, 64, 100, 1024, 1025, 4098}) {
      TestData data = new TestData(f.ordinal() * 10_000 + n);
      float[] x = data.values(n + 5);
      for (int i = 0; i < n + 5; i++) {
        x[i] *= data.nextInt(0, 3) == 0 ? 100 : 4;
      }
      check(data, f, n, x, data.values(n + 5));
    }
  }

  @ParameterizedTest
  @EnumSource(Activation.class)
  void bitsAgreeFromInfinityToInfinity(Activation f) {
    int n = 1 << 18;
    float[] x = new float[n + 5];
    for (int i = 0; i < n; i++) {
      x[i + 2] = Float.intBitsToFloat(i * 16_383); // wraps round: all exponents, both signs, NaN
    }
    TestData data = new TestData(f.ordinal());
    check(data, f, n, x, data.values(n + 5));
  }

  private void check(TestData data, Activation f, int n, float[] x, float[] dy) {
    String what = f + " of " + n;
    float[] expected = new float[n + 5];
    float[] found = new float[n + 5];
    scalar.activation(f, SLOPE, n, x, 2, expected, 1);
    vector.activation(f, SLOPE, n, x, 2, found, 1);
    data.assertSameBits(expected, found, what);

    float[] inPlace = x.clone();
    vector.activation(f, SLOPE, n, inPlace, 2, inPlace, 2);
    data.assertSameBits(
        java.util.Arrays.copyOfRange(expected, 1, n + 1),
        java.util.Arrays.copyOfRange(inPlace, 2, n + 2),
        what + " in place");

    float[] saved = f.derivativeReadsOutput() ? expected : x;
    int savedOffset = f.derivativeReadsOutput() ? 1 : 2;
    float[] expectedGradient = new float[n + 5];
    float[] gradient = dy.clone();
    scalar.activationGradient(f, SLOPE, n, saved, savedOffset, dy, 3, expectedGradient, 3);
    vector.activationGradient(f, SLOPE, n, saved, savedOffset, gradient, 3, gradient, 3);
    data.assertSameBits(
        java.util.Arrays.copyOfRange(expectedGradient, 3, n + 3),
        java.util.Arrays.copyOfRange(gradient, 3, n + 3),
        "gradient of " + what);
  }

  @ParameterizedTest
  @EnumSource(Activation.class)
  void gradientIsTheSlopeOfTheFunctionInDouble(Activation f) {
    int n = 500;
    TestData data = new TestData(f.ordinal() + 77);
    float[] x = data.values(n);
    for (int i = 0; i < n; i++) {
      x[i] = 8 * x[i] + (x[i] > 0 ? 0.01f : -0.01f); // away from the corner at 0
      if (f == Activation.LOG || f == Activation.POW) {
        x[i] = Math.abs(x[i]);
      }
    }
    float[] y = new float[n];
    float[] ones = new float[n];
    java.util.Arrays.fill(ones, 1);
    float[] gradient = new float[n];
    vector.activation(f, SLOPE, n, x, 0, y, 0);
    vector.activationGradient(
        f, SLOPE, n, f.derivativeReadsOutput() ? y : x, 0, ones, 0, gradient, 0);
    double[] values = new double[n];
    double[] slopes = new double[n];
    for (int i = 0; i < n; i++) {
      values[i] = exact(f, x[i]);
      slopes[i] = (exact(f, x[i] + 1e-5) - exact(f, x[i] - 1e-5)) / 2e-5;
    }
    data.assertClose(values, y, 1e-6, f.toString());
    data.assertClose(slopes, gradient, f == Activation.POW ? 2e-6 : 1e-6, "gradient of " + f);
  }

  @ParameterizedTest
  @ValueSource(floats = {0, 1, 2, 3, 7, 1000, -1, -2, -5, 0.5f, 1.5f, -0.5f, -2.5f, 0.3f, -0.7f})
  void powersOfAllKindsHaveTheBitsOfTheScalarKernels(float exponent) {
    int n = 1 << 12;
    float[] x = new float[n];
    for (int i = 0; i < n; i++) {
      x[i] = Float.intBitsToFloat(i * 1_048_573); // wraps round: all exponents, both signs, NaN
    }
    TestData data = new TestData(5);
    float[] dy = data.values(n);
    float[] expected = new float[n];
    float[] found = new float[n];
    scalar.activation(Activation.POW, exponent, n, x, 0, expected, 0);
    vector.activation(Activation.POW, exponent, n, x, 0, found, 0);
    data.assertSameBits(expected, found, "power " + exponent);
    scalar.activationGradient(Activation.POW, exponent, n, x, 0, dy, 0, expected, 0);
    vector.activationGradient(Activation.POW, exponent, n, x, 0, dy, 0, found, 0);
    data.assertSameBits(expected, found, "gradient of power " + exponent);
    double[] exact = new double[n];
    for (int i = 0; i < n; i++) {
      x[i] = 0.3f + 0.0005f * i;
      exact[i] = Math.pow(x[i], exponent / 10);
    }
    vector.activation(Activation.POW, exponent / 10, n, x, 0, found, 0);
    data.assertClose(exact, found, Math.abs(exponent) > 100 ? 5e-5 : 1e-6, "power of a tenth");
  }

  private static double exact(Activation f, double x) {
    return switch (f) {
      case RELU -> Math.max(x, 0);
      case RELU6 -> Math.min(Math.max(x, 0), 6);
      case LEAKY_RELU -> x > 0 ? x : SLOPE * x;
      case ELU -> x > 0 ? x : SLOPE * Math.expm1(x);
      case SELU -> 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * Math.expm1(x));
      case GELU -> x * FloatMathTest.normalDistribution(x);
      case GELU_TANH ->
          x / 2 * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
      case SILU -> x / (1 + Math.exp(-x));
      case HARD_SWISH -> x * Math.min(Math.max(x + 3, 0), 6) / 6;
      case MISH -> x * Math.tanh(Math.log1p(Math.exp(x)));
      case TANH -> Math.tanh(x);
      case SIGMOID -> 1 / (1 + Math.exp(-x));
      case HARD_SIGMOID -> Math.min(Math.max(x + 3, 0), 6) / 6;
      case SOFTPLUS -> Math.log1p(Math.exp(x));
      case EXP -> Math.exp(x);
      case LOG -> Math.log(x);
      case POW -> Math.pow(x, SLOPE);
      case ABS -> Math.abs(x);
    };
  }
}
