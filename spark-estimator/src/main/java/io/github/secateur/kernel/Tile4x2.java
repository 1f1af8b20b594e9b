package io.github.secateur.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Four rows by two vectors. The sums are local variables, one by one, or the JIT compiler would not
 * keep them in registers.
 */
final class Tile4x2 extends GemmTile {

  private static final VectorSpecies<Float> FLOATS = Lanes.FLOATS;
  private static final int V = Lanes.LENGTH;
  private static final int STRIP = PanelPacking.STRIP;

  Tile4x2() {
    super(4, 2);
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
    FloatVector c00 = FloatVector.fromArray(FLOATS, start, startOffset);
    FloatVector c01 = FloatVector.fromArray(FLOATS, start, startOffset + V);
    FloatVector c10 = FloatVector.fromArray(FLOATS, start, startOffset + startStep);
    FloatVector c11 = FloatVector.fromArray(FLOATS, start, startOffset + startStep + V);
    FloatVector c20 = FloatVector.fromArray(FLOATS, start, startOffset + 2 * startStep);
    FloatVector c21 = FloatVector.fromArray(FLOATS, start, startOffset + 2 * startStep + V);
    FloatVector c30 = FloatVector.fromArray(FLOATS, start, startOffset + 3 * startStep);
    FloatVector c31 = FloatVector.fromArray(FLOATS, start, startOffset + 3 * startStep + V);
    for (int p = 0; p < k; p++) {
      FloatVector b0 = FloatVector.fromArray(FLOATS, b, bOffset + p * 2 * V);
      FloatVector b1 = FloatVector.fromArray(FLOATS, b, bOffset + p * 2 * V + V);
      FloatVector a0 = FloatVector.broadcast(FLOATS, a[r0 + p]);
      c00 = a0.fma(b0, c00);
      c01 = a0.fma(b1, c01);
      FloatVector a1 = FloatVector.broadcast(FLOATS, a[r1 + p]);
      c10 = a1.fma(b0, c10);
      c11 = a1.fma(b1, c11);
      FloatVector a2 = FloatVector.broadcast(FLOATS, a[r2 + p]);
      c20 = a2.fma(b0, c20);
      c21 = a2.fma(b1, c21);
      FloatVector a3 = FloatVector.broadcast(FLOATS, a[r3 + p]);
      c30 = a3.fma(b0, c30);
      c31 = a3.fma(b1, c31);
    }
    c00.intoArray(c, cOffset);
    c01.intoArray(c, cOffset + V);
    c10.intoArray(c, cOffset + ldc);
    c11.intoArray(c, cOffset + ldc + V);
    c20.intoArray(c, cOffset + 2 * ldc);
    c21.intoArray(c, cOffset + 2 * ldc + V);
    c30.intoArray(c, cOffset + 3 * ldc);
    c31.intoArray(c, cOffset + 3 * ldc + V);
  }

  @Override
  void multiplyStrip(
      int k,
      float[] a,
      int aOffset,
      float[] b,
      int bOffset,
      float[] start,
      int startOffset,
      int startStep,
      float[] c,
      int cOffset,
      int ldc) {
    FloatVector c00 = FloatVector.fromArray(FLOATS, start, startOffset);
    FloatVector c01 = FloatVector.fromArray(FLOATS, start, startOffset + V);
    FloatVector c10 = FloatVector.fromArray(FLOATS, start, startOffset + startStep);
    FloatVector c11 = FloatVector.fromArray(FLOATS, start, startOffset + startStep + V);
    FloatVector c20 = FloatVector.fromArray(FLOATS, start, startOffset + 2 * startStep);
    FloatVector c21 = FloatVector.fromArray(FLOATS, start, startOffset + 2 * startStep + V);
    FloatVector c30 = FloatVector.fromArray(FLOATS, start, startOffset + 3 * startStep);
    FloatVector c31 = FloatVector.fromArray(FLOATS, start, startOffset + 3 * startStep + V);
    for (int p = 0; p < k; p++) {
      FloatVector b0 = FloatVector.fromArray(FLOATS, b, bOffset + p * 2 * V);
      FloatVector b1 = FloatVector.fromArray(FLOATS, b, bOffset + p * 2 * V + V);
      FloatVector a0 = FloatVector.broadcast(FLOATS, a[aOffset + p * STRIP]);
      c00 = a0.fma(b0, c00);
      c01 = a0.fma(b1, c01);
      FloatVector a1 = FloatVector.broadcast(FLOATS, a[aOffset + p * STRIP + 1]);
      c10 = a1.fma(b0, c10);
      c11 = a1.fma(b1, c11);
      FloatVector a2 = FloatVector.broadcast(FLOATS, a[aOffset + p * STRIP + 2]);
      c20 = a2.fma(b0, c20);
      c21 = a2.fma(b1, c21);
      FloatVector a3 = FloatVector.broadcast(FLOATS, a[aOffset + p * STRIP + 3]);
      c30 = a3.fma(b0, c30);
      c31 = a3.fma(b1, c31);
    }
    c00.intoArray(c, cOffset);
    c01.intoArray(c, cOffset + V);
    c10.intoArray(c, cOffset + ldc);
    c11.intoArray(c, cOffset + ldc + V);
    c20.intoArray(c, cOffset + 2 * ldc);
    c21.intoArray(c, cOffset + 2 * ldc + V);
    c30.intoArray(c, cOffset + 3 * ldc);
    c31.intoArray(c, cOffset + 3 * ldc + V);
  }
}
