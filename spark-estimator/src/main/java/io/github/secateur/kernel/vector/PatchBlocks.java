package io.github.secateur.kernel.vector;

import io.github.secateur.kernel.scalar.ConvolutionShape;
import io.github.secateur.kernel.scalar.RowOperations;
import io.github.secateur.kernel.vector.gemm.TileLoops;
import io.github.secateur.kernel.vector.lanes.Lanes;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Walks over the patches of a convolution in blocks of positions: a few small images, a few rows of
 * an image, or a part of a long row. Scratch is bounded by the block, never by the batch.
 *
 * <p>The patch of position p in a block is read as {@link #runs} runs of {@link #runLength} values:
 * run r starts at {@code values[offset + starts[p] + runStart(r)]}. With channels last, a row of
 * the window is one run of the image, or one for each column if the window is dilated, so patches
 * need no copies of their own; only the image is copied, with zeros around it, if there is padding
 * or if a group's channels must be brought together. Short runs (few channels) are copied into
 * whole patches, one run each.
 */
final class PatchBlocks {

  private static final VectorSpecies<Float> FLOATS = Lanes.FLOATS;

  /** Positions in a block, about. */
  private static final int POSITIONS = 256;

  /** Runs shorter than this are copied into whole patches. */
  private static final int SHORT_RUN = 32;

  /** The current block: images from firstRow, and of each image these positions. */
  int firstRow;

  int images;
  int oy;
  int ox;
  int heightOfBlock;
  int widthOfBlock;

  /** Where the patches of the current block and group are. */
  float[] values;

  int offset;
  int[] starts = new int[0];
  int runs;
  int runLength;
  private int runsOfRow;
  private int rowStep;
  private int runShift;

  private ConvolutionShape shape;
  private int rows;
  private int imagesPerBlock;
  private int heightPerBlock;
  private int widthPerBlock;
  private float[] band = new float[0];
  private float[] patches = new float[0];

  /** Starts before the first block. */
  void reset(ConvolutionShape newShape, int newRows) {
    shape = newShape;
    rows = newRows;
    int positions = Math.max(1, shape.outputHeight * shape.outputWidth);
    imagesPerBlock = Math.max(1, POSITIONS / positions);
    widthPerBlock = shape.outputWidth <= 2 * POSITIONS ? shape.outputWidth : POSITIONS;
    heightPerBlock =
        Math.max(1, Math.min(shape.outputHeight, POSITIONS / Math.max(1, widthPerBlock)));
    firstRow = 0;
    images = 0;
    oy = 0;
    ox = 0;
    heightOfBlock = 0;
    widthOfBlock = 0;
  }

  /** Moves on and returns whether there is another block. */
  boolean next() {
    if (rows == 0 || shape.outputHeight == 0 || shape.outputWidth == 0) {
      return false;
    }
    if (images > 0) {
      ox += widthOfBlock;
      if (ox >= shape.outputWidth) {
        ox = 0;
        oy += heightOfBlock;
      }
      if (oy >= shape.outputHeight) {
        oy = 0;
        firstRow += images;
      }
    }
    images = Math.min(imagesPerBlock, rows - firstRow);
    heightOfBlock = Math.min(heightPerBlock, shape.outputHeight - oy);
    widthOfBlock = Math.min(widthPerBlock, shape.outputWidth - ox);
    return firstRow < rows;
  }

  /** Returns the number of positions in the current block. */
  int positions() {
    return images * heightOfBlock * widthOfBlock;
  }

  /** Returns where a run starts in a patch. */
  int runStart(int run) {
    return run / runsOfRow * rowStep + run % runsOfRow * runShift;
  }

  /** Makes the patches of the current block and a group readable. */
  void load(int group, float[] x, int xOffset) {
    int bandHeight = bandHeight();
    int bandWidth = bandWidth();
    int top = shape.top(oy);
    int left = shape.left(ox);
    int inputs = shape.groupInputs();
    boolean inside =
        top >= 0
            && left >= 0
            && top + bandHeight <= shape.inputHeight
            && left + bandWidth <= shape.inputWidth;
    runsOfRow = shape.dilationWidth == 1 ? 1 : shape.windowWidth;
    runs = shape.windowHeight * runsOfRow;
    runLength = shape.dilationWidth == 1 ? shape.windowWidth * inputs : inputs;
    runShift = shape.dilationWidth * inputs;
    boolean copyRuns = runLength < SHORT_RUN;
    if (inside && shape.groups == 1 && !copyRuns) {
      values = x;
      offset =
          xOffset
              + firstRow * shape.inputImageSize()
              + (top * shape.inputWidth + left) * shape.inputChannels;
      int line = shape.inputWidth * inputs;
      rowStep = shape.dilationHeight * line;
      setStarts(shape.inputImageSize(), line, inputs);
      return;
    }
    fillBand(group, x, xOffset, top, left, bandHeight, bandWidth);
    values = band;
    offset = 0;
    int line = bandWidth * inputs;
    rowStep = shape.dilationHeight * line;
    setStarts(bandHeight * line, line, inputs);
    if (copyRuns) {
      copyPatches();
    }
  }

  /**
   * Copies the part of the images that the current block reads, with zeros for the padding.
   *
   * @return [images, {@link #bandHeight}, {@link #bandWidth}, channels]
   */
  float[] loadBand(float[] x, int xOffset) {
    fillBand(0, x, xOffset, shape.top(oy), shape.left(ox), bandHeight(), bandWidth());
    return band;
  }

  /** Returns how many rows of an image the current block reads. */
  int bandHeight() {
    return (heightOfBlock - 1) * shape.strideHeight
        + (shape.windowHeight - 1) * shape.dilationHeight
        + 1;
  }

  /** Returns how many columns of an image the current block reads. */
  int bandWidth() {
    return (widthOfBlock - 1) * shape.strideWidth
        + (shape.windowWidth - 1) * shape.dilationWidth
        + 1;
  }

  private void setStarts(int imageStep, int rowStep, int columnStep) {
    int count = positions();
    if (starts.length < count + TileLoops.MOST_ROWS - 1) {
      starts = new int[count + TileLoops.MOST_ROWS - 1];
    }
    int next = 0;
    for (int image = 0; image < images; image++) {
      for (int y = 0; y < heightOfBlock; y++) {
        int first = image * imageStep + y * shape.strideHeight * rowStep;
        for (int x = 0; x < widthOfBlock; x++) {
          starts[next++] = first + x * shape.strideWidth * columnStep;
        }
      }
    }
    Arrays.fill(starts, count, count + TileLoops.MOST_ROWS - 1, starts[count - 1]);
  }

  private void fillBand(
      int group, float[] x, int xOffset, int top, int left, int bandHeight, int bandWidth) {
    int inputs = shape.groupInputs();
    int size = images * bandHeight * bandWidth * inputs;
    if (band.length < size + Lanes.LENGTH) {
      band = new float[size + Lanes.LENGTH];
    }
    int first = Math.min(Math.max(0, -left), bandWidth);
    int end = Math.max(first, Math.min(bandWidth, shape.inputWidth - left));
    int to = 0;
    for (int image = 0; image < images; image++) {
      int imageOffset = xOffset + (firstRow + image) * shape.inputImageSize() + group * inputs;
      for (int y = top; y < top + bandHeight; y++) {
        int rowEnd = to + bandWidth * inputs;
        if (y < 0 || y >= shape.inputHeight) {
          Arrays.fill(band, to, rowEnd, 0);
        } else {
          Arrays.fill(band, to, to + first * inputs, 0);
          int from = imageOffset + (y * shape.inputWidth + left + first) * shape.inputChannels;
          RowOperations.copyRows(
              end - first, inputs, x, from, shape.inputChannels, band, to + first * inputs, inputs);
          Arrays.fill(band, to + end * inputs, rowEnd, 0);
        }
        to = rowEnd;
      }
    }
  }

  /**
   * Copies the runs of each patch one behind the other. Vectors copy too much; the next run
   * overwrites it, and patches are far enough apart.
   */
  private void copyPatches() {
    int size = runs * runLength;
    int count = positions();
    int roundedRun = Lanes.whole(runLength + Lanes.LENGTH - 1);
    int step = size - runLength + roundedRun;
    if (patches.length < count * step) {
      patches = new float[count * step];
    }
    for (int run = 0; run < runs; run++) {
      for (int i = 0; i < roundedRun; i += Lanes.LENGTH) {
        copyVectors(count, runStart(run) + i, run * runLength + i, step);
      }
    }
    for (int p = 0; p < count; p++) {
      starts[p] = p * step;
    }
    Arrays.fill(starts, count, count + TileLoops.MOST_ROWS - 1, starts[count - 1]);
    values = patches;
    runs = 1;
    runLength = size;
    runsOfRow = 1;
    rowStep = 0;
  }

  /** Copies one vector of each patch. */
  private void copyVectors(int count, int from, int to, int step) {
    for (int p = 0; p < count; p++) {
      FloatVector.fromArray(FLOATS, band, starts[p] + from).intoArray(patches, p * step + to);
    }
  }
}
