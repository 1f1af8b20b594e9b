package io.github.secateur.kernel.vector;

import static jdk.incubator.vector.VectorOperators.ADD;
import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.XOR;

import io.github.secateur.kernel.vector.lanes.Lanes;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * Uses each operator of the Vector API that these kernels and the BLAS in Java of Spark use, before
 * any of it is compiled for a few of them, so that the API has all in its caches and the JIT
 * compiler has seen all kinds.
 *
 * <p>All operators are looked up by the same methods. If JDK 17 compiles those for the operators
 * seen so far, each new one leaves the compiled code by a class check, and the JIT compiler counts
 * such exits again for every call that it inlines. From a hundred on it no longer trusts the class
 * of a vector, in the method that it compiles: it then makes an object of each sum of a tile in
 * each turn of the loop, and the product is twenty times slower. Without this it is a matter of
 * luck.
 */
final class OperatorCaches {

  /** Enough for the methods to be compiled with all kinds of operators in their profiles. */
  private static final int ROUNDS = 1000;

  private OperatorCaches() {}

  /**
   * Fills the caches, in less than a tenth of a second, and returns what depends on all results.
   */
  static double fill() {
    double sum = 0;
    for (int round = 0; round < ROUNDS; round++) {
      sum += useEachOperator();
    }
    return sum;
  }

  private static double useEachOperator() {
    FloatVector floats = FloatVector.broadcast(Lanes.FLOATS, 1);
    FloatVector y = floats.add(floats).sub(floats).mul(floats).div(floats).max(floats).min(floats);
    IntVector ints = IntVector.broadcast(Lanes.FLOATS.withLanes(int.class), 1);
    IntVector shifted = ints.lanewise(LSHL, 3).lanewise(ASHR, 1).lanewise(LSHR, 1);
    IntVector z = shifted.add(ints).sub(ints).mul(ints).lanewise(XOR, ints).and(ints);
    DoubleVector doubles = DoubleVector.broadcast(Lanes.DOUBLES, 1);
    DoubleVector w = doubles.add(doubles).sub(doubles).mul(doubles).fma(doubles, doubles);
    return y.fma(floats, floats).neg().abs().sqrt().reduceLanes(ADD)
        + z.reduceLanes(ADD)
        + w.reduceLanes(ADD);
  }
}
