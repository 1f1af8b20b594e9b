package io.github.secateur.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** The vectors that all vector kernels use: the longest that the processor has. */
final class Lanes {

  static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;

  /** Values in a vector. */
  static final int LENGTH = FLOATS.length();

  private Lanes() {}

  /** Returns how many of n values are in whole vectors. */
  static int whole(int n) {
    return n - n % LENGTH;
  }
}
