package io.github.secateur.kernel;

import static jdk.incubator.vector.VectorOperators.ADD;
import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.XOR;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * Uses once, before any of it is compiled, each operator of the Vector API that these kernels and
 * the BLAS in Java of Spark use, so that the API has all of them in its caches.
 *
 * <p>JDK 17 looks an operator up by one method for all. If that was compiled for the operators seen
 * so far, each new one leaves the compiled code by a class check, and the JIT compiler counts such
 * exits again for every call that it inlines. From a hundred on it no longer trusts the class of a
 * vector, in that method: it then makes an object of each sum of a tile in each turn of the loop,
 * and the product is twenty times slower. Which order a training saw was a matter of luck.
 */
final class OperatorCaches {

  private OperatorCaches() {}

  /** Fills the caches, and returns what depends on all results. */
  static double fill() {
    FloatVector floats = FloatVector.broadcast(Lanes.FLOATS, 1);
    FloatVector y = floats.add(floats).sub(floats).mul(floats).div(floats).max(floats).min(floats);
    IntVector ints = IntVector.broadcast(Lanes.FLOATS.withLanes(int.class), 1);
    IntVector shifted = ints.lanewise(LSHL, 3).lanewise(ASHR, 1).lanewise(LSHR, 1);
    IntVector z = shifted.add(ints).sub(ints).mul(ints).lanewise(XOR, ints).and(ints);
    DoubleVector doubles = DoubleVector.broadcast(Lanes.FLOATS.withLanes(double.class), 1);
    DoubleVector w = doubles.add(doubles).sub(doubles).mul(doubles).fma(doubles, doubles);
    return y.fma(floats, floats).neg().abs().reduceLanes(ADD)
        + z.reduceLanes(ADD)
        + w.reduceLanes(ADD);
  }
}
