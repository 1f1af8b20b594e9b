package io.github.secateur.kernel.vector.gemm;

import io.github.secateur.kernel.vector.lanes.Lanes;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Six rows by two vectors, for processors with 16 vector registers and rows of A where they lie.
 *
 * <p>The loop counts the indices into A itself, beside the one into B. Their bounds are then
 * checked in every turn, and that is wanted: where the JIT compilers of JDK 17 and 25 can move all
 * checks out of the loop, they load all values of A before they multiply, and find no registers for
 * them beside the twelve sums.
 *
 * <p>Written by {@code TileSource}, which is among the tests: change that, not this.
 */
final class Tile6x2 extends GemmTile {

  private static final VectorSpecies<Float> FLOATS = Lanes.FLOATS;
  private static final int V = Lanes.LENGTH;
  private static final int PANEL = 2 * V;

  Tile6x2() {
    super(6, 2, false);
  }

  @Override
  void multiplyRows(
      int k,
      float[] a,
      int aOffset,
      int[] rowStarts,
      int first,
      float[] b,
      int bOffset,
      float[] start,
      int startOffset,
      int startStep,
      float[] c,
      int cOffset,
      int ldc) {
    int r0 = aOffset + rowStarts[first];
    int r1 = aOffset + rowStarts[first + 1];
    int r2 = aOffset + rowStarts[first + 2];
    int r3 = aOffset + rowStarts[first + 3];
    int r4 = aOffset + rowStarts[first + 4];
    int r5 = aOffset + rowStarts[first + 5];
    FloatVector c00 = FloatVector.fromArray(FLOATS, start, startOffset);
    FloatVector c01 = FloatVector.fromArray(FLOATS, start, startOffset + V);
    FloatVector c10 = FloatVector.fromArray(FLOATS, start, startOffset + startStep);
    FloatVector c11 = FloatVector.fromArray(FLOATS, start, startOffset + startStep + V);
    FloatVector c20 = FloatVector.fromArray(FLOATS, start, startOffset + 2 * startStep);
    FloatVector c21 = FloatVector.fromArray(FLOATS, start, startOffset + 2 * startStep + V);
    FloatVector c30 = FloatVector.fromArray(FLOATS, start, startOffset + 3 * startStep);
    FloatVector c31 = FloatVector.fromArray(FLOATS, start, startOffset + 3 * startStep + V);
    FloatVector c40 = FloatVector.fromArray(FLOATS, start, startOffset + 4 * startStep);
    FloatVector c41 = FloatVector.fromArray(FLOATS, start, startOffset + 4 * startStep + V);
    FloatVector c50 = FloatVector.fromArray(FLOATS, start, startOffset + 5 * startStep);
    FloatVector c51 = FloatVector.fromArray(FLOATS, start, startOffset + 5 * startStep + V);
    int end = bOffset + k * PANEL;
    for (int p = bOffset; p < end; p += PANEL) {
      FloatVector b0 = FloatVector.fromArray(FLOATS, b, p);
      FloatVector b1 = FloatVector.fromArray(FLOATS, b, p + V);
      FloatVector a0 = FloatVector.broadcast(FLOATS, a[r0]);
      c00 = a0.fma(b0, c00);
      c01 = a0.fma(b1, c01);
      FloatVector a1 = FloatVector.broadcast(FLOATS, a[r1]);
      c10 = a1.fma(b0, c10);
      c11 = a1.fma(b1, c11);
      FloatVector a2 = FloatVector.broadcast(FLOATS, a[r2]);
      c20 = a2.fma(b0, c20);
      c21 = a2.fma(b1, c21);
      FloatVector a3 = FloatVector.broadcast(FLOATS, a[r3]);
      c30 = a3.fma(b0, c30);
      c31 = a3.fma(b1, c31);
      FloatVector a4 = FloatVector.broadcast(FLOATS, a[r4]);
      c40 = a4.fma(b0, c40);
      c41 = a4.fma(b1, c41);
      FloatVector a5 = FloatVector.broadcast(FLOATS, a[r5]);
      c50 = a5.fma(b0, c50);
      c51 = a5.fma(b1, c51);
      r0++;
      r1++;
      r2++;
      r3++;
      r4++;
      r5++;
    }
    c00.intoArray(c, cOffset);
    c01.intoArray(c, cOffset + V);
    c10.intoArray(c, cOffset + ldc);
    c11.intoArray(c, cOffset + ldc + V);
    c20.intoArray(c, cOffset + 2 * ldc);
    c21.intoArray(c, cOffset + 2 * ldc + V);
    c30.intoArray(c, cOffset + 3 * ldc);
    c31.intoArray(c, cOffset + 3 * ldc + V);
    c40.intoArray(c, cOffset + 4 * ldc);
    c41.intoArray(c, cOffset + 4 * ldc + V);
    c50.intoArray(c, cOffset + 5 * ldc);
    c51.intoArray(c, cOffset + 5 * ldc + V);
  }
}
