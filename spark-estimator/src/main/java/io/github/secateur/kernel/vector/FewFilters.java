package io.github.secateur.kernel.vector;

import io.github.secateur.kernel.scalar.ConvolutionShape;
import io.github.secateur.kernel.scalar.ScalarConvolution;
import io.github.secateur.kernel.vector.lanes.BlockTranspose;
import io.github.secateur.kernel.vector.lanes.Lanes;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Convolution with stride 1 and so few filters that they would not fill a vector, as the input
 * gradient of a first layer has them: lanes run along the positions instead. The band of the image
 * is turned into one plane per channel; a tap of the window is then the same plane, read from
 * another place. Order of additions as in {@link ScalarConvolution}.
 */
final class FewFilters {

  /** Most filters for which this is faster than lanes along the filters. */
  static final int MOST = Lanes.LENGTH / 2;

  private static final VectorSpecies<Float> FLOATS = Lanes.FLOATS;
  private static final int V = Lanes.LENGTH;

  private float[] planes = new float[0];
  private float[] sums = new float[0];
  private int[] taps = new int[0];

  /** Returns whether a convolution is of the kind that this class computes, and quickly. */
  static boolean suits(ConvolutionShape s) {
    return s.groups == 1
        && s.strideHeight == 1
        && s.strideWidth == 1
        && s.outputChannels <= MOST
        && s.inputChannels >= V
        && BlockTranspose.available();
  }

  /**
   * Computes one block of outputs.
   *
   * @param band what {@link PatchBlocks#loadBand} returned for it
   */
  void multiply(
      ConvolutionShape s,
      PatchBlocks block,
      float[] band,
      float[] w,
      int wOffset,
      float[] b,
      int bOffset,
      float[] y,
      int yOffset) {
    int bandHeight = block.bandHeight();
    int bandWidth = block.bandWidth();
    int length = block.images * bandHeight * bandWidth;
    int reach =
        (s.windowHeight - 1) * s.dilationHeight * bandWidth + (s.windowWidth - 1) * s.dilationWidth;
    int vectors = (length - reach + 2 * V - 1) / (2 * V) * 2;
    int planeSize = Lanes.whole(Math.max(length + V, vectors * V + reach) + V);
    int filters = s.outputChannels;
    reserve(s, planeSize, vectors * V * filters);
    turn(s.inputChannels, length, planeSize, band);
    findTaps(s, bandWidth, planeSize);
    for (int filter = 0; filter < filters; filter++) {
      int from = filter * vectors * V;
      Arrays.fill(sums, from, from + vectors * V, b == null ? 0 : b[bOffset + filter]);
    }
    int filter = 0;
    for (; filter + 4 <= filters; filter += 4) {
      four(vectors, s.patchSize(), w, wOffset + filter, filters, filter * vectors * V);
    }
    for (; filter + 2 <= filters; filter += 2) {
      two(vectors, s.patchSize(), w, wOffset + filter, filters, filter * vectors * V);
    }
    if (filter < filters) {
      one(vectors, s.patchSize(), w, wOffset + filter, filters, filter * vectors * V);
    }
    store(s, block, bandHeight, bandWidth, vectors * V, y, yOffset);
  }

  private void reserve(ConvolutionShape s, int planeSize, int sumsLength) {
    if (planes.length < s.inputChannels * planeSize) {
      planes = new float[s.inputChannels * planeSize];
    }
    if (sums.length < sumsLength) {
      sums = new float[sumsLength];
    }
    if (taps.length < s.patchSize()) {
      taps = new int[s.patchSize()];
    }
  }

  /** Turns the band [length × channels] into planes [channels × planeSize]. */
  private void turn(int channels, int length, int planeSize, float[] band) {
    int whole = Lanes.whole(channels);
    for (int i = 0; i < length; i += V) {
      int rows = Math.min(V, length - i);
      for (int c = 0; c < whole; c += V) {
        BlockTranspose.transpose(
            rows, band, i * channels + c, channels, planes, c * planeSize + i, planeSize);
      }
      for (int c = whole; c < channels; c++) {
        for (int row = 0; row < rows; row++) {
          planes[c * planeSize + i + row] = band[(i + row) * channels + c];
        }
      }
    }
  }

