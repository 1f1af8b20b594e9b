package io.github.secateur.kernel.scalar;

/**
 * Elementary functions of one {@code float}, made of additions, multiplications, fused
 * multiply-adds, divisions and bit moves only, each rounded as IEEE 754 says. So every machine
 * gives the same bits, and so do the lanes of {@code VectorMath}, which repeat these functions
 * operation by operation.
 *
 * <p>The polynomials are minimax fits (Remez exchange) of the relative error. Error bounds are in
 * units of the last place (ulp) of the exact result; where the result is subnormal, in units of
 * {@link Float#MIN_VALUE}. NaN gives NaN.
 */
public final class FloatMath {

  /**
   * Adding 1.5 · 2²³ rounds a small float to an integer and leaves that integer in the lowest bits.
   */
  public static final float ROUNDER = 0x1.8p23f;

  public static final int ROUNDER_BITS = Float.floatToRawIntBits(ROUNDER);
  public static final float LOG2_E = 0x1.715476p0f;

  /** ln 2 in two parts; the first has few bits, so that its multiples are exact. */
  public static final float LN2_HIGH = 0x1.62e4p-1f;

  public static final float LN2_LOW = 0x1.7f7d1cp-20f;

  /** Below, exp rounds to 0; above {@link #EXP_HIGH} it rounds to infinity. */
  public static final float EXP_LOW = -104f;

  public static final float EXP_HIGH = 89f;

  // (exp(r) - 1 - r) / r² for |r| ≤ ln 2 / 2, relative error of exp(r) - 1 below 1.4e-8
  public static final float E0 = 0x1.fffffep-2f;
  public static final float E1 = 0x1.5554b0p-3f;
  public static final float E2 = 0x1.555674p-5f;
  public static final float E3 = 0x1.1227b0p-7f;
  public static final float E4 = 0x1.6bec00p-10f;

  // (atanh(s) - s) / s³ in powers of s² for s ≤ 1/3, relative error of atanh(s) below 5e-9
  public static final float A0 = 0x1.555502p-2f;
  public static final float A1 = 0x1.99d208p-3f;
  public static final float A2 = 0x1.1ebd0ep-3f;
  public static final float A3 = 0x1.1ed7c0p-3f;

  // Φ(-x) · exp(x² / 2) in powers 1 … 9 of t = 1 / (1 + 0.35 · x) for 0 ≤ x ≤ 15, relative error
  // below 4e-8
  public static final float T = 0.35f;
  public static final float T1 = 0x1.1df1c0p-3f;
  public static final float T2 = 0x1.1e7130p-3f;
  public static final float T3 = 0x1.eac3b2p-4f;
  public static final float T4 = 0x1.b06f10p-4f;
  public static final float T5 = -0x1.7d2664p-6f;
  public static final float T6 = 0x1.466f9ap-3f;
  public static final float T7 = -0x1.060b12p-2f;
  public static final float T8 = 0x1.27094cp-3f;
  public static final float T9 = -0x1.ddd250p-6f;

  public static final float INVERSE_SQRT_2_PI = 0.3989422804014327f;

  /** Beyond ± this bound, Φ is 0 or 1 in float. */
  public static final float PHI_BOUND = 14.5f;

  /** Beyond ± this bound, tanh is ± 1 in float. */
  public static final float TANH_BOUND = 9.5f;

  private FloatMath() {}

  /** Returns exp(x); error below 1 ulp. */
  static float exp(float x) {
    float bounded = Math.min(Math.max(x, EXP_LOW), EXP_HIGH);
    float t = Math.fma(bounded, LOG2_E, ROUNDER);
    float n = t - ROUNDER;
    float r = Math.fma(n, -LN2_LOW, Math.fma(n, -LN2_HIGH, bounded));
    int exponent = Float.floatToRawIntBits(t) - ROUNDER_BITS;
    int half = exponent >> 1; // two factors, because 2^exponent alone may be no normal float
    return (1 + reducedExpMinusOne(r)) * powerOfTwo(half) * powerOfTwo(exponent - half);
  }

