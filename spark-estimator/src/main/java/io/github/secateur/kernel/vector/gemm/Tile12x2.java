package io.github.secateur.kernel.vector.gemm;

import io.github.secateur.kernel.vector.lanes.Lanes;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Twelve rows by two vectors, for processors with 32 vector registers.
 *
 * <p>Rows in place start at twelve addresses, more than there are general registers, so that each
 * is loaded again whenever it is used: a turn of a loop uses it for two values of p. The loops over
 * copies need one address only. They count from zero, and derive both indices from that count or
 * from a second one in step with it: then the JIT compilers check bounds before the loop, and find
 * a general register for each index. A copy that began elsewhere in its array would cost JDK 17 a
 * move from a vector register in every turn, which waits for the multiplications before it. With
 * fourteen rows JDK 25 spills sums.
 *
 * <p>Written by {@code TileSource}, which is among the tests: change that, not this.
 */
final class Tile12x2 extends GemmTile {

  private static final VectorSpecies<Float> FLOATS = Lanes.FLOATS;
  private static final int V = Lanes.LENGTH;
  private static final int PANEL = 2 * V;
  private static final int STRIP = PanelPacking.STRIP;
  private static final int LINE = PanelPacking.LINE;

  Tile12x2() {
    super(12, 2, true);
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
      FloatVector a8 = FloatVector.broadcast(FLOATS, a[r8 + p]);
      c80 = a8.fma(b0, c80);
      c81 = a8.fma(b1, c81);
      FloatVector e8 = FloatVector.broadcast(FLOATS, a[r8 + p + 1]);
      c80 = e8.fma(d0, c80);
      c81 = e8.fma(d1, c81);
      FloatVector a9 = FloatVector.broadcast(FLOATS, a[r9 + p]);
      c90 = a9.fma(b0, c90);
      c91 = a9.fma(b1, c91);
      FloatVector e9 = FloatVector.broadcast(FLOATS, a[r9 + p + 1]);
      c90 = e9.fma(d0, c90);
      c91 = e9.fma(d1, c91);
      FloatVector a10 = FloatVector.broadcast(FLOATS, a[r10 + p]);
      c100 = a10.fma(b0, c100);
      c101 = a10.fma(b1, c101);
      FloatVector e10 = FloatVector.broadcast(FLOATS, a[r10 + p + 1]);
      c100 = e10.fma(d0, c100);
      c101 = e10.fma(d1, c101);
      FloatVector a11 = FloatVector.broadcast(FLOATS, a[r11 + p]);
      c110 = a11.fma(b0, c110);
      c111 = a11.fma(b1, c111);
      FloatVector e11 = FloatVector.broadcast(FLOATS, a[r11 + p + 1]);
      c110 = e11.fma(d0, c110);
      c111 = e11.fma(d1, c111);
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
    FloatVector c80 = FloatVector.fromArray(FLOATS, start, startOffset + 8 * startStep);
    FloatVector c81 = FloatVector.fromArray(FLOATS, start, startOffset + 8 * startStep + V);
    FloatVector c90 = FloatVector.fromArray(FLOATS, start, startOffset + 9 * startStep);
    FloatVector c91 = FloatVector.fromArray(FLOATS, start, startOffset + 9 * startStep + V);
    FloatVector c100 = FloatVector.fromArray(FLOATS, start, startOffset + 10 * startStep);
    FloatVector c101 = FloatVector.fromArray(FLOATS, start, startOffset + 10 * startStep + V);
    FloatVector c110 = FloatVector.fromArray(FLOATS, start, startOffset + 11 * startStep);
    FloatVector c111 = FloatVector.fromArray(FLOATS, start, startOffset + 11 * startStep + V);
    for (int i = 0; i < k; i += 2) {
      FloatVector b0 = FloatVector.fromArray(FLOATS, b, bOffset + i * PANEL);
      FloatVector b1 = FloatVector.fromArray(FLOATS, b, bOffset + i * PANEL + V);
      FloatVector d0 = FloatVector.fromArray(FLOATS, b, bOffset + i * PANEL + PANEL);
      FloatVector d1 = FloatVector.fromArray(FLOATS, b, bOffset + i * PANEL + PANEL + V);
      FloatVector a0 = FloatVector.broadcast(FLOATS, a[i * STRIP]);
      c00 = a0.fma(b0, c00);
      c01 = a0.fma(b1, c01);
      FloatVector e0 = FloatVector.broadcast(FLOATS, a[i * STRIP + STRIP]);
      c00 = e0.fma(d0, c00);
      c01 = e0.fma(d1, c01);
      FloatVector a1 = FloatVector.broadcast(FLOATS, a[i * STRIP + 1]);
      c10 = a1.fma(b0, c10);
      c11 = a1.fma(b1, c11);
      FloatVector e1 = FloatVector.broadcast(FLOATS, a[i * STRIP + STRIP + 1]);
      c10 = e1.fma(d0, c10);
      c11 = e1.fma(d1, c11);
      FloatVector a2 = FloatVector.broadcast(FLOATS, a[i * STRIP + 2]);
      c20 = a2.fma(b0, c20);
      c21 = a2.fma(b1, c21);
      FloatVector e2 = FloatVector.broadcast(FLOATS, a[i * STRIP + STRIP + 2]);
      c20 = e2.fma(d0, c20);
      c21 = e2.fma(d1, c21);
      FloatVector a3 = FloatVector.broadcast(FLOATS, a[i * STRIP + 3]);
      c30 = a3.fma(b0, c30);
      c31 = a3.fma(b1, c31);
      FloatVector e3 = FloatVector.broadcast(FLOATS, a[i * STRIP + STRIP + 3]);
      c30 = e3.fma(d0, c30);
      c31 = e3.fma(d1, c31);
      FloatVector a4 = FloatVector.broadcast(FLOATS, a[i * STRIP + 4]);
      c40 = a4.fma(b0, c40);
      c41 = a4.fma(b1, c41);
      FloatVector e4 = FloatVector.broadcast(FLOATS, a[i * STRIP + STRIP + 4]);
      c40 = e4.fma(d0, c40);
      c41 = e4.fma(d1, c41);
      FloatVector a5 = FloatVector.broadcast(FLOATS, a[i * STRIP + 5]);
      c50 = a5.fma(b0, c50);
      c51 = a5.fma(b1, c51);
      FloatVector e5 = FloatVector.broadcast(FLOATS, a[i * STRIP + STRIP + 5]);
      c50 = e5.fma(d0, c50);
      c51 = e5.fma(d1, c51);
      FloatVector a6 = FloatVector.broadcast(FLOATS, a[i * STRIP + 6]);
      c60 = a6.fma(b0, c60);
      c61 = a6.fma(b1, c61);
      FloatVector e6 = FloatVector.broadcast(FLOATS, a[i * STRIP + STRIP + 6]);
      c60 = e6.fma(d0, c60);
      c61 = e6.fma(d1, c61);
      FloatVector a7 = FloatVector.broadcast(FLOATS, a[i * STRIP + 7]);
      c70 = a7.fma(b0, c70);
      c71 = a7.fma(b1, c71);
      FloatVector e7 = FloatVector.broadcast(FLOATS, a[i * STRIP + STRIP + 7]);
      c70 = e7.fma(d0, c70);
      c71 = e7.fma(d1, c71);
      FloatVector a8 = FloatVector.broadcast(FLOATS, a[i * STRIP + 8]);
      c80 = a8.fma(b0, c80);
      c81 = a8.fma(b1, c81);
      FloatVector e8 = FloatVector.broadcast(FLOATS, a[i * STRIP + STRIP + 8]);
      c80 = e8.fma(d0, c80);
      c81 = e8.fma(d1, c81);
      FloatVector a9 = FloatVector.broadcast(FLOATS, a[i * STRIP + 9]);
      c90 = a9.fma(b0, c90);
      c91 = a9.fma(b1, c91);
      FloatVector e9 = FloatVector.broadcast(FLOATS, a[i * STRIP + STRIP + 9]);
      c90 = e9.fma(d0, c90);
      c91 = e9.fma(d1, c91);
      FloatVector a10 = FloatVector.broadcast(FLOATS, a[i * STRIP + 10]);
      c100 = a10.fma(b0, c100);
      c101 = a10.fma(b1, c101);
      FloatVector e10 = FloatVector.broadcast(FLOATS, a[i * STRIP + STRIP + 10]);
      c100 = e10.fma(d0, c100);
      c101 = e10.fma(d1, c101);
      FloatVector a11 = FloatVector.broadcast(FLOATS, a[i * STRIP + 11]);
      c110 = a11.fma(b0, c110);
      c111 = a11.fma(b1, c111);
      FloatVector e11 = FloatVector.broadcast(FLOATS, a[i * STRIP + STRIP + 11]);
      c110 = e11.fma(d0, c110);
      c111 = e11.fma(d1, c111);
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
    FloatVector c80 = FloatVector.fromArray(FLOATS, start, startOffset + 8 * startStep);
    FloatVector c81 = FloatVector.fromArray(FLOATS, start, startOffset + 8 * startStep + V);
    FloatVector c90 = FloatVector.fromArray(FLOATS, start, startOffset + 9 * startStep);
    FloatVector c91 = FloatVector.fromArray(FLOATS, start, startOffset + 9 * startStep + V);
    FloatVector c100 = FloatVector.fromArray(FLOATS, start, startOffset + 10 * startStep);
    FloatVector c101 = FloatVector.fromArray(FLOATS, start, startOffset + 10 * startStep + V);
    FloatVector c110 = FloatVector.fromArray(FLOATS, start, startOffset + 11 * startStep);
    FloatVector c111 = FloatVector.fromArray(FLOATS, start, startOffset + 11 * startStep + V);
    int p = bOffset;
    for (int i = 0; i < k; i += 2) {
      FloatVector b0 = FloatVector.fromArray(FLOATS, b, p);
      FloatVector b1 = FloatVector.fromArray(FLOATS, b, p + V);
      FloatVector d0 = FloatVector.fromArray(FLOATS, b, p + PANEL);
      FloatVector d1 = FloatVector.fromArray(FLOATS, b, p + PANEL + V);
      FloatVector a0 = FloatVector.broadcast(FLOATS, a[i]);
      c00 = a0.fma(b0, c00);
      c01 = a0.fma(b1, c01);
      FloatVector e0 = FloatVector.broadcast(FLOATS, a[i + 1]);
      c00 = e0.fma(d0, c00);
      c01 = e0.fma(d1, c01);
      FloatVector a1 = FloatVector.broadcast(FLOATS, a[i + LINE]);
      c10 = a1.fma(b0, c10);
      c11 = a1.fma(b1, c11);
      FloatVector e1 = FloatVector.broadcast(FLOATS, a[i + LINE + 1]);
      c10 = e1.fma(d0, c10);
      c11 = e1.fma(d1, c11);
      FloatVector a2 = FloatVector.broadcast(FLOATS, a[i + 2 * LINE]);
      c20 = a2.fma(b0, c20);
      c21 = a2.fma(b1, c21);
      FloatVector e2 = FloatVector.broadcast(FLOATS, a[i + 2 * LINE + 1]);
      c20 = e2.fma(d0, c20);
      c21 = e2.fma(d1, c21);
      FloatVector a3 = FloatVector.broadcast(FLOATS, a[i + 3 * LINE]);
      c30 = a3.fma(b0, c30);
      c31 = a3.fma(b1, c31);
      FloatVector e3 = FloatVector.broadcast(FLOATS, a[i + 3 * LINE + 1]);
      c30 = e3.fma(d0, c30);
      c31 = e3.fma(d1, c31);
      FloatVector a4 = FloatVector.broadcast(FLOATS, a[i + 4 * LINE]);
      c40 = a4.fma(b0, c40);
      c41 = a4.fma(b1, c41);
      FloatVector e4 = FloatVector.broadcast(FLOATS, a[i + 4 * LINE + 1]);
      c40 = e4.fma(d0, c40);
      c41 = e4.fma(d1, c41);
      FloatVector a5 = FloatVector.broadcast(FLOATS, a[i + 5 * LINE]);
      c50 = a5.fma(b0, c50);
      c51 = a5.fma(b1, c51);
      FloatVector e5 = FloatVector.broadcast(FLOATS, a[i + 5 * LINE + 1]);
      c50 = e5.fma(d0, c50);
      c51 = e5.fma(d1, c51);
      FloatVector a6 = FloatVector.broadcast(FLOATS, a[i + 6 * LINE]);
      c60 = a6.fma(b0, c60);
      c61 = a6.fma(b1, c61);
      FloatVector e6 = FloatVector.broadcast(FLOATS, a[i + 6 * LINE + 1]);
      c60 = e6.fma(d0, c60);
      c61 = e6.fma(d1, c61);
      FloatVector a7 = FloatVector.broadcast(FLOATS, a[i + 7 * LINE]);
      c70 = a7.fma(b0, c70);
      c71 = a7.fma(b1, c71);
      FloatVector e7 = FloatVector.broadcast(FLOATS, a[i + 7 * LINE + 1]);
      c70 = e7.fma(d0, c70);
      c71 = e7.fma(d1, c71);
      FloatVector a8 = FloatVector.broadcast(FLOATS, a[i + 8 * LINE]);
      c80 = a8.fma(b0, c80);
      c81 = a8.fma(b1, c81);
      FloatVector e8 = FloatVector.broadcast(FLOATS, a[i + 8 * LINE + 1]);
      c80 = e8.fma(d0, c80);
      c81 = e8.fma(d1, c81);
      FloatVector a9 = FloatVector.broadcast(FLOATS, a[i + 9 * LINE]);
      c90 = a9.fma(b0, c90);
      c91 = a9.fma(b1, c91);
      FloatVector e9 = FloatVector.broadcast(FLOATS, a[i + 9 * LINE + 1]);
      c90 = e9.fma(d0, c90);
      c91 = e9.fma(d1, c91);
      FloatVector a10 = FloatVector.broadcast(FLOATS, a[i + 10 * LINE]);
      c100 = a10.fma(b0, c100);
      c101 = a10.fma(b1, c101);
      FloatVector e10 = FloatVector.broadcast(FLOATS, a[i + 10 * LINE + 1]);
      c100 = e10.fma(d0, c100);
      c101 = e10.fma(d1, c101);
      FloatVector a11 = FloatVector.broadcast(FLOATS, a[i + 11 * LINE]);
      c110 = a11.fma(b0, c110);
      c111 = a11.fma(b1, c111);
      FloatVector e11 = FloatVector.broadcast(FLOATS, a[i + 11 * LINE + 1]);
      c110 = e11.fma(d0, c110);
      c111 = e11.fma(d1, c111);
      p += 2 * PANEL;
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
  }
}
