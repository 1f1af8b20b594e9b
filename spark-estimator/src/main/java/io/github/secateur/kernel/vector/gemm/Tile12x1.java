package io.github.secateur.kernel.vector.gemm;

import io.github.secateur.kernel.vector.lanes.Lanes;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Twelve rows by one vector, for the last, narrow panel. Rows in place are read as in {@link
 * Tile12x2}.
 *
 * <p>Written by {@code TileSource}, which is among the tests: change that, not this.
 */
final class Tile12x1 extends GemmTile {

  private static final VectorSpecies<Float> FLOATS = Lanes.FLOATS;
  private static final int V = Lanes.LENGTH;
  private static final int STRIP = PanelPacking.STRIP;
  private static final int LINE = PanelPacking.LINE;

  Tile12x1() {
    super(12, 1, true);
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
    FloatVector c00 = FloatVector.fromArray(FLOATS, start, startOffset);
    FloatVector c10 = FloatVector.fromArray(FLOATS, start, startOffset + startStep);
    FloatVector c20 = FloatVector.fromArray(FLOATS, start, startOffset + 2 * startStep);
    FloatVector c30 = FloatVector.fromArray(FLOATS, start, startOffset + 3 * startStep);
    FloatVector c40 = FloatVector.fromArray(FLOATS, start, startOffset + 4 * startStep);
    FloatVector c50 = FloatVector.fromArray(FLOATS, start, startOffset + 5 * startStep);
    FloatVector c60 = FloatVector.fromArray(FLOATS, start, startOffset + 6 * startStep);
    FloatVector c70 = FloatVector.fromArray(FLOATS, start, startOffset + 7 * startStep);
    FloatVector c80 = FloatVector.fromArray(FLOATS, start, startOffset + 8 * startStep);
    FloatVector c90 = FloatVector.fromArray(FLOATS, start, startOffset + 9 * startStep);
    FloatVector c100 = FloatVector.fromArray(FLOATS, start, startOffset + 10 * startStep);
    FloatVector c110 = FloatVector.fromArray(FLOATS, start, startOffset + 11 * startStep);
    for (int p = 0; p < k; p += 2) {
      FloatVector b0 = FloatVector.fromArray(FLOATS, b, bOffset + p * V);
      FloatVector d0 = FloatVector.fromArray(FLOATS, b, bOffset + p * V + V);
      FloatVector a0 = FloatVector.broadcast(FLOATS, a[r0 + p]);
      c00 = a0.fma(b0, c00);
      FloatVector e0 = FloatVector.broadcast(FLOATS, a[r0 + p + 1]);
      c00 = e0.fma(d0, c00);
      FloatVector a1 = FloatVector.broadcast(FLOATS, a[r1 + p]);
      c10 = a1.fma(b0, c10);
      FloatVector e1 = FloatVector.broadcast(FLOATS, a[r1 + p + 1]);
      c10 = e1.fma(d0, c10);
      FloatVector a2 = FloatVector.broadcast(FLOATS, a[r2 + p]);
      c20 = a2.fma(b0, c20);
      FloatVector e2 = FloatVector.broadcast(FLOATS, a[r2 + p + 1]);
      c20 = e2.fma(d0, c20);
      FloatVector a3 = FloatVector.broadcast(FLOATS, a[r3 + p]);
      c30 = a3.fma(b0, c30);
      FloatVector e3 = FloatVector.broadcast(FLOATS, a[r3 + p + 1]);
      c30 = e3.fma(d0, c30);
      FloatVector a4 = FloatVector.broadcast(FLOATS, a[r4 + p]);
      c40 = a4.fma(b0, c40);
      FloatVector e4 = FloatVector.broadcast(FLOATS, a[r4 + p + 1]);
      c40 = e4.fma(d0, c40);
      FloatVector a5 = FloatVector.broadcast(FLOATS, a[r5 + p]);
      c50 = a5.fma(b0, c50);
      FloatVector e5 = FloatVector.broadcast(FLOATS, a[r5 + p + 1]);
      c50 = e5.fma(d0, c50);
      FloatVector a6 = FloatVector.broadcast(FLOATS, a[r6 + p]);
      c60 = a6.fma(b0, c60);
      FloatVector e6 = FloatVector.broadcast(FLOATS, a[r6 + p + 1]);
      c60 = e6.fma(d0, c60);
      FloatVector a7 = FloatVector.broadcast(FLOATS, a[r7 + p]);
      c70 = a7.fma(b0, c70);
      FloatVector e7 = FloatVector.broadcast(FLOATS, a[r7 + p + 1]);
      c70 = e7.fma(d0, c70);
      FloatVector a8 = FloatVector.broadcast(FLOATS, a[r8 + p]);
      c80 = a8.fma(b0, c80);
      FloatVector e8 = FloatVector.broadcast(FLOATS, a[r8 + p + 1]);
      c80 = e8.fma(d0, c80);
      FloatVector a9 = FloatVector.broadcast(FLOATS, a[r9 + p]);
      c90 = a9.fma(b0, c90);
      FloatVector e9 = FloatVector.broadcast(FLOATS, a[r9 + p + 1]);
      c90 = e9.fma(d0, c90);
      FloatVector a10 = FloatVector.broadcast(FLOATS, a[r10 + p]);
      c100 = a10.fma(b0, c100);
      FloatVector e10 = FloatVector.broadcast(FLOATS, a[r10 + p + 1]);
      c100 = e10.fma(d0, c100);
      FloatVector a11 = FloatVector.broadcast(FLOATS, a[r11 + p]);
      c110 = a11.fma(b0, c110);
      FloatVector e11 = FloatVector.broadcast(FLOATS, a[r11 + p + 1]);
      c110 = e11.fma(d0, c110);
    }
    c00.intoArray(c, cOffset);
    c10.intoArray(c, cOffset + ldc);
    c20.intoArray(c, cOffset + 2 * ldc);
    c30.intoArray(c, cOffset + 3 * ldc);
    c40.intoArray(c, cOffset + 4 * ldc);
    c50.intoArray(c, cOffset + 5 * ldc);
    c60.intoArray(c, cOffset + 6 * ldc);
    c70.intoArray(c, cOffset + 7 * ldc);
    c80.intoArray(c, cOffset + 8 * ldc);
    c90.intoArray(c, cOffset + 9 * ldc);
    c100.intoArray(c, cOffset + 10 * ldc);
    c110.intoArray(c, cOffset + 11 * ldc);
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
    FloatVector c10 = FloatVector.fromArray(FLOATS, start, startOffset + startStep);
    FloatVector c20 = FloatVector.fromArray(FLOATS, start, startOffset + 2 * startStep);
    FloatVector c30 = FloatVector.fromArray(FLOATS, start, startOffset + 3 * startStep);
    FloatVector c40 = FloatVector.fromArray(FLOATS, start, startOffset + 4 * startStep);
    FloatVector c50 = FloatVector.fromArray(FLOATS, start, startOffset + 5 * startStep);
    FloatVector c60 = FloatVector.fromArray(FLOATS, start, startOffset + 6 * startStep);
    FloatVector c70 = FloatVector.fromArray(FLOATS, start, startOffset + 7 * startStep);
    FloatVector c80 = FloatVector.fromArray(FLOATS, start, startOffset + 8 * startStep);
    FloatVector c90 = FloatVector.fromArray(FLOATS, start, startOffset + 9 * startStep);
    FloatVector c100 = FloatVector.fromArray(FLOATS, start, startOffset + 10 * startStep);
    FloatVector c110 = FloatVector.fromArray(FLOATS, start, startOffset + 11 * startStep);
    int q = 0;
    int end = bOffset + k * V;
    for (int p = bOffset; p < end; p += V) {
      FloatVector b0 = FloatVector.fromArray(FLOATS, b, p);
      FloatVector a0 = FloatVector.broadcast(FLOATS, a[q]);
      c00 = a0.fma(b0, c00);
      FloatVector a1 = FloatVector.broadcast(FLOATS, a[q + 1]);
      c10 = a1.fma(b0, c10);
      FloatVector a2 = FloatVector.broadcast(FLOATS, a[q + 2]);
      c20 = a2.fma(b0, c20);
      FloatVector a3 = FloatVector.broadcast(FLOATS, a[q + 3]);
      c30 = a3.fma(b0, c30);
      FloatVector a4 = FloatVector.broadcast(FLOATS, a[q + 4]);
      c40 = a4.fma(b0, c40);
      FloatVector a5 = FloatVector.broadcast(FLOATS, a[q + 5]);
      c50 = a5.fma(b0, c50);
      FloatVector a6 = FloatVector.broadcast(FLOATS, a[q + 6]);
      c60 = a6.fma(b0, c60);
      FloatVector a7 = FloatVector.broadcast(FLOATS, a[q + 7]);
      c70 = a7.fma(b0, c70);
      FloatVector a8 = FloatVector.broadcast(FLOATS, a[q + 8]);
      c80 = a8.fma(b0, c80);
      FloatVector a9 = FloatVector.broadcast(FLOATS, a[q + 9]);
      c90 = a9.fma(b0, c90);
      FloatVector a10 = FloatVector.broadcast(FLOATS, a[q + 10]);
      c100 = a10.fma(b0, c100);
      FloatVector a11 = FloatVector.broadcast(FLOATS, a[q + 11]);
      c110 = a11.fma(b0, c110);
      q += STRIP;
    }
    c00.intoArray(c, cOffset);
    c10.intoArray(c, cOffset + ldc);
    c20.intoArray(c, cOffset + 2 * ldc);
    c30.intoArray(c, cOffset + 3 * ldc);
    c40.intoArray(c, cOffset + 4 * ldc);
    c50.intoArray(c, cOffset + 5 * ldc);
    c60.intoArray(c, cOffset + 6 * ldc);
    c70.intoArray(c, cOffset + 7 * ldc);
    c80.intoArray(c, cOffset + 8 * ldc);
    c90.intoArray(c, cOffset + 9 * ldc);
    c100.intoArray(c, cOffset + 10 * ldc);
    c110.intoArray(c, cOffset + 11 * ldc);
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
    FloatVector c10 = FloatVector.fromArray(FLOATS, start, startOffset + startStep);
    FloatVector c20 = FloatVector.fromArray(FLOATS, start, startOffset + 2 * startStep);
    FloatVector c30 = FloatVector.fromArray(FLOATS, start, startOffset + 3 * startStep);
    FloatVector c40 = FloatVector.fromArray(FLOATS, start, startOffset + 4 * startStep);
    FloatVector c50 = FloatVector.fromArray(FLOATS, start, startOffset + 5 * startStep);
    FloatVector c60 = FloatVector.fromArray(FLOATS, start, startOffset + 6 * startStep);
    FloatVector c70 = FloatVector.fromArray(FLOATS, start, startOffset + 7 * startStep);
    FloatVector c80 = FloatVector.fromArray(FLOATS, start, startOffset + 8 * startStep);
    FloatVector c90 = FloatVector.fromArray(FLOATS, start, startOffset + 9 * startStep);
    FloatVector c100 = FloatVector.fromArray(FLOATS, start, startOffset + 10 * startStep);
    FloatVector c110 = FloatVector.fromArray(FLOATS, start, startOffset + 11 * startStep);
    int q = 0;
    int end = bOffset + k * V;
    for (int p = bOffset; p < end; p += V) {
      FloatVector b0 = FloatVector.fromArray(FLOATS, b, p);
      FloatVector a0 = FloatVector.broadcast(FLOATS, a[q]);
      c00 = a0.fma(b0, c00);
      FloatVector a1 = FloatVector.broadcast(FLOATS, a[q + LINE]);
      c10 = a1.fma(b0, c10);
      FloatVector a2 = FloatVector.broadcast(FLOATS, a[q + 2 * LINE]);
      c20 = a2.fma(b0, c20);
      FloatVector a3 = FloatVector.broadcast(FLOATS, a[q + 3 * LINE]);
      c30 = a3.fma(b0, c30);
      FloatVector a4 = FloatVector.broadcast(FLOATS, a[q + 4 * LINE]);
      c40 = a4.fma(b0, c40);
      FloatVector a5 = FloatVector.broadcast(FLOATS, a[q + 5 * LINE]);
      c50 = a5.fma(b0, c50);
      FloatVector a6 = FloatVector.broadcast(FLOATS, a[q + 6 * LINE]);
      c60 = a6.fma(b0, c60);
      FloatVector a7 = FloatVector.broadcast(FLOATS, a[q + 7 * LINE]);
      c70 = a7.fma(b0, c70);
      FloatVector a8 = FloatVector.broadcast(FLOATS, a[q + 8 * LINE]);
      c80 = a8.fma(b0, c80);
      FloatVector a9 = FloatVector.broadcast(FLOATS, a[q + 9 * LINE]);
      c90 = a9.fma(b0, c90);
      FloatVector a10 = FloatVector.broadcast(FLOATS, a[q + 10 * LINE]);
      c100 = a10.fma(b0, c100);
      FloatVector a11 = FloatVector.broadcast(FLOATS, a[q + 11 * LINE]);
      c110 = a11.fma(b0, c110);
      q++;
    }
    c00.intoArray(c, cOffset);
    c10.intoArray(c, cOffset + ldc);
    c20.intoArray(c, cOffset + 2 * ldc);
    c30.intoArray(c, cOffset + 3 * ldc);
    c40.intoArray(c, cOffset + 4 * ldc);
    c50.intoArray(c, cOffset + 5 * ldc);
    c60.intoArray(c, cOffset + 6 * ldc);
    c70.intoArray(c, cOffset + 7 * ldc);
    c80.intoArray(c, cOffset + 8 * ldc);
    c90.intoArray(c, cOffset + 9 * ldc);
    c100.intoArray(c, cOffset + 10 * ldc);
    c110.intoArray(c, cOffset + 11 * ldc);
  }
}
