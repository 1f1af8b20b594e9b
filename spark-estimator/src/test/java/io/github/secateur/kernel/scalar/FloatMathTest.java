package io.github.secateur.kernel.scalar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

/**
 * The float functions against Math in double, over bit patterns spread evenly from -infinity to
 * infinity.
 */
public class FloatMathTest {

  /** Bit patterns between two tested floats; odd, so that low bits vary. */
  private static final int STEP = 4001;

  private interface FloatFunction {
    float apply(float x);
  }

  @Test
  void exponentialIsExactToOneUlp() {
    checkUlps(FloatMath::exp, Math::exp, 1, -Float.MAX_VALUE, Float.MAX_VALUE);
    assertEquals(0f, FloatMath.exp(Float.NEGATIVE_INFINITY));
    assertEquals(Float.POSITIVE_INFINITY, FloatMath.exp(Float.POSITIVE_INFINITY));
    assertEquals(1f, FloatMath.exp(0f));
    assertTrue(Float.isNaN(FloatMath.exp(Float.NaN)));
  }

  @Test
  void exponentialMinusOneIsExactToTwoUlps() {
    checkUlps(FloatMath::expMinusOne, Math::expm1, 2, -Float.MAX_VALUE, 60);
    assertEquals(-1f, FloatMath.expMinusOne(Float.NEGATIVE_INFINITY));
    assertTrue(Float.isNaN(FloatMath.expMinusOne(Float.NaN)));
  }

  @Test
  void logarithmOfOnePlusIsExactToTwoUlps() {
    checkUlps(FloatMath::logOnePlus, Math::log1p, 2, 0, 1);
    assertTrue(Float.isNaN(FloatMath.logOnePlus(Float.NaN)));
  }

  @Test
  void sigmoidIsExactToThreeUlps() {
    DoubleUnaryOperator exact = x -> 1 / (1 + Math.exp(-x));
    checkUlps(FloatMath::sigmoid, exact, 3, -87, Float.MAX_VALUE);
    checkAbsolute(FloatMath::sigmoid, exact, 1.3e-38, -Float.MAX_VALUE, -87);
    checkLimits(FloatMath::sigmoid, 0, 1);
  }

  @Test
  void tanhIsExactToFourUlps() {
    checkUlps(FloatMath::tanh, Math::tanh, 4, -Float.MAX_VALUE, Float.MAX_VALUE);
    checkLimits(FloatMath::tanh, -1, 1);
  }

  @Test
  void softplusIsExactToThreeUlps() {
    checkUlps(
        FloatMath::softplus,
        x -> Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
        3,
        -Float.MAX_VALUE,
        Float.MAX_VALUE);
    checkLimits(FloatMath::softplus, 0, Float.POSITIVE_INFINITY);
  }

  @Test
  void siluIsExactToFourUlps() {
    DoubleUnaryOperator exact = x -> x / (1 + Math.exp(-x));
    checkUlps(FloatMath::silu, exact, 4, -87, Float.MAX_VALUE);
    checkAbsolute(FloatMath::silu, exact, 1.2e-36, -Float.MAX_VALUE, -87);
    checkLimits(FloatMath::silu, 0, Float.POSITIVE_INFINITY);
  }

  @Test
  void geluIsExactToSixteenUlps() {
    DoubleUnaryOperator exact = x -> x * normalDistribution(x);
    checkUlps(FloatMath::gelu, exact, 16, -12.8f, Float.MAX_VALUE);
    checkAbsolute(FloatMath::gelu, exact, 1e-36, -Float.MAX_VALUE, -12.8f);
    checkLimits(FloatMath::gelu, 0, Float.POSITIVE_INFINITY);
  }

  @Test
  void logarithmIsExactToTwoUlps() {
    checkUlps(FloatMath::log, Math::log, 2, Float.MIN_VALUE, Float.MAX_VALUE);
    assertEquals(Float.NEGATIVE_INFINITY, FloatMath.log(0));
    assertEquals(Float.POSITIVE_INFINITY, FloatMath.log(Float.POSITIVE_INFINITY));
    assertEquals(0f, FloatMath.log(1));
    assertTrue(Float.isNaN(FloatMath.log(-1)) && Float.isNaN(FloatMath.log(Float.NaN)));
  }

