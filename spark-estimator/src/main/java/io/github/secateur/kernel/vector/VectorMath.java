package io.github.secateur.kernel.vector;

import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.EQ;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LT;

import io.github.secateur.kernel.scalar.FloatMath;
import io.github.secateur.kernel.vector.lanes.Lanes;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/**
 * The exponential functions, the logarithm and the powers of {@link FloatMath} over arrays,
 * operation by operation, so with the same bits.
 *
 * <p>Each method is one loop without calls: the JIT compiler does not inline what it has already
 * compiled into much code, and a vector that crosses a call is an object on the heap. What needs
 * several functions makes several passes over a block that stays in the cache.
 */
final class VectorMath {

  private static final VectorSpecies<Float> FLOATS = Lanes.FLOATS;

  private VectorMath() {}

  /** Computes y = exp(x) for n values, n being a multiple of the vector length; y may be x. */
  static void exp(int n, float[] x, int xOffset, float[] y, int yOffset) {
    for (int i = 0; i < n; i += Lanes.LENGTH) {
      FloatVector bounded =
          FloatVector.fromArray(FLOATS, x, xOffset + i)
              .max(FloatMath.EXP_LOW)
              .min(FloatMath.EXP_HIGH);
      FloatVector rounder = FloatVector.broadcast(FLOATS, FloatMath.ROUNDER);
      FloatVector t = bounded.fma(FloatVector.broadcast(FLOATS, FloatMath.LOG2_E), rounder);
      FloatVector whole = t.sub(rounder);
      FloatVector r =
          whole.fma(
              FloatVector.broadcast(FLOATS, -FloatMath.LN2_LOW),
              whole.fma(FloatVector.broadcast(FLOATS, -FloatMath.LN2_HIGH), bounded));
      FloatVector q =
          FloatVector.broadcast(FLOATS, FloatMath.E4)
              .fma(r, FloatVector.broadcast(FLOATS, FloatMath.E3))
              .fma(r, FloatVector.broadcast(FLOATS, FloatMath.E2))
              .fma(r, FloatVector.broadcast(FLOATS, FloatMath.E1))
              .fma(r, FloatVector.broadcast(FLOATS, FloatMath.E0));
      FloatVector e = r.mul(r).fma(q, r);
      IntVector exponent = t.reinterpretAsInts().sub(FloatMath.ROUNDER_BITS);
      IntVector half = exponent.lanewise(ASHR, 1);
      FloatVector one = half.add(127).lanewise(LSHL, 23).reinterpretAsFloats();
      FloatVector other = exponent.sub(half).add(127).lanewise(LSHL, 23).reinterpretAsFloats();
      e.add(1f).mul(one).mul(other).intoArray(y, yOffset + i);
    }
  }

  /**
   * Computes y = exp(x) - 1 for n values x ≤ 60, n being a multiple of the vector length; y may be
   * x.
   */
  static void expMinusOne(int n, float[] x, int xOffset, float[] y, int yOffset) {
    for (int i = 0; i < n; i += Lanes.LENGTH) {
      FloatVector bounded = FloatVector.fromArray(FLOATS, x, xOffset + i).max(-60f);
      FloatVector rounder = FloatVector.broadcast(FLOATS, FloatMath.ROUNDER);
      FloatVector t = bounded.fma(FloatVector.broadcast(FLOATS, FloatMath.LOG2_E), rounder);
      FloatVector whole = t.sub(rounder);
      FloatVector r =
          whole.fma(
              FloatVector.broadcast(FLOATS, -FloatMath.LN2_LOW),
              whole.fma(FloatVector.broadcast(FLOATS, -FloatMath.LN2_HIGH), bounded));
      FloatVector q =
          FloatVector.broadcast(FLOATS, FloatMath.E4)
              .fma(r, FloatVector.broadcast(FLOATS, FloatMath.E3))
              .fma(r, FloatVector.broadcast(FLOATS, FloatMath.E2))
              .fma(r, FloatVector.broadcast(FLOATS, FloatMath.E1))
              .fma(r, FloatVector.broadcast(FLOATS, FloatMath.E0));
      FloatVector e = r.mul(r).fma(q, r);
      IntVector exponent = t.reinterpretAsInts().sub(FloatMath.ROUNDER_BITS);
      FloatVector scale = exponent.add(127).lanewise(LSHL, 23).reinterpretAsFloats();
      scale.fma(e, scale.sub(1f)).intoArray(y, yOffset + i);
    }
  }

