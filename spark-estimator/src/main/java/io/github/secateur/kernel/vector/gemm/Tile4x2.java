package io.github.secateur.kernel.vector.gemm;

import io.github.secateur.kernel.vector.lanes.Lanes;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Four rows by two vectors. The loops count indices as those of {@link Tile6x2} and {@link Tile5x2}
 * do.
 *
 * <p>Written by {@code TileSource}, which is among the tests: change that, not this.
 */
final class Tile4x2 extends GemmTile {

  private static final VectorSpecies<Float> FLOATS = Lanes.FLOATS;
  private static final int V = Lanes.LENGTH;
  private static final int PANEL = 2 * V;
  private static final int STRIP = PanelPacking.STRIP;
  private static final int LINE = PanelPacking.LINE;

  Tile4x2() {
    super(4, 2, false);
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
      r0++;
      r1++;
      r2++;
      r3++;
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
    int even = 0;
    int odd = STRIP;
    int p = bOffset;
    int end = bOffset + k / 2 * (2 * PANEL);
    for (; p < end; p += 2 * PANEL) {
      FloatVector b0 = FloatVector.fromArray(FLOATS, b, p);
      FloatVector b1 = FloatVector.fromArray(FLOATS, b, p + V);
      FloatVector a0 = FloatVector.broadcast(FLOATS, a[even]);
      c00 = a0.fma(b0, c00);
      c01 = a0.fma(b1, c01);
      FloatVector a1 = FloatVector.broadcast(FLOATS, a[even + 1]);
      c10 = a1.fma(b0, c10);
      c11 = a1.fma(b1, c11);
      FloatVector a2 = FloatVector.broadcast(FLOATS, a[even + 2]);
      c20 = a2.fma(b0, c20);
      c21 = a2.fma(b1, c21);
      FloatVector a3 = FloatVector.broadcast(FLOATS, a[even + 3]);
      c30 = a3.fma(b0, c30);
      c31 = a3.fma(b1, c31);
      FloatVector d0 = FloatVector.fromArray(FLOATS, b, p + PANEL);
      FloatVector d1 = FloatVector.fromArray(FLOATS, b, p + PANEL + V);
      FloatVector e0 = FloatVector.broadcast(FLOATS, a[odd]);
      c00 = e0.fma(d0, c00);
      c01 = e0.fma(d1, c01);
      FloatVector e1 = FloatVector.broadcast(FLOATS, a[odd + 1]);
      c10 = e1.fma(d0, c10);
      c11 = e1.fma(d1, c11);
      FloatVector e2 = FloatVector.broadcast(FLOATS, a[odd + 2]);
      c20 = e2.fma(d0, c20);
      c21 = e2.fma(d1, c21);
      FloatVector e3 = FloatVector.broadcast(FLOATS, a[odd + 3]);
      c30 = e3.fma(d0, c30);
      c31 = e3.fma(d1, c31);
      even += 2 * STRIP;
      odd += 2 * STRIP;
    }
    if (k % 2 != 0) {
      FloatVector b0 = FloatVector.fromArray(FLOATS, b, p);
      FloatVector b1 = FloatVector.fromArray(FLOATS, b, p + V);
      FloatVector a0 = FloatVector.broadcast(FLOATS, a[even]);
      c00 = a0.fma(b0, c00);
      c01 = a0.fma(b1, c01);
      FloatVector a1 = FloatVector.broadcast(FLOATS, a[even + 1]);
      c10 = a1.fma(b0, c10);
      c11 = a1.fma(b1, c11);
      FloatVector a2 = FloatVector.broadcast(FLOATS, a[even + 2]);
      c20 = a2.fma(b0, c20);
      c21 = a2.fma(b1, c21);
      FloatVector a3 = FloatVector.broadcast(FLOATS, a[even + 3]);
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
    int even = 0;
    int odd = 1;
    int p = bOffset;
    int end = bOffset + k / 2 * (2 * PANEL);
    for (; p < end; p += 2 * PANEL) {
      FloatVector b0 = FloatVector.fromArray(FLOATS, b, p);
      FloatVector b1 = FloatVector.fromArray(FLOATS, b, p + V);
      FloatVector a0 = FloatVector.broadcast(FLOATS, a[even]);
      c00 = a0.fma(b0, c00);
      c01 = a0.fma(b1, c01);
      FloatVector a1 = FloatVector.broadcast(FLOATS, a[even + LINE]);
      c10 = a1.fma(b0, c10);
      c11 = a1.fma(b1, c11);
      FloatVector a2 = FloatVector.broadcast(FLOATS, a[even + 2 * LINE]);
      c20 = a2.fma(b0, c20);
      c21 = a2.fma(b1, c21);
      FloatVector a3 = FloatVector.broadcast(FLOATS, a[even + 3 * LINE]);
      c30 = a3.fma(b0, c30);
      c31 = a3.fma(b1, c31);
      FloatVector d0 = FloatVector.fromArray(FLOATS, b, p + PANEL);
      FloatVector d1 = FloatVector.fromArray(FLOATS, b, p + PANEL + V);
      FloatVector e0 = FloatVector.broadcast(FLOATS, a[odd]);
      c00 = e0.fma(d0, c00);
      c01 = e0.fma(d1, c01);
      FloatVector e1 = FloatVector.broadcast(FLOATS, a[odd + LINE]);
      c10 = e1.fma(d0, c10);
      c11 = e1.fma(d1, c11);
      FloatVector e2 = FloatVector.broadcast(FLOATS, a[odd + 2 * LINE]);
      c20 = e2.fma(d0, c20);
      c21 = e2.fma(d1, c21);
      FloatVector e3 = FloatVector.broadcast(FLOATS, a[odd + 3 * LINE]);
      c30 = e3.fma(d0, c30);
      c31 = e3.fma(d1, c31);
      even += 2;
      odd += 2;
    }
    if (k % 2 != 0) {
      FloatVector b0 = FloatVector.fromArray(FLOATS, b, p);
      FloatVector b1 = FloatVector.fromArray(FLOATS, b, p + V);
      FloatVector a0 = FloatVector.broadcast(FLOATS, a[even]);
      c00 = a0.fma(b0, c00);
      c01 = a0.fma(b1, c01);
      FloatVector a1 = FloatVector.broadcast(FLOATS, a[even + LINE]);
      c10 = a1.fma(b0, c10);
      c11 = a1.fma(b1, c11);
      FloatVector a2 = FloatVector.broadcast(FLOATS, a[even + 2 * LINE]);
      c20 = a2.fma(b0, c20);
      c21 = a2.fma(b1, c21);
      FloatVector a3 = FloatVector.broadcast(FLOATS, a[even + 3 * LINE]);
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