  /** Finds where in the planes the first position reads each value of its patch. */
  private void findTaps(ConvolutionShape s, int bandWidth, int planeSize) {
    int next = 0;
    for (int ky = 0; ky < s.windowHeight; ky++) {
      for (int kx = 0; kx < s.windowWidth; kx++) {
        for (int c = 0; c < s.inputChannels; c++) {
          taps[next++] = c * planeSize + ky * s.dilationHeight * bandWidth + kx * s.dilationWidth;
        }
      }
    }
  }

  /** Adds to the sums of four filters, two vectors of positions at a time. */
  private void four(int vectors, int k, float[] w, int wOffset, int step, int sum) {
    int next = vectors * V;
    for (int i = 0; i < vectors * V; i += 2 * V) {
      int s0 = sum + i;
      int s1 = s0 + next;
      int s2 = s1 + next;
      int s3 = s2 + next;
      FloatVector c00 = FloatVector.fromArray(FLOATS, sums, s0);
      FloatVector c01 = FloatVector.fromArray(FLOATS, sums, s0 + V);
      FloatVector c10 = FloatVector.fromArray(FLOATS, sums, s1);
      FloatVector c11 = FloatVector.fromArray(FLOATS, sums, s1 + V);
      FloatVector c20 = FloatVector.fromArray(FLOATS, sums, s2);
      FloatVector c21 = FloatVector.fromArray(FLOATS, sums, s2 + V);
      FloatVector c30 = FloatVector.fromArray(FLOATS, sums, s3);
      FloatVector c31 = FloatVector.fromArray(FLOATS, sums, s3 + V);
      for (int p = 0; p < k; p++) {
        int from = taps[p] + i;
        int at = wOffset + p * step;
        FloatVector x0 = FloatVector.fromArray(FLOATS, planes, from);
        FloatVector x1 = FloatVector.fromArray(FLOATS, planes, from + V);
        FloatVector w0 = FloatVector.broadcast(FLOATS, w[at]);
        c00 = x0.fma(w0, c00);
        c01 = x1.fma(w0, c01);
        FloatVector w1 = FloatVector.broadcast(FLOATS, w[at + 1]);
        c10 = x0.fma(w1, c10);
        c11 = x1.fma(w1, c11);
        FloatVector w2 = FloatVector.broadcast(FLOATS, w[at + 2]);
        c20 = x0.fma(w2, c20);
        c21 = x1.fma(w2, c21);
        FloatVector w3 = FloatVector.broadcast(FLOATS, w[at + 3]);
        c30 = x0.fma(w3, c30);
        c31 = x1.fma(w3, c31);
      }
      c00.intoArray(sums, s0);
      c01.intoArray(sums, s0 + V);
      c10.intoArray(sums, s1);
      c11.intoArray(sums, s1 + V);
      c20.intoArray(sums, s2);
      c21.intoArray(sums, s2 + V);
      c30.intoArray(sums, s3);
      c31.intoArray(sums, s3 + V);
    }
  }

  /** Adds to the sums of two filters, two vectors of positions at a time. */
  private void two(int vectors, int k, float[] w, int wOffset, int step, int sum) {
    int next = vectors * V;
    for (int i = 0; i < vectors * V; i += 2 * V) {
      int s0 = sum + i;
      int s1 = s0 + next;
      FloatVector c00 = FloatVector.fromArray(FLOATS, sums, s0);
      FloatVector c01 = FloatVector.fromArray(FLOATS, sums, s0 + V);
      FloatVector c10 = FloatVector.fromArray(FLOATS, sums, s1);
      FloatVector c11 = FloatVector.fromArray(FLOATS, sums, s1 + V);
      for (int p = 0; p < k; p++) {
        int from = taps[p] + i;
        int at = wOffset + p * step;
        FloatVector x0 = FloatVector.fromArray(FLOATS, planes, from);
        FloatVector x1 = FloatVector.fromArray(FLOATS, planes, from + V);
        FloatVector w0 = FloatVector.broadcast(FLOATS, w[at]);
        c00 = x0.fma(w0, c00);
        c01 = x1.fma(w0, c01);
        FloatVector w1 = FloatVector.broadcast(FLOATS, w[at + 1]);
        c10 = x0.fma(w1, c10);
        c11 = x1.fma(w1, c11);
      }
      c00.intoArray(sums, s0);
      c01.intoArray(sums, s0 + V);
      c10.intoArray(sums, s1);
      c11.intoArray(sums, s1 + V);
    }
  }