  /** Computes y = log(x) for n values, n being a multiple of the vector length; y may be x. */
  static void log(int n, float[] x, int xOffset, float[] y, int yOffset) {
    FloatVector zero = FloatVector.zero(FLOATS);
    for (int i = 0; i < n; i += Lanes.LENGTH) {
      FloatVector value = FloatVector.fromArray(FLOATS, x, xOffset + i);
      VectorMask<Float> small = value.compare(LT, Float.MIN_NORMAL);
      IntVector bits =
          value
              .blend(value.mul(FloatMath.UP), small)
              .reinterpretAsInts()
              .sub(FloatMath.SQRT_HALF_BITS);
      FloatVector m =
          bits.and(FloatMath.MANTISSA).add(FloatMath.SQRT_HALF_BITS).reinterpretAsFloats();
      FloatVector whole = // the exponent as a float
          bits.lanewise(ASHR, 23)
              .add(FloatMath.ROUNDER_BITS)
              .reinterpretAsFloats()
              .sub(FloatMath.ROUNDER)
              .sub(zero.blend(FloatMath.UP_EXPONENT, small));
      FloatVector f = m.sub(1f);
      FloatVector s = f.div(f.add(2f));
      FloatVector u = s.mul(s);
      FloatVector p =
          FloatVector.broadcast(FLOATS, FloatMath.A3)
              .fma(u, FloatVector.broadcast(FLOATS, FloatMath.A2))
              .fma(u, FloatVector.broadcast(FLOATS, FloatMath.A1))
              .fma(u, FloatVector.broadcast(FLOATS, FloatMath.A0));
      FloatVector twice = s.add(s);
      FloatVector low =
          whole.fma(FloatVector.broadcast(FLOATS, FloatMath.LN2_LOW), twice.fma(u.mul(p), twice));
      FloatVector result = whole.fma(FloatVector.broadcast(FLOATS, FloatMath.LN2_HIGH), low);
      FloatVector finite =
          FloatVector.broadcast(FLOATS, Float.NaN).blend(result, value.compare(GT, 0f));
      finite
          .blend(Float.NEGATIVE_INFINITY, value.compare(EQ, 0f))
          .blend(value, value.compare(EQ, Float.POSITIVE_INFINITY))
          .intoArray(y, yOffset + i);
    }
  }

  /**
   * Computes y = x to the power of the exponent for n values, n being a multiple of the vector
   * length; y may not overlap x.
   */
  static void pow(int n, float exponent, float[] x, int xOffset, float[] y, int yOffset) {
    float magnitude = Math.abs(exponent);
    int whole = (int) magnitude;
    if (magnitude - whole != 0 && magnitude - whole != 0.5f) {
      log(n, x, xOffset, y, yOffset);
      for (int i = 0; i < n; i += Lanes.LENGTH) {
        FloatVector.fromArray(FLOATS, y, yOffset + i).mul(exponent).intoArray(y, yOffset + i);
      }
      exp(n, y, yOffset, y, yOffset);
      return;
    }
    power(n, whole, x, xOffset, y, yOffset);
    if (magnitude != whole) {
      for (int i = 0; i < n; i += Lanes.LENGTH) {
        FloatVector root = FloatVector.fromArray(FLOATS, x, xOffset + i).sqrt();
        FloatVector.fromArray(FLOATS, y, yOffset + i).mul(root).intoArray(y, yOffset + i);
      }
    }
    if (exponent < 0) {
      FloatVector one = FloatVector.broadcast(FLOATS, 1f);
      for (int i = 0; i < n; i += Lanes.LENGTH) {
        one.div(FloatVector.fromArray(FLOATS, y, yOffset + i)).intoArray(y, yOffset + i);
      }
    }
  }

  private static void power(int n, int times, float[] x, int xOffset, float[] y, int yOffset) {
    if (times == 0) {
      Arrays.fill(y, yOffset, yOffset + n, 1f);
      return;
    }
    System.arraycopy(x, xOffset, y, yOffset, n);
    for (int bit = Integer.highestOneBit(times) >> 1; bit > 0; bit >>= 1) {
      for (int i = 0; i < n; i += Lanes.LENGTH) {
        FloatVector power = FloatVector.fromArray(FLOATS, y, yOffset + i);
        power.mul(power).intoArray(y, yOffset + i);
      }
      if ((times & bit) != 0) {
        for (int i = 0; i < n; i += Lanes.LENGTH) {
          FloatVector.fromArray(FLOATS, y, yOffset + i)
              .mul(FloatVector.fromArray(FLOATS, x, xOffset + i))
              .intoArray(y, yOffset + i);
        }
      }
    }
  }
}