  /** Returns exp(x) - 1 for x ≤ 60; error below 2 ulp. */
  static float expMinusOne(float x) {
    float bounded = Math.max(x, -60f);
    float t = Math.fma(bounded, LOG2_E, ROUNDER);
    float n = t - ROUNDER;
    float r = Math.fma(n, -LN2_LOW, Math.fma(n, -LN2_HIGH, bounded));
    float scale = powerOfTwo(Float.floatToRawIntBits(t) - ROUNDER_BITS);
    return Math.fma(scale, reducedExpMinusOne(r), scale - 1);
  }

  private static float reducedExpMinusOne(float r) {
    float q = Math.fma(E4, r, E3);
    q = Math.fma(q, r, E2);
    q = Math.fma(q, r, E1);
    q = Math.fma(q, r, E0);
    return Math.fma(r * r, q, r);
  }

  private static float powerOfTwo(int exponent) {
    return Float.intBitsToFloat((exponent + 127) << 23);
  }

  /** Returns log(1 + x) for x in [0, 1]; error below 2 ulp. */
  static float logOnePlus(float x) {
    float s = x / (2 + x);
    float u = s * s;
    float p = Math.fma(A3, u, A2);
    p = Math.fma(p, u, A1);
    p = Math.fma(p, u, A0);
    float twice = s + s;
    return Math.fma(twice, u * p, twice);
  }

  /** Returns 1 / (1 + exp(-x)); error below 3 ulp for x ≥ -88, and below 1e-38 elsewhere. */
  static float sigmoid(float x) {
    return 1 / (1 + exp(-x));
  }

  /** Returns tanh(x); error below 4 ulp; tanh(-0) is 0. */
  static float tanh(float x) {
    float bounded = Math.min(Math.max(x, -TANH_BOUND), TANH_BOUND);
    float e = expMinusOne(bounded + bounded);
    return e / (e + 2);
  }

  /** Returns log(1 + exp(x)); error below 3 ulp. */
  static float softplus(float x) {
    return Math.max(x, 0) + logOnePlus(exp(-Math.abs(x)));
  }

  /** Returns x · sigmoid(x); error below 4 ulp for x ≥ -88, and below 1e-36 elsewhere. */
  static float silu(float x) {
    float bounded = Math.max(x, -EXP_HIGH - 20); // -infinity · 0 would be NaN
    return bounded * sigmoid(bounded);
  }

  /** Returns the derivative of {@link #silu}; absolute error below 5e-7. */
  static float siluDerivative(float x) {
    float bounded = Math.min(Math.max(x, -87f), 87f);
    float z = exp(-bounded);
    float s = 1 / (1 + z);
    return Math.fma(s * (z * s), bounded, s); // z · s is 1 - s without cancellation
  }

  /**
   * Returns x · Φ(x), Φ being the standard normal distribution; error below 16 ulp, and below 1e-37
   * for x ≤ -12.8.
   */
  static float gelu(float x) {
    float bounded = Math.max(x, -PHI_BOUND); // -infinity · 0 would be NaN
    float magnitude = Math.min(Math.abs(bounded), PHI_BOUND);
    float tail = normalTail(magnitude) * gaussian(magnitude);
    return bounded * (bounded < 0 ? tail : 1 - tail);
  }

  /** Returns the derivative of {@link #gelu}, Φ(x) + x · φ(x); absolute error below 5e-7. */
  static float geluDerivative(float x) {
    float magnitude = Math.min(Math.abs(x), PHI_BOUND);
    float bell = gaussian(magnitude);
    float tail = normalTail(magnitude) * bell;
    float distance = magnitude * (bell * INVERSE_SQRT_2_PI);
    return x < 0 ? tail - distance : (1 - tail) + distance;
  }

  /** Returns exp(-x² / 2). The part of x² that rounding loses enters as a factor. */
  private static float gaussian(float x) {
    float square = x * x;
    float lost = Math.fma(x, x, -square);
    float e = exp(-0.5f * square);
    return Math.fma(e, -0.5f * lost, e);
  }

  /** Returns Φ(-x) · exp(x² / 2) for x in [0, {@link #PHI_BOUND}]. */
  private static float normalTail(float x) {
    float t = 1 / Math.fma(T, x, 1);
    float p = Math.fma(T9, t, T8);
    p = Math.fma(p, t, T7);
    p = Math.fma(p, t, T6);
    p = Math.fma(p, t, T5);
    p = Math.fma(p, t, T4);
    p = Math.fma(p, t, T3);
    p = Math.fma(p, t, T2);
    p = Math.fma(p, t, T1);
    return p * t;
  }
}
