package io.github.secateur.kernel.vector.gemm;

import io.github.secateur.kernel.vector.lanes.Lanes;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Eight rows by two vectors. Rows in place are read as in {@link Tile12x2}.
 *
 * <p>Written by {@code TileSource}, which is among the tests: change that, not this.
 */
final class Tile8x2 extends GemmTile {

  private static final VectorSpecies<Float> FLOATS = Lanes.FLOATS;
  private static final int V = Lanes.LENGTH;
  private static final int PANEL = 2 * V;
  private static final int STRIP = PanelPacking.STRIP;
  private static final int LINE = PanelPacking.LINE;

  Tile8x2() {
    super(8, 2, true);
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
    for (int p = 0; p < k; p += 2) {
      FloatVector b0 = FloatVector.fromArray(FLOATS, b, bOffset + p * PANEL);
      FloatVector b1 = FloatVector.fromArray(FLOATS, b, bOffset + p * PANEL + V);
      FloatVector d0 = FloatVector.fromArray(FLOATS, b, bOffset + p * PANEL + PANEL);
      FloatVector d1 = FloatVector.fromArray(FLOATS, b, bOffset + p * PANEL + PANEL + V);
      FloatVector a0 = FloatVector.broadcast(FLOATS, a[r0 + p]);
      c00 = a0.fma(b0, c00);
      c01 = a0.fma(b1, c01);
      FloatVector e0 = FloatVector.broadcast(FLOATS, a[r0 + p + 1]);
      c00 = e0.fma(d0, c00);
      c01 = e0.fma(d1, c01);
      FloatVector a1 = FloatVector.broadcast(FLOATS, a[r1 + p]);
      c10 = a1.fma(b0, c10);
      c11 = a1.fma(b1, c11);
      FloatVector e1 = FloatVector.broadcast(FLOATS, a[r1 + p + 1]);
      c10 = e1.fma(d0, c10);
      c11 = e1.fma(d1, c11);
      FloatVector a2 = FloatVector.broadcast(FLOATS, a[r2 + p]);
      c20 = a2.fma(b0, c20);
      c21 = a2.fma(b1, c21);
      FloatVector e2 = FloatVector.broadcast(FLOATS, a[r2 + p + 1]);
      c20 = e2.fma(d0, c20);
      c21 = e2.fma(d1, c21);
      FloatVector a3 = FloatVector.broadcast(FLOATS, a[r3 + p]);
      c30 = a3.fma(b0, c30);
      c31 = a3.fma(b1, c31);
      FloatVector e3 = FloatVector.broadcast(FLOATS, a[r3 + p + 1]);
      c30 = e3.fma(d0, c30);
      c31 = e3.fma(d1, c31);
      FloatVector a4 = FloatVector.broadcast(FLOATS, a[r4 + p]);
      c40 = a4.fma(b0, c40);
      c41 = a4.fma(b1, c41);
      FloatVector e4 = FloatVector.broadcast(FLOATS, a[r4 + p + 1]);
      c40 = e4.fma(d0, c40);
      c41 = e4.fma(d1, c41);
      FloatVector a5 = FloatVector.broadcast(FLOATS, a[r5 + p]);
      c50 = a5.fma(b0, c50);
      c51 = a5.fma(b1, c51);
      FloatVector e5 = FloatVector.broadcast(FLOATS, a[r5 + p + 1]);
      c50 = e5.fma(d0, c50);
      c51 = e5.fma(d1, c51);
      FloatVector a6 = FloatVector.broadcast(FLOATS, a[r6 + p]);
      c60 = a6.fma(b0, c60);
      c61 = a6.fma(b1, c61);
      FloatVector e6 = FloatVector.broadcast(FLOATS, a[r6 + p + 1]);
      c60 = e6.fma(d0, c60);
      c61 = e6.fma(d1, c61);
      FloatVector a7 = FloatVector.broadcast(FLOATS, a[r7 + p]);
      c70 = a7.fma(b0, c70);
      c71 = a7.fma(b1, c71);
      FloatVector e7 = FloatVector.broadcast(FLOATS, a[r7 + p + 1]);
      c70 = e7.fma(d0, c70);
      c71 = e7.fma(d1, c71);
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
  }

  @Override
  void multiplyStrip(
      int k,
      float[] a,
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
    int q = 0;
    int end = bOffset + k * PANEL;
    for (int p = bOffset; p < end; p += PANEL) {
      FloatVector b0 = FloatVector.fromArray(FLOATS, b, p);
      FloatVector b1 = FloatVector.fromArray(FLOATS, b, p + V);
      FloatVector a0 = FloatVector.broadcast(FLOATS, a[q]);
      c00 = a0.fma(b0, c00);
      c01 = a0.fma(b1, c01);
      FloatVector a1 = FloatVector.broadcast(FLOATS, a[q + 1]);
      c10 = a1.fma(b0, c10);
      c11 = a1.fma(b1, c11);
      FloatVector a2 = FloatVector.broadcast(FLOATS, a[q + 2]);
      c20 = a2.fma(b0, c20);
      c21 = a2.fma(b1, c21);
      FloatVector a3 = FloatVector.broadcast(FLOATS, a[q + 3]);
      c30 = a3.fma(b0, c30);
      c31 = a3.fma(b1, c31);
      FloatVector a4 = FloatVector.broadcast(FLOATS, a[q + 4]);
      c40 = a4.fma(b0, c40);
      c41 = a4.fma(b1, c41);
      FloatVector a5 = FloatVector.broadcast(FLOATS, a[q + 5]);
      c50 = a5.fma(b0, c50);
      c51 = a5.fma(b1, c51);
      FloatVector a6 = FloatVector.broadcast(FLOATS, a[q + 6]);
      c60 = a6.fma(b0, c60);
      c61 = a6.fma(b1, c61);
      FloatVector a7 = FloatVector.broadcast(FLOATS, a[q + 7]);
      c70 = a7.fma(b0, c70);
      c71 = a7.fma(b1, c71);
      q += STRIP;
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
  }

  @Override
  void multiplyLines(
      int k,
      float[] a,
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
    int q = 0;
    int end = bOffset + k * PANEL;
    for (int p = bOffset; p < end; p += PANEL) {
      FloatVector b0 = FloatVector.fromArray(FLOATS, b, p);
      FloatVector b1 = FloatVector.fromArray(FLOATS, b, p + V);
      FloatVector a0 = FloatVector.broadcast(FLOATS, a[q]);
      c00 = a0.fma(b0, c00);
      c01 = a0.fma(b1, c01);
      FloatVector a1 = FloatVector.broadcast(FLOATS, a[q + LINE]);
      c10 = a1.fma(b0, c10);
      c11 = a1.fma(b1, c11);
      FloatVector a2 = FloatVector.broadcast(FLOATS, a[q + 2 * LINE]);
      c20 = a2.fma(b0, c20);
      c21 = a2.fma(b1, c21);
      FloatVector a3 = FloatVector.broadcast(FLOATS, a[q + 3 * LINE]);
      c30 = a3.fma(b0, c30);
      c31 = a3.fma(b1, c31);
      FloatVector a4 = FloatVector.broadcast(FLOATS, a[q + 4 * LINE]);
      c40 = a4.fma(b0, c40);
      c41 = a4.fma(b1, c41);
      FloatVector a5 = FloatVector.broadcast(FLOATS, a[q + 5 * LINE]);
      c50 = a5.fma(b0, c50);
      c51 = a5.fma(b1, c51);
      FloatVector a6 = FloatVector.broadcast(FLOATS, a[q + 6 * LINE]);
      c60 = a6.fma(b0, c60);
      c61 = a6.fma(b1, c61);
      FloatVector a7 = FloatVector.broadcast(FLOATS, a[q + 7 * LINE]);
      c70 = a7.fma(b0, c70);
      c71 = a7.fma(b1, c71);
      q++;
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
  }
}
