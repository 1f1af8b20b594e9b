package io.github.secateur.kernel.vector.lanes;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * The vectors that all vector kernels use: the longest that the processor has, of those that {@link
 * VectorBits} allows.
 *
 * <p>Of two species of the processor's length, this is the one that the BLAS in Java that ships
 * with Spark uses. They are different classes, and once JDK 17 has seen both in the methods of the
 * Vector API it makes an object of each vector: products are then ten times slower.
 */
public final class Lanes {

  public static final VectorSpecies<Float> FLOATS = species(VectorBits.most());

  /** Vectors of the same length, with half as many values. */
  public static final VectorSpecies<Double> DOUBLES = FLOATS.withLanes(double.class);

  /** Values in a vector of {@link #FLOATS}. */
  public static final int LENGTH = FLOATS.length();

  private Lanes() {}

  /** Returns how many of n values are in whole vectors. */
  public static int whole(int n) {
    return n - n % LENGTH;
  }

  private static VectorSpecies<Float> species(int mostBits) {
    if (FloatVector.SPECIES_PREFERRED.vectorBitSize() > mostBits) {
      return VectorSpecies.of(float.class, VectorShape.forBitSize(mostBits));
    }
    return FloatVector.SPECIES_MAX.length() == FloatVector.SPECIES_PREFERRED.length()
        ? FloatVector.SPECIES_MAX
        : FloatVector.SPECIES_PREFERRED;
  }
}
