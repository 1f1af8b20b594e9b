package io.github.secateur.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Convolution with the Vector API: tiles read the patches where {@link PatchBlocks} found or put
 * them.
 */
final class VectorConvolution extends Convolution {

  private static final VectorSpecies<Float> FLOATS = Lanes.FLOATS;

  /** Largest part of a run, or of a block's positions, that one pass over the tiles adds. */
  private static final int DEPTH = 512;

  /** Filters in one pass over the tiles. */
  private static final int WIDTH = 512;

  private final TileLoops loops;
  private final PatchBlocks blocks = new PatchBlocks();
  private final float[] zeros = new float[WIDTH];
  private final float[] packed = new float[8 * DEPTH + Lanes.LENGTH];
  private float[] panels = new float[0];
  private float[] apart = new float[0];

  VectorConvolution(TileLoops loops) {
    this.loops = loops;
  }

  @Override
  void patchProduct(
      ConvolutionShape s,
      int rows,
      float[] x,
      int xOffset,
      float[] w,
      int wOffset,
      float[] b,
      int bOffset,
      float[] y,
      int yOffset) {
    packWeights(s, w, wOffset);
    boolean contiguous =
        s.outputRowStep == s.outputWidth * s.outputStep
            && s.outputImageSize == s.outputHeight * s.outputRowStep;
    blocks.reset(s, rows);
    while (blocks.next()) {
      int first = yOffset + s.outputIndex(blocks.firstRow, blocks.oy, blocks.ox);
      if (contiguous) {
        blockProduct(s, x, xOffset, b, bOffset, y, first, s.outputStep);
      } else {
        int size = blocks.positions() * s.outputChannels;
        if (apart.length < size) {
          apart = new float[size];
        }
        blockProduct(s, x, xOffset, b, bOffset, apart, 0, s.outputChannels);
        spread(s, y, first);
      }
    }
  }

  private void blockProduct(
      ConvolutionShape s,
      float[] x,
      int xOffset,
      float[] b,
      int bOffset,
      float[] y,
      int first,
      int step) {
    int filters = s.groupOutputs();
    int positions = blocks.positions();
    for (int group = 0; group < s.groups; group++) {
      blocks.load(group, x, xOffset);
      for (int j = 0; j < filters; j += WIDTH) {
        int width = Math.min(WIDTH, filters - j);
        int out = first + group * filters + j;
        // the panels of one group, and in them those from filter j: all as deep as a patch
        int panel = group * PanelPacking.length(filters, s.patchSize()) + j * s.patchSize();
        float[] start = b == null ? zeros : b;
        int startOffset = b == null ? 0 : bOffset + group * filters + j;
        int startStep = 0;
        if (s.patchSize() == 0) {
          copyStart(positions, width, start, startOffset, y, out, step);
        }
        int depthDone = 0;
        for (int run = 0; run < blocks.runs; run++) {
          for (int p = 0; p < blocks.runLength; p += DEPTH) {
            int depth = Math.min(DEPTH, blocks.runLength - p);
            int from = blocks.offset + run * blocks.runStep + p;
            loops.multiplyRows(
                positions,
                width,
                depth,
                blocks.values,
                from,
                blocks.starts,
                0,
                panels,
                panel,
                depthDone,
                s.patchSize(),
                start,
                startOffset,
                startStep,
                y,
                out,
                step);
            depthDone += depth;
            start = y;
            startOffset = out;
            startStep = step;
          }
        }
      }
    }
  }

  private void packWeights(ConvolutionShape s, float[] w, int wOffset) {
    int filters = s.groupOutputs();
    int size = PanelPacking.length(filters, s.patchSize());
    if (panels.length < s.groups * size) {
      panels = new float[s.groups * size];
    }
    for (int group = 0; group < s.groups; group++) {
      PanelPacking.pack(
          filters,
          s.patchSize(),
          w,
          wOffset + group * filters,
          s.outputChannels,
          loops.lastPanelIsNarrow(filters),
          panels,
          group * size);
    }
  }

  private static void copyStart(
      int positions, int n, float[] start, int startOffset, float[] y, int yOffset, int step) {
    for (int p = 0; p < positions; p++) {
      System.arraycopy(start, startOffset, y, yOffset + p * step, n);
    }
  }

