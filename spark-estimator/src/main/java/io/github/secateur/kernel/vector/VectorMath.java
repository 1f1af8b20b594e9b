package io.github.secateur.kernel.vector;

import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.LSHL;

import io.github.secateur.kernel.scalar.FloatMath;
import io.github.secateur.kernel.vector.lanes.Lanes;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The exponential functions of {@link FloatMath} over arrays, operation by operation, so with the
 * same bits.
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
}
