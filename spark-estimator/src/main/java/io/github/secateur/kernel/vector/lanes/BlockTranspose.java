package io.github.secateur.kernel.vector.lanes;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * Transposes square blocks, as wide as a vector, by butterflies: at distance d, two rows whose
 * numbers differ in the bit d exchange the quarters that lie on the wrong side of the diagonal. Two
 * distances are done between a load and a store.
 */
public final class BlockTranspose {

  private static final VectorSpecies<Float> FLOATS = Lanes.FLOATS;

  private static final VectorShuffle<Float> BY_1 = exchange(1);
  private static final VectorShuffle<Float> BY_2 = exchange(2);
  private static final VectorShuffle<Float> BY_4 = exchange(4);
  private static final VectorShuffle<Float> BY_8 = exchange(8);
  private static final VectorMask<Float> BIT_1 = lanesWith(1);
  private static final VectorMask<Float> BIT_2 = lanesWith(2);
  private static final VectorMask<Float> BIT_4 = lanesWith(4);
  private static final VectorMask<Float> BIT_8 = lanesWith(8);

  private BlockTranspose() {}

  /** Returns whether vectors have a length for which {@link #transpose} is written. */
  public static boolean available() {
    return Lanes.LENGTH == 4 || Lanes.LENGTH == 8 || Lanes.LENGTH == 16;
  }

  /**
   * Writes the block Y = Xᵀ. Rows of X from {@code rows} on stand for its last row, so that nothing
   * beyond it is read.
   */
  public static void transpose(
      int rows, float[] x, int xOffset, int ldx, float[] y, int yOffset, int ldy) {
    for (int i = 0; i < Lanes.LENGTH; i += 4) {
      near(
          x,
          xOffset + Math.min(i, rows - 1) * ldx,
          xOffset + Math.min(i + 1, rows - 1) * ldx,
          xOffset + Math.min(i + 2, rows - 1) * ldx,
          xOffset + Math.min(i + 3, rows - 1) * ldx,
          y,
          yOffset + i * ldy,
          ldy);
    }
    if (Lanes.LENGTH == 16) {
      for (int i = 0; i < 4; i++) {
        far(y, yOffset + i * ldy, 4 * ldy);
      }
    } else if (Lanes.LENGTH == 8) {
      for (int i = 0; i < 4; i++) {
        halves(y, yOffset + i * ldy, 4 * ldy);
      }
    }
  }

  /** Distances 1 and 2, for four rows that lie one after the other. */
  private static void near(float[] x, int r0, int r1, int r2, int r3, float[] y, int to, int step) {
    FloatVector a = FloatVector.fromArray(FLOATS, x, r0);
    FloatVector b = FloatVector.fromArray(FLOATS, x, r1);
    FloatVector c = FloatVector.fromArray(FLOATS, x, r2);
    FloatVector d = FloatVector.fromArray(FLOATS, x, r3);
    FloatVector e = a.blend(b.rearrange(BY_1), BIT_1);
    FloatVector f = a.rearrange(BY_1).blend(b, BIT_1);
    FloatVector g = c.blend(d.rearrange(BY_1), BIT_1);
    FloatVector h = c.rearrange(BY_1).blend(d, BIT_1);
    e.blend(g.rearrange(BY_2), BIT_2).intoArray(y, to);
    f.blend(h.rearrange(BY_2), BIT_2).intoArray(y, to + step);
    e.rearrange(BY_2).blend(g, BIT_2).intoArray(y, to + 2 * step);
    f.rearrange(BY_2).blend(h, BIT_2).intoArray(y, to + 3 * step);
  }

  /** Distances 4 and 8, for four rows that are 4 apart, in place. */
  private static void far(float[] y, int at, int step) {
    FloatVector a = FloatVector.fromArray(FLOATS, y, at);
    FloatVector b = FloatVector.fromArray(FLOATS, y, at + step);
    FloatVector c = FloatVector.fromArray(FLOATS, y, at + 2 * step);
    FloatVector d = FloatVector.fromArray(FLOATS, y, at + 3 * step);
    FloatVector e = a.blend(b.rearrange(BY_4), BIT_4);
    FloatVector f = a.rearrange(BY_4).blend(b, BIT_4);
    FloatVector g = c.blend(d.rearrange(BY_4), BIT_4);
    FloatVector h = c.rearrange(BY_4).blend(d, BIT_4);
    e.blend(g.rearrange(BY_8), BIT_8).intoArray(y, at);
    f.blend(h.rearrange(BY_8), BIT_8).intoArray(y, at + step);
    e.rearrange(BY_8).blend(g, BIT_8).intoArray(y, at + 2 * step);
    f.rearrange(BY_8).blend(h, BIT_8).intoArray(y, at + 3 * step);
  }

  /** Distance 4 alone, in place. */
  private static void halves(float[] y, int at, int step) {
    FloatVector a = FloatVector.fromArray(FLOATS, y, at);
    FloatVector b = FloatVector.fromArray(FLOATS, y, at + step);
    a.blend(b.rearrange(BY_4), BIT_4).intoArray(y, at);
    a.rearrange(BY_4).blend(b, BIT_4).intoArray(y, at + step);
  }

  private static VectorShuffle<Float> exchange(int distance) {
    return VectorShuffle.fromOp(FLOATS, i -> i ^ distance & (Lanes.LENGTH - 1));
  }

  private static VectorMask<Float> lanesWith(int bit) {
    boolean[] set = new boolean[Lanes.LENGTH];
    for (int i = 0; i < set.length; i++) {
      set[i] = (i & bit) != 0;
    }
    return VectorMask.fromArray(FLOATS, set, 0);
  }
}