  /** Copies a block that was computed apart to outputs that lie scattered. */
  private void spread(ConvolutionShape s, float[] y, int first) {
    int from = 0;
    for (int image = 0; image < blocks.images; image++) {
      for (int oy = 0; oy < blocks.heightOfBlock; oy++) {
        int to = first + image * s.outputImageSize + oy * s.outputRowStep;
        RowOperations.copyRows(
            blocks.widthOfBlock,
            s.outputChannels,
            apart,
            from,
            s.outputChannels,
            y,
            to,
            s.outputStep);
        from += blocks.widthOfBlock * s.outputChannels;
      }
    }
  }

  @Override
  void patchWeightGradient(
      ConvolutionShape s,
      int rows,
      float[] x,
      int xOffset,
      float[] dy,
      int dyOffset,
      float[] dw,
      int dwOffset) {
    int filters = s.groupOutputs();
    int room = PanelPacking.length(Math.min(WIDTH, filters), DEPTH);
    if (panels.length < room) {
      panels = new float[room];
    }
    blocks.reset(s, rows);
    while (blocks.next()) {
      int out = dyOffset + s.outputIndex(blocks.firstRow, blocks.oy, blocks.ox);
      int positions = blocks.positions();
      for (int group = 0; group < s.groups; group++) {
        blocks.load(group, x, xOffset);
        for (int j = 0; j < filters; j += WIDTH) {
          int width = Math.min(WIDTH, filters - j);
          int first = group * filters + j;
          for (int p = 0; p < positions; p += DEPTH) {
            int depth = Math.min(DEPTH, positions - p);
            PanelPacking.pack(
                width,
                depth,
                dy,
                out + p * s.outputChannels + first,
                s.outputChannels,
                loops.lastPanelIsNarrow(width),
                panels,
                0);
            addPatches(p, depth, width, dw, dwOffset + first, s.outputChannels);
          }
        }
      }
    }
  }

  /** Adds the product of positions [p, p + depth), whose panels are packed, to dW [patch × n]. */
  private void addPatches(int p, int depth, int n, float[] dw, int dwOffset, int step) {
    int row = dwOffset;
    for (int run = 0; run < blocks.runs; run++) {
      int i = 0;
      while (i < blocks.runLength) {
        GemmTile tile = loops.packedTile(blocks.runLength - i, n);
        int rows = Math.min(tile.rows, blocks.runLength - i);
        int from = blocks.offset + run * blocks.runStep + i;
        PanelPacking.packRows(
            rows, tile.rows, depth, blocks.values, from, blocks.starts, p, packed);
        loops.multiplyPacked(
            tile, rows, n, depth, packed, 0, panels, 0, depth, dw, row, step, dw, row, step);
        i += rows;
        row += rows * step;
      }
    }
  }

  @Override
  void depthwise(
      ConvolutionShape s,
      int rows,
      float[] x,
      int xOffset,
      float[] w,
      int wOffset,
      float[] b,
      int bOffset,
      float[] y,
      int yOffset) {
    if (s.groupOutputs() != 1) {
      ScalarConvolution.slideDepthwise(s, rows, x, xOffset, w, wOffset, b, bOffset, y, yOffset);
      return;
    }
    for (int row = 0; row < rows; row++) {
      int image = xOffset + row * s.inputImageSize();
      for (int oy = 0; oy < s.outputHeight; oy++) {
        for (int ox = 0; ox < s.outputWidth; ox++) {
          slide(
              s, oy, ox, x, image, w, wOffset, b, bOffset, y, yOffset + s.outputIndex(row, oy, ox));
        }
      }
    }
  }

