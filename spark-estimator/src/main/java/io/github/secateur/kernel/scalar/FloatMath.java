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

  /** 2 · √(2/π), and the factor of x³ beside x, in the approximation of Φ by tanh. */
  public static final float TANH_SLOPE = 1.5957691216057308f;

  public static final float TANH_CUBE = 0.044715f;

  /** Beyond ± this bound, that approximation is 0 or 1 in float. */
  public static final float TANH_PHI_BOUND = 10f;

  /** Above, {@link #mish} is x in float. */
  public static final float MISH_BOUND = 20f;

  public static final int SQRT_HALF_BITS = Float.floatToRawIntBits(0x1.6a09e6p-1f);
  public static final int MANTISSA = 0x7fffff;

  /** Multiplies subnormal numbers before their logarithm is taken; 2 to the power of 25. */
  public static final float UP = 0x1p25f;

  public static final float UP_EXPONENT = 25f;

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

  /** Returns the natural logarithm of x; error below 2 ulp; -infinity for 0, NaN below. */
  static float log(float x) {
    if (!(x > 0) || x == Float.POSITIVE_INFINITY) {
      return x == 0 ? Float.NEGATIVE_INFINITY : x > 0 ? x : Float.NaN;
    }
    boolean small = x < Float.MIN_NORMAL;
    int bits = Float.floatToRawIntBits(small ? x * UP : x) - SQRT_HALF_BITS;
    float m = Float.intBitsToFloat((bits & MANTISSA) + SQRT_HALF_BITS); // in [√½, √2)
    float n = (bits >> 23) - (small ? UP_EXPONENT : 0);
    float f = m - 1;
    float s = f / (2 + f);
    float u = s * s;
    float p = Math.fma(A3, u, A2);
    p = Math.fma(p, u, A1);
    p = Math.fma(p, u, A0);
    float twice = s + s;
    return Math.fma(n, LN2_HIGH, Math.fma(n, LN2_LOW, Math.fma(twice, u * p, twice)));
  }

  /**
   * Returns x to the power of an exponent. If that is a multiple of 1/2, it is a product, times a
   * square root, or the reciprocal; otherwise exp(exponent · log(x)), NaN for negative x, with an
   * error that grows with |exponent · log(x)|.
   */
  static float pow(float x, float exponent) {
    float magnitude = Math.abs(exponent);
    int whole = (int) magnitude;
    if (magnitude - whole != 0 && magnitude - whole != 0.5f) {
      return exp(exponent * log(x));
    }
    float power = power(x, whole);
    if (magnitude != whole) {
      power = power * (float) Math.sqrt(x);
    }
    return exponent < 0 ? 1 / power : power;
  }

  /** Returns the product of n times x, by squaring from the highest bit of n on. */
  private static float power(float x, int n) {
    if (n == 0) {
      return 1;
    }
    float power = x;
    for (int bit = Integer.highestOneBit(n) >> 1; bit > 0; bit >>= 1) {
      power = power * power;
      power = (n & bit) == 0 ? power : power * x;
    }
    return power;
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

  /** Returns x · tanh(log(1 + exp(x))); relative error below 1e-6 for x ≥ -87. */
  static float mish(float x) {
    float bounded = Math.max(x, -EXP_HIGH - 20); // -infinity · 0 would be NaN
    float e = exp(Math.min(bounded, MISH_BOUND));
    float w = e * (e + 2); // (1 + e)² - 1
    return bounded * (w / (w + 2));
  }

  /** Returns the derivative of {@link #mish}; absolute error below 1e-6. */
  static float mishDerivative(float x) {
    float bounded = Math.min(Math.max(x, -87f), MISH_BOUND);
    float e = exp(bounded);
    float w = e * (e + 2);
    float d = 1 / (w + 2);
    return Math.fma(bounded, 4 * ((e * (e + 1)) * (d * d)), w * d);
  }

  /** Returns x · (1 + tanh(√(2/π) · (x + 0.044715 · x³))) / 2; absolute error below 1e-6. */
  static float geluTanh(float x) {
    return Math.max(x, -TANH_PHI_BOUND) / (1 + exp(-geluTanhArgument(x)));
  }

  /** Returns twice the argument of the tanh of {@link #geluTanh}. */
  private static float geluTanhArgument(float x) {
    float bounded = Math.min(Math.max(x, -TANH_PHI_BOUND), TANH_PHI_BOUND);
    float square = bounded * bounded;
    return (bounded * TANH_SLOPE) * Math.fma(square, TANH_CUBE, 1);
  }

  /** Returns the derivative of {@link #geluTanh}; absolute error below 1e-6. */
  static float geluTanhDerivative(float x) {
    float bounded = Math.min(Math.max(x, -TANH_PHI_BOUND), TANH_PHI_BOUND);
    float square = bounded * bounded;
    float e = exp(-geluTanhArgument(x));
    float s = 1 / (1 + e);
    float slope = Math.fma(square, 3 * TANH_CUBE, 1) * TANH_SLOPE;
    return Math.fma((bounded * slope) * s, e * s, s);
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
