package io.github.secateur.kernel.vector;

import io.github.secateur.kernel.Convolution;
import io.github.secateur.kernel.Kernels;
import io.github.secateur.kernel.scalar.ConvolutionShape;
import io.github.secateur.kernel.scalar.PatchConvolution;
import io.github.secateur.kernel.scalar.RowOperations;
import io.github.secateur.kernel.scalar.ScalarConvolution;
import io.github.secateur.kernel.vector.gemm.GemmTile;
import io.github.secateur.kernel.vector.gemm.OutputActivation;
import io.github.secateur.kernel.vector.gemm.PanelPacking;
import io.github.secateur.kernel.vector.gemm.TileLoops;
import io.github.secateur.kernel.vector.gemm.TileProduct;

/**
 * Convolution with the Vector API: tiles read the patches where {@link PatchBlocks} found or put
 * them.
 */
final class VectorConvolution extends PatchConvolution {

  /** Largest part of a run, or of a block's positions, that one pass over the tiles adds. */
  private static final int DEPTH = 256;

  /** Filters in one pass over the tiles. */
  private static final int WIDTH = 512;

  private final TileLoops loops;
  private final OutputActivation outputActivation;
  private final PatchBlocks blocks = new PatchBlocks();
  private final FewFilters fewFilters = new FewFilters();
  private final DepthwiseConvolution depthwise = new DepthwiseConvolution();
  private final float[] zeros = new float[WIDTH];
  private final float[] strip = new float[PanelPacking.STRIP * DEPTH];
  private final TileProduct product = new TileProduct();
  private float[] panels = new float[0];
  private float[] apart = new float[0];

  VectorConvolution(TileLoops loops, OutputActivation outputActivation) {
    this.loops = loops;
    this.outputActivation = outputActivation;
  }

  /** As {@link Kernels#conv2d}, with the activation. */
  void forwardActivated(Convolution c) {
    outputActivation.set(c.activation, c.slope);
    try {
      forward(c);
    } finally {
      outputActivation.set(null, 0);
    }
  }

  @Override
  protected void patchProduct(
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
    if (FewFilters.suits(s)) {
      blocks.reset(s, rows);
      while (blocks.next()) {
        float[] band = blocks.loadBand(x, xOffset);
        fewFilters.multiply(s, blocks, band, w, wOffset, b, bOffset, y, yOffset);
        activateBlock(s, y, yOffset);
      }
      return;
    }
    packWeights(s, w, wOffset);
    boolean contiguous =
        s.outputRowStep == s.outputWidth * s.outputStep
            && s.outputImageSize == s.outputHeight * s.outputRowStep;
    blocks.reset(s, rows);
    while (blocks.next()) {
      int first = yOffset + s.outputIndex(blocks.firstRow, blocks.oy, blocks.ox);
      if (contiguous) {
        blockProduct(s, x, xOffset, b, bOffset, y, first, s.outputStep);
        activateBlock(s, y, yOffset);
      } else { // a phase of an input gradient
        int size = blocks.positions() * s.outputChannels;
        if (apart.length < size) {
          apart = new float[size];
        }
        blockProduct(s, x, xOffset, b, bOffset, apart, 0, s.outputChannels);
        spread(s, y, first);
      }
    }
  }

  /** Applies the activation to a block of a forward convolution, whose outputs lie together. */
  private void activateBlock(ConvolutionShape s, float[] y, int yOffset) {
    int first = yOffset + s.outputIndex(blocks.firstRow, blocks.oy, blocks.ox);
    outputActivation.apply(blocks.positions(), s.outputChannels, y, first, s.outputChannels);
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
            int from = blocks.offset + blocks.runStart(run) + p;
            product.sizes(positions, width, depth);
            product.rows(blocks.values, from, blocks.starts);
            product.panels(panels, panel, depthDone, s.patchSize());
            product.start(start, startOffset, startStep);
            product.c(y, out, step);
            loops.multiply(product);
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
  protected void patchWeightGradient(
      ConvolutionShape s,
      int rows,
      int from,
      int to,
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
            int start = out + p * s.outputChannels + first;
            if (width == PanelPacking.WIDTH && s.outputChannels == width) {
              addPatches(p, depth, from, to, width, dy, start, dw, dwOffset, width);
            } else {
              PanelPacking.pack(
                  width,
                  depth,
                  dy,
                  start,
                  s.outputChannels,
                  loops.lastPanelIsNarrow(width),
                  panels,
                  0);
              addPatches(
                  p, depth, from, to, width, panels, 0, dw, dwOffset + first, s.outputChannels);
            }
          }
        }
      }
    }
  }

  /**
   * Adds the product of positions [p, p + depth), whose panels are packed, to rows [from, to) of dW
   * [patch × n].
   */
  private void addPatches(
      int p,
      int depth,
      int from,
      int to,
      int n,
      float[] panels,
      int panelsOffset,
      float[] dw,
      int dwOffset,
      int step) {
    int row = dwOffset;
    int height = loops.copyRows();
    for (int run = 0; run < blocks.runs; run++) {
      int first = run * blocks.runLength;
      int end = Math.min(blocks.runLength, to - first);
      for (int i = Math.max(0, from - first); i < end; i += height) {
        int rows = Math.min(height, end - i);
        int values = blocks.offset + blocks.runStart(run) + i;
        PanelPacking.packStrip(rows, depth, blocks.values, values, blocks.starts, p, strip);
        product.sizes(rows, n, depth);
        product.copy(GemmTile.Layout.STRIP, strip);
        product.panels(panels, panelsOffset, 0, depth);
        product.start(dw, row, step);
        product.c(dw, row, step);
        loops.multiply(product);
        row += rows * step;
      }
    }
  }

  @Override
  protected void depthwise(
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
    if (s.groupOutputs() == 1) {
      depthwise.forward(s, rows, x, xOffset, w, wOffset, b, bOffset, y, yOffset);
    } else {
      ScalarConvolution.slideDepthwise(s, rows, x, xOffset, w, wOffset, b, bOffset, y, yOffset);
    }
    int positions = rows * s.outputHeight * s.outputWidth;
    outputActivation.apply(positions, s.outputChannels, y, yOffset, s.outputChannels);
  }

  @Override
  protected void depthwiseWeightGradient(
      ConvolutionShape s,
      int rows,
      int from,
      int to,
      float[] x,
      int xOffset,
      float[] dy,
      int dyOffset,
      float[] dw,
      int dwOffset) {
    if (s.groupOutputs() == 1) {
      DepthwiseConvolution.weightGradient(
          s, rows, from, to, x, xOffset, dy, dyOffset, dw, dwOffset);
    } else {
      ScalarConvolution.slideDepthwiseWeightGradient(
          s, rows, from, to, x, xOffset, dy, dyOffset, dw, dwOffset);
    }
  }
}