  @Test
  void powersWithMultiplesOfOneHalfAreProductsAndRoots() {
    checkUlps(x -> FloatMath.pow(x, 3), x -> x * x * x, 2, -1e12f, 1e12f);
    checkUlps(x -> FloatMath.pow(x, 0.5f), Math::sqrt, 1, 0, Float.MAX_VALUE);
    checkUlps(x -> FloatMath.pow(x, -1), x -> 1 / x, 1, 1e-30f, 1e30f);
    checkUlps(x -> FloatMath.pow(x, -1.5f), x -> Math.pow(x, -1.5), 3, 1e-20f, 1e20f);
    checkUlps(x -> FloatMath.pow(x, 0.3f), x -> Math.pow(x, 0.3f), 40, 1e-30f, 1e30f);
    assertEquals(1f, FloatMath.pow(Float.NaN, 0));
    assertTrue(Float.isNaN(FloatMath.pow(-1, 0.3f)) && Float.isNaN(FloatMath.pow(-1, 0.5f)));
    assertEquals(0f, FloatMath.pow(0, 0.3f));
    assertEquals(Float.POSITIVE_INFINITY, FloatMath.pow(0, -0.3f));
  }

  @Test
  void mishAndGeluByTanhAreExactToOneMillionth() {
    checkAbsolute(
        x -> FloatMath.mish(x) / Math.max(1, Math.abs(x)),
        x -> x * Math.tanh(Math.log1p(Math.exp(x))) / Math.max(1, Math.abs(x)),
        1e-6,
        -1e30f,
        700);
    checkLimits(FloatMath::mish, 0, Float.POSITIVE_INFINITY);
    checkAbsolute(
        x -> FloatMath.geluTanh(x) / Math.max(1, Math.abs(x)),
        x ->
            x
                * (0.5 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)) / 2)
                / Math.max(1, Math.abs(x)),
        1e-6,
        -1e30f,
        1e30f);
    checkLimits(FloatMath::geluTanh, 0, Float.POSITIVE_INFINITY);
    checkLimits(FloatMath::mishDerivative, 0, 1);
    checkLimits(FloatMath::geluTanhDerivative, 0, 1);
  }

  @Test
  void derivativesAreExactToHalfAMillionth() {
    checkAbsolute(
        FloatMath::siluDerivative,
        x -> {
          double s = 1 / (1 + Math.exp(-x));
          double t = 1 / (1 + Math.exp(x));
          return s * (1 + x * t);
        },
        5e-7,
        -80,
        80);
    checkAbsolute(
        FloatMath::geluDerivative,
        x -> normalDistribution(x) + x * Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI),
        5e-7,
        -Float.MAX_VALUE,
        Float.MAX_VALUE);
    checkLimits(FloatMath::siluDerivative, 0, 1);
    checkLimits(FloatMath::geluDerivative, 0, 1);
  }

  private static void checkLimits(FloatFunction f, float low, float high) {
    assertEquals(low, f.apply(Float.NEGATIVE_INFINITY), 1e-30f);
    assertEquals(high, f.apply(Float.POSITIVE_INFINITY), 1e-30f);
    assertTrue(Float.isNaN(f.apply(Float.NaN)));
  }

  private static void checkUlps(
      FloatFunction f, DoubleUnaryOperator exact, double bound, float from, float to) {
    check(f, exact, from, to, (expected) -> bound * Math.ulp((float) expected));
  }

  private static void checkAbsolute(
      FloatFunction f, DoubleUnaryOperator exact, double bound, float from, float to) {
    check(f, exact, from, to, (expected) -> bound);
  }

  private static void check(
      FloatFunction f, DoubleUnaryOperator exact, float from, float to, DoubleUnaryOperator bound) {
    for (long bits = 0; bits <= 0x7f800000L; bits += STEP) {
      for (int sign = 0; sign < 2; sign++) {
        float x = Float.intBitsToFloat((int) bits | sign << 31);
        if (x < from || x > to) {
          continue;
        }
        double expected = exact.applyAsDouble(x);
        float found = f.apply(x);
        if (Math.abs(expected) > Float.MAX_VALUE) {
          assertTrue(
              Math.abs(found) >= Float.MAX_VALUE,
              () -> "f(" + x + ") = " + found + ", expected " + expected);
        } else {
          double error = Math.abs(found - expected);
          assertTrue(
              error <= bound.applyAsDouble(expected),
              () ->
                  "f("
                      + x
                      + ") = "
                      + found
                      + ", expected "
                      + expected
                      + ", "
                      + error / Math.ulp((float) expected)
                      + " ulp");
        }
      }
    }
  }

  /**
   * Φ(x): a series near 0, a continued fraction in the tails (Abramowitz and Stegun 26.2.11 and
   * 26.2.14).
   */
  public static double normalDistribution(double x) {
    double magnitude = Math.abs(x);
    double density = Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
    double tail;
    if (magnitude < 3) {
      double term = magnitude;
      double sum = magnitude;
      for (int i = 3; i < 200; i += 2) {
        term *= x * x / i;
        sum += term;
      }
      tail = 0.5 - density * sum;
    } else {
      double fraction = magnitude;
      for (int i = 200; i > 0; i--) {
        fraction = magnitude + i / fraction;
      }
      tail = density / fraction;
    }
    return x < 0 ? tail : 1 - tail;
  }
}