  /** Computes all channels of one position. */
  private static void slide(
      ConvolutionShape s,
      int oy,
      int ox,
      float[] x,
      int image,
      float[] w,
      int wOffset,
      float[] b,
      int bOffset,
      float[] y,
      int out) {
    int channels = s.outputChannels;
    int top = oy * s.stride - s.padTop;
    int left = ox * s.stride - s.padLeft;
    int firstKy = Math.max(0, -top);
    int endKy = Math.min(s.windowHeight, s.inputHeight - top);
    int firstKx = Math.max(0, -left);
    int endKx = Math.min(s.windowWidth, s.inputWidth - left);
    int whole = Lanes.whole(channels);
    for (int c = 0; c < whole; c += Lanes.LENGTH) {
      FloatVector sum =
          b == null ? FloatVector.zero(FLOATS) : FloatVector.fromArray(FLOATS, b, bOffset + c);
      for (int ky = firstKy; ky < endKy; ky++) {
        int in = image + ((top + ky) * s.inputWidth + left) * channels + c;
        int tap = wOffset + ky * s.windowWidth * channels + c;
        for (int kx = firstKx; kx < endKx; kx++) {
          FloatVector weight = FloatVector.fromArray(FLOATS, w, tap + kx * channels);
          sum = FloatVector.fromArray(FLOATS, x, in + kx * channels).fma(weight, sum);
        }
      }
      sum.intoArray(y, out + c);
    }
    for (int c = whole; c < channels; c++) {
      float sum = b == null ? 0 : b[bOffset + c];
      for (int ky = firstKy; ky < endKy; ky++) {
        int in = image + ((top + ky) * s.inputWidth + left) * channels + c;
        int tap = wOffset + ky * s.windowWidth * channels + c;
        for (int kx = firstKx; kx < endKx; kx++) {
          sum = Math.fma(x[in + kx * channels], w[tap + kx * channels], sum);
        }
      }
      y[out + c] = sum;
    }
  }

  @Override
  void depthwiseWeightGradient(
      ConvolutionShape s,
      int rows,
      float[] x,
      int xOffset,
      float[] dy,
      int dyOffset,
      float[] dw,
      int dwOffset) {
    if (s.groupOutputs() != 1) {
      ScalarConvolution.slideDepthwiseWeightGradient(
          s, rows, x, xOffset, dy, dyOffset, dw, dwOffset);
      return;
    }
    for (int row = 0; row < rows; row++) {
      int image = xOffset + row * s.inputImageSize();
      for (int oy = 0; oy < s.outputHeight; oy++) {
        int out = dyOffset + s.outputIndex(row, oy, 0);
        for (int ky = 0; ky < s.windowHeight; ky++) {
          int iy = oy * s.stride - s.padTop + ky;
          if (iy >= 0 && iy < s.inputHeight) {
            for (int kx = 0; kx < s.windowWidth; kx++) {
              int tap = dwOffset + (ky * s.windowWidth + kx) * s.outputChannels;
              addRowOfTap(s, kx, x, image + iy * s.inputWidth * s.outputChannels, dy, out, dw, tap);
            }
          }
        }
      }
    }
  }

  /** Adds the positions of one row of outputs to one tap of the window, for all channels. */
  private static void addRowOfTap(
      ConvolutionShape s,
      int kx,
      float[] x,
      int inputRow,
      float[] dy,
      int outputRow,
      float[] dw,
      int tap) {
    int channels = s.outputChannels;
    int shift = kx - s.padLeft;
    // positions whose input column ox · stride + shift is in the image
    int first = shift < 0 ? (-shift + s.stride - 1) / s.stride : 0;
    int end =
        Math.min(
            s.outputWidth,
            Math.max(first, ConvolutionShape.placesOfPhase(s.inputWidth, shift, s.stride)));
    int whole = Lanes.whole(channels);
    for (int c = 0; c < whole; c += Lanes.LENGTH) {
      FloatVector sum = FloatVector.fromArray(FLOATS, dw, tap + c);
      for (int ox = first; ox < end; ox++) {
        FloatVector value =
            FloatVector.fromArray(FLOATS, x, inputRow + (ox * s.stride + shift) * channels + c);
        sum = value.fma(FloatVector.fromArray(FLOATS, dy, outputRow + ox * channels + c), sum);
      }
      sum.intoArray(dw, tap + c);
    }
    for (int c = whole; c < channels; c++) {
      float sum = dw[tap + c];
      for (int ox = first; ox < end; ox++) {
        sum =
            Math.fma(
                x[inputRow + (ox * s.stride + shift) * channels + c],
                dy[outputRow + ox * channels + c],
                sum);
      }
      dw[tap + c] = sum;
    }
  }
}
