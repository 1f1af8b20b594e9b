package io.github.secateur.kernel.vector;

import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.XOR;

import io.github.secateur.kernel.Kernels;
import io.github.secateur.kernel.scalar.DropoutBits;
import io.github.secateur.kernel.vector.lanes.Lanes;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorSpecies;

/** {@link DropoutBits} with the Vector API: one counter per lane. */
final class VectorDropout {

  private static final VectorSpecies<Integer> INTS = Lanes.FLOATS.withLanes(int.class);

  private VectorDropout() {}

  /** As {@link Kernels#dropoutMask}. */
  static void mask(long key, long firstCounter, float rate, int n, float[] mask, int maskOffset) {
    int done = 0;
    while (done < n) {
      long counter = firstCounter + done;
      int run = DropoutBits.runLength(counter, n - done);
      int whole = Lanes.whole(run);
      long keys = DropoutBits.keys(key, counter);
      maskRun(
          (int) (keys >>> 32),
          (int) keys,
          (int) counter,
          DropoutBits.threshold(rate),
          1 / (1 - rate),
          whole,
          mask,
          maskOffset + done);
      DropoutBits.mask(key, counter + whole, rate, run - whole, mask, maskOffset + done + whole);
      done += run;
    }
  }

  private static void maskRun(
      int highKey,
      int lowKey,
      int counter,
      int threshold,
      float kept,
      int n,
      float[] mask,
      int maskOffset) {
    for (int i = 0; i < n; i += Lanes.LENGTH) {
      IntVector v = IntVector.broadcast(INTS, counter + i + highKey).addIndex(1);
      v = v.lanewise(XOR, v.lanewise(LSHR, 16)).mul(DropoutBits.MULTIPLIER_1);
      v = v.lanewise(XOR, v.lanewise(LSHR, 15)).mul(DropoutBits.MULTIPLIER_2);
      v = v.lanewise(XOR, v.lanewise(LSHR, 16)).lanewise(XOR, lowKey);
      v = v.lanewise(XOR, v.lanewise(LSHR, 16)).mul(DropoutBits.MULTIPLIER_1);
      v = v.lanewise(XOR, v.lanewise(LSHR, 15)).mul(DropoutBits.MULTIPLIER_2);
      v = v.lanewise(XOR, v.lanewise(LSHR, 16));
      // all ones below the threshold, zeros otherwise
      IntVector dropped = v.lanewise(LSHR, 8).sub(threshold).lanewise(ASHR, 31);
      dropped
          .not()
          .and(Float.floatToRawIntBits(kept))
          .reinterpretAsFloats()
          .intoArray(mask, maskOffset + i);
    }
  }
}