  /** Adds to the sums of one filter, up to six vectors of positions at a time. */
  private void one(int vectors, int k, float[] w, int wOffset, int step, int sum) {
    int i = 0;
    for (; i + 6 * V <= vectors * V; i += 6 * V) {
      int at = sum + i;
      FloatVector c0 = FloatVector.fromArray(FLOATS, sums, at);
      FloatVector c1 = FloatVector.fromArray(FLOATS, sums, at + V);
      FloatVector c2 = FloatVector.fromArray(FLOATS, sums, at + 2 * V);
      FloatVector c3 = FloatVector.fromArray(FLOATS, sums, at + 3 * V);
      FloatVector c4 = FloatVector.fromArray(FLOATS, sums, at + 4 * V);
      FloatVector c5 = FloatVector.fromArray(FLOATS, sums, at + 5 * V);
      for (int p = 0; p < k; p++) {
        int from = taps[p] + i;
        FloatVector w0 = FloatVector.broadcast(FLOATS, w[wOffset + p * step]);
        c0 = FloatVector.fromArray(FLOATS, planes, from).fma(w0, c0);
        c1 = FloatVector.fromArray(FLOATS, planes, from + V).fma(w0, c1);
        c2 = FloatVector.fromArray(FLOATS, planes, from + 2 * V).fma(w0, c2);
        c3 = FloatVector.fromArray(FLOATS, planes, from + 3 * V).fma(w0, c3);
        c4 = FloatVector.fromArray(FLOATS, planes, from + 4 * V).fma(w0, c4);
        c5 = FloatVector.fromArray(FLOATS, planes, from + 5 * V).fma(w0, c5);
      }
      c0.intoArray(sums, at);
      c1.intoArray(sums, at + V);
      c2.intoArray(sums, at + 2 * V);
      c3.intoArray(sums, at + 3 * V);
      c4.intoArray(sums, at + 4 * V);
      c5.intoArray(sums, at + 5 * V);
    }
    for (; i < vectors * V; i += 2 * V) {
      int at = sum + i;
      FloatVector c0 = FloatVector.fromArray(FLOATS, sums, at);
      FloatVector c1 = FloatVector.fromArray(FLOATS, sums, at + V);
      for (int p = 0; p < k; p++) {
        int from = taps[p] + i;
        FloatVector w0 = FloatVector.broadcast(FLOATS, w[wOffset + p * step]);
        c0 = FloatVector.fromArray(FLOATS, planes, from).fma(w0, c0);
        c1 = FloatVector.fromArray(FLOATS, planes, from + V).fma(w0, c1);
      }
      c0.intoArray(sums, at);
      c1.intoArray(sums, at + V);
    }
  }

  /** Copies the sums to the outputs; those whose window reaches over the band are left out. */
  private void store(
      ConvolutionShape s,
      PatchBlocks block,
      int bandHeight,
      int bandWidth,
      int step,
      float[] y,
      int yOffset) {
    for (int image = 0; image < block.images; image++) {
      for (int row = 0; row < block.heightOfBlock; row++) {
        int to = yOffset + s.outputIndex(block.firstRow + image, block.oy + row, block.ox);
        int from = (image * bandHeight + row) * bandWidth;
        for (int filter = 0; filter < s.outputChannels; filter++) {
          for (int i = 0; i < block.widthOfBlock; i++) {
            y[to + i * s.outputStep + filter] = sums[filter * step + from + i];
          }
        }
      }
    }
  }
}
