package io.github.secateur.kernel.vector;

import static jdk.incubator.vector.VectorOperators.EQ;
import static jdk.incubator.vector.VectorOperators.GT;

import io.github.secateur.kernel.Combination;
import io.github.secateur.kernel.Kernels;
import io.github.secateur.kernel.scalar.ScalarCombinations;
import io.github.secateur.kernel.vector.lanes.Lanes;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Combinations of two arrays, or of an array and a value, with the Vector API. Sums along a run
 * have one order, so they are left to the scalar kernels.
 */
final class VectorCombinations {

  private static final VectorSpecies<Float> FLOATS = Lanes.FLOATS;

  private VectorCombinations() {}

  /** As {@link Kernels#combine}. */
  static void combine(
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
    int whole = Lanes.whole(n);
    switch (f) {
      case ADD -> {
        for (int i = 0; i < whole; i += Lanes.LENGTH) {
          values(x, xOffset, xStep, i).add(values(y, yOffset, yStep, i)).intoArray(z, zOffset + i);
        }
      }
      case SUBTRACT -> {
        for (int i = 0; i < whole; i += Lanes.LENGTH) {
          values(x, xOffset, xStep, i).sub(values(y, yOffset, yStep, i)).intoArray(z, zOffset + i);
        }
      }
      case MULTIPLY -> {
        for (int i = 0; i < whole; i += Lanes.LENGTH) {
          values(x, xOffset, xStep, i).mul(values(y, yOffset, yStep, i)).intoArray(z, zOffset + i);
        }
      }
      case DIVIDE -> {
        for (int i = 0; i < whole; i += Lanes.LENGTH) {
          values(x, xOffset, xStep, i).div(values(y, yOffset, yStep, i)).intoArray(z, zOffset + i);
        }
      }
      case MINIMUM -> {
        for (int i = 0; i < whole; i += Lanes.LENGTH) {
          values(x, xOffset, xStep, i).min(values(y, yOffset, yStep, i)).intoArray(z, zOffset + i);
        }
      }
      case MAXIMUM -> {
        for (int i = 0; i < whole; i += Lanes.LENGTH) {
          values(x, xOffset, xStep, i).max(values(y, yOffset, yStep, i)).intoArray(z, zOffset + i);
        }
      }
    }
    ScalarCombinations.combine(
        f,
        n - whole,
        x,
        xOffset + whole * xStep,
        xStep,
        y,
        yOffset + whole * yStep,
        yStep,
        z,
        zOffset + whole);
  }

  /** As {@link Kernels#combineGradient}. */
  static void gradient(
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
    int whole = ownStep == 0 ? 0 : Lanes.whole(n);
    for (int i = 0; i < whole; i += Lanes.LENGTH) {
      FloatVector gradient = FloatVector.fromArray(FLOATS, dz, dzOffset + i);
      FloatVector value =
          switch (f) {
            case ADD -> gradient;
            case SUBTRACT -> second ? gradient.neg() : gradient;
            case MULTIPLY -> gradient.mul(values(other, otherOffset, otherStep, i));
            case DIVIDE ->
                second
                    ? divisor(
                        values(own, ownOffset, ownStep, i),
                        values(other, otherOffset, otherStep, i),
                        gradient)
                    : gradient.div(values(other, otherOffset, otherStep, i));
            case MAXIMUM ->
                share(
                    values(own, ownOffset, ownStep, i),
                    values(other, otherOffset, otherStep, i),
                    gradient);
            case MINIMUM ->
                share(
                    values(other, otherOffset, otherStep, i),
                    values(own, ownOffset, ownStep, i),
                    gradient);
          };
      FloatVector sum = adds ? FloatVector.fromArray(FLOATS, dx, dxOffset + i).add(value) : value;
      sum.intoArray(dx, dxOffset + i);
    }
    ScalarCombinations.gradient(
        f,
        second,
        n - whole,
        own,
        ownOffset + whole * ownStep,
        ownStep,
        other,
        otherOffset + whole * otherStep,
        otherStep,
        dz,
        dzOffset + whole,
        adds,
        dx,
        dxOffset + whole);
  }

  private static FloatVector divisor(FloatVector own, FloatVector other, FloatVector gradient) {
    return gradient.neg().mul(other.div(own.mul(own)));
  }

  private static FloatVector share(FloatVector own, FloatVector other, FloatVector gradient) {
    FloatVector half = FloatVector.zero(FLOATS).blend(gradient.mul(0.5f), own.compare(EQ, other));
    return half.blend(gradient, own.compare(GT, other));
  }

  private static FloatVector values(float[] x, int offset, int step, int i) {
    return step == 0
        ? FloatVector.broadcast(FLOATS, x[offset])
        : FloatVector.fromArray(FLOATS, x, offset + i);
  }
}
