package io.github.secateur.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Fourteen rows by two vectors. The sums are local variables, one by one, or the JIT compiler would
 * not keep them in registers.
 */
final class Tile14x2 extends GemmTile {

  private static final VectorSpecies<Float> FLOATS = Lanes.FLOATS;
  private static final int V = Lanes.LENGTH;
  private static final int STRIP = PanelPacking.STRIP;

  Tile14x2() {
    super(14, 2);
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
    int r6 = aOffset + rowStarts[first + 6];
    int r7 = aOffset + rowStarts[first + 7];
    int r8 = aOffset + rowStarts[first + 8];
    int r9 = aOffset + rowStarts[first + 9];
    int r10 = aOffset + rowStarts[first + 10];
    int r11 = aOffset + rowStarts[first + 11];
    int r12 = aOffset + rowStarts[first + 12];
    int r13 = aOffset + rowStarts[first + 13];
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
    FloatVector c60 = FloatVector.fromArray(FLOATS, start, startOffset + 6 * startStep);
    FloatVector c61 = FloatVector.fromArray(FLOATS, start, startOffset + 6 * startStep + V);
    FloatVector c70 = FloatVector.fromArray(FLOATS, start, startOffset + 7 * startStep);
    FloatVector c71 = FloatVector.fromArray(FLOATS, start, startOffset + 7 * startStep + V);
    FloatVector c80 = FloatVector.fromArray(FLOATS, start, startOffset + 8 * startStep);
    FloatVector c81 = FloatVector.fromArray(FLOATS, start, startOffset + 8 * startStep + V);
    FloatVector c90 = FloatVector.fromArray(FLOATS, start, startOffset + 9 * startStep);
    FloatVector c91 = FloatVector.fromArray(FLOATS, start, startOffset + 9 * startStep + V);
    FloatVector c100 = FloatVector.fromArray(FLOATS, start, startOffset + 10 * startStep);
    FloatVector c101 = FloatVector.fromArray(FLOATS, start, startOffset + 10 * startStep + V);
    FloatVector c110 = FloatVector.fromArray(FLOATS, start, startOffset + 11 * startStep);
    FloatVector c111 = FloatVector.fromArray(FLOATS, start, startOffset + 11 * startStep + V);
    FloatVector c120 = FloatVector.fromArray(FLOATS, start, startOffset + 12 * startStep);
    FloatVector c121 = FloatVector.fromArray(FLOATS, start, startOffset + 12 * startStep + V);
    FloatVector c130 = FloatVector.fromArray(FLOATS, start, startOffset + 13 * startStep);
    FloatVector c131 = FloatVector.fromArray(FLOATS, start, startOffset + 13 * startStep + V);
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
      FloatVector a4 = FloatVector.broadcast(FLOATS, a[r4 + p]);
      c40 = a4.fma(b0, c40);
      c41 = a4.fma(b1, c41);
      FloatVector a5 = FloatVector.broadcast(FLOATS, a[r5 + p]);
      c50 = a5.fma(b0, c50);
      c51 = a5.fma(b1, c51);
      FloatVector a6 = FloatVector.broadcast(FLOATS, a[r6 + p]);
      c60 = a6.fma(b0, c60);
      c61 = a6.fma(b1, c61);
      FloatVector a7 = FloatVector.broadcast(FLOATS, a[r7 + p]);
      c70 = a7.fma(b0, c70);
      c71 = a7.fma(b1, c71);
      FloatVector a8 = FloatVector.broadcast(FLOATS, a[r8 + p]);
      c80 = a8.fma(b0, c80);
      c81 = a8.fma(b1, c81);
      FloatVector a9 = FloatVector.broadcast(FLOATS, a[r9 + p]);
      c90 = a9.fma(b0, c90);
      c91 = a9.fma(b1, c91);
      FloatVector a10 = FloatVector.broadcast(FLOATS, a[r10 + p]);
      c100 = a10.fma(b0, c100);
      c101 = a10.fma(b1, c101);
      FloatVector a11 = FloatVector.broadcast(FLOATS, a[r11 + p]);
      c110 = a11.fma(b0, c110);
      c111 = a11.fma(b1, c111);
      FloatVector a12 = FloatVector.broadcast(FLOATS, a[r12 + p]);
      c120 = a12.fma(b0, c120);
      c121 = a12.fma(b1, c121);
      FloatVector a13 = FloatVector.broadcast(FLOATS, a[r13 + p]);
      c130 = a13.fma(b0, c130);
      c131 = a13.fma(b1, c131);
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
    c60.intoArray(c, cOffset + 6 * ldc);
    c61.intoArray(c, cOffset + 6 * ldc + V);
    c70.intoArray(c, cOffset + 7 * ldc);
    c71.intoArray(c, cOffset + 7 * ldc + V);
    c80.intoArray(c, cOffset + 8 * ldc);
    c81.intoArray(c, cOffset + 8 * ldc + V);
    c90.intoArray(c, cOffset + 9 * ldc);
    c91.intoArray(c, cOffset + 9 * ldc + V);
    c100.intoArray(c, cOffset + 10 * ldc);
    c101.intoArray(c, cOffset + 10 * ldc + V);
    c110.intoArray(c, cOffset + 11 * ldc);
    c111.intoArray(c, cOffset + 11 * ldc + V);
    c120.intoArray(c, cOffset + 12 * ldc);
    c121.intoArray(c, cOffset + 12 * ldc + V);
    c130.intoArray(c, cOffset + 13 * ldc);
    c131.intoArray(c, cOffset + 13 * ldc + V);
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
    FloatVector c40 = FloatVector.fromArray(FLOATS, start, startOffset + 4 * startStep);
    FloatVector c41 = FloatVector.fromArray(FLOATS, start, startOffset + 4 * startStep + V);
    FloatVector c50 = FloatVector.fromArray(FLOATS, start, startOffset + 5 * startStep);
    FloatVector c51 = FloatVector.fromArray(FLOATS, start, startOffset + 5 * startStep + V);
    FloatVector c60 = FloatVector.fromArray(FLOATS, start, startOffset + 6 * startStep);
    FloatVector c61 = FloatVector.fromArray(FLOATS, start, startOffset + 6 * startStep + V);
    FloatVector c70 = FloatVector.fromArray(FLOATS, start, startOffset + 7 * startStep);
    FloatVector c71 = FloatVector.fromArray(FLOATS, start, startOffset + 7 * startStep + V);
    FloatVector c80 = FloatVector.fromArray(FLOATS, start, startOffset + 8 * startStep);
    FloatVector c81 = FloatVector.fromArray(FLOATS, start, startOffset + 8 * startStep + V);
    FloatVector c90 = FloatVector.fromArray(FLOATS, start, startOffset + 9 * startStep);
    FloatVector c91 = FloatVector.fromArray(FLOATS, start, startOffset + 9 * startStep + V);
    FloatVector c100 = FloatVector.fromArray(FLOATS, start, startOffset + 10 * startStep);
    FloatVector c101 = FloatVector.fromArray(FLOATS, start, startOffset + 10 * startStep + V);
    FloatVector c110 = FloatVector.fromArray(FLOATS, start, startOffset + 11 * startStep);
    FloatVector c111 = FloatVector.fromArray(FLOATS, start, startOffset + 11 * startStep + V);
    FloatVector c120 = FloatVector.fromArray(FLOATS, start, startOffset + 12 * startStep);
    FloatVector c121 = FloatVector.fromArray(FLOATS, start, startOffset + 12 * startStep + V);
    FloatVector c130 = FloatVector.fromArray(FLOATS, start, startOffset + 13 * startStep);
    FloatVector c131 = FloatVector.fromArray(FLOATS, start, startOffset + 13 * startStep + V);
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
      FloatVector a4 = FloatVector.broadcast(FLOATS, a[aOffset + p * STRIP + 4]);
      c40 = a4.fma(b0, c40);
      c41 = a4.fma(b1, c41);
      FloatVector a5 = FloatVector.broadcast(FLOATS, a[aOffset + p * STRIP + 5]);
      c50 = a5.fma(b0, c50);
      c51 = a5.fma(b1, c51);
      FloatVector a6 = FloatVector.broadcast(FLOATS, a[aOffset + p * STRIP + 6]);
      c60 = a6.fma(b0, c60);
      c61 = a6.fma(b1, c61);
      FloatVector a7 = FloatVector.broadcast(FLOATS, a[aOffset + p * STRIP + 7]);
      c70 = a7.fma(b0, c70);
      c71 = a7.fma(b1, c71);
      FloatVector a8 = FloatVector.broadcast(FLOATS, a[aOffset + p * STRIP + 8]);
      c80 = a8.fma(b0, c80);
      c81 = a8.fma(b1, c81);
      FloatVector a9 = FloatVector.broadcast(FLOATS, a[aOffset + p * STRIP + 9]);
      c90 = a9.fma(b0, c90);
      c91 = a9.fma(b1, c91);
      FloatVector a10 = FloatVector.broadcast(FLOATS, a[aOffset + p * STRIP + 10]);
      c100 = a10.fma(b0, c100);
      c101 = a10.fma(b1, c101);
      FloatVector a11 = FloatVector.broadcast(FLOATS, a[aOffset + p * STRIP + 11]);
      c110 = a11.fma(b0, c110);
      c111 = a11.fma(b1, c111);
      FloatVector a12 = FloatVector.broadcast(FLOATS, a[aOffset + p * STRIP + 12]);
      c120 = a12.fma(b0, c120);
      c121 = a12.fma(b1, c121);
      FloatVector a13 = FloatVector.broadcast(FLOATS, a[aOffset + p * STRIP + 13]);
      c130 = a13.fma(b0, c130);
      c131 = a13.fma(b1, c131);
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
    c60.intoArray(c, cOffset + 6 * ldc);
    c61.intoArray(c, cOffset + 6 * ldc + V);
    c70.intoArray(c, cOffset + 7 * ldc);
    c71.intoArray(c, cOffset + 7 * ldc + V);
    c80.intoArray(c, cOffset + 8 * ldc);
    c81.intoArray(c, cOffset + 8 * ldc + V);
    c90.intoArray(c, cOffset + 9 * ldc);
    c91.intoArray(c, cOffset + 9 * ldc + V);
    c100.intoArray(c, cOffset + 10 * ldc);
    c101.intoArray(c, cOffset + 10 * ldc + V);
    c110.intoArray(c, cOffset + 11 * ldc);
    c111.intoArray(c, cOffset + 11 * ldc + V);
    c120.intoArray(c, cOffset + 12 * ldc);
    c121.intoArray(c, cOffset + 12 * ldc + V);
    c130.intoArray(c, cOffset + 13 * ldc);
    c131.intoArray(c, cOffset + 13 * ldc + V);
  }
}
