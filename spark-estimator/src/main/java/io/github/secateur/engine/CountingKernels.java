package io.github.secateur.engine;

import io.github.secateur.kernel.Activation;
import io.github.secateur.kernel.Combination;
import io.github.secateur.kernel.Convolution;
import io.github.secateur.kernel.Kernels;
import io.github.secateur.kernel.Product;
import io.github.secateur.kernel.Recurrence;
import io.github.secateur.kernel.Reduction;
import io.github.secateur.kernel.ReductionGeometry;
import io.github.secateur.kernel.WindowGeometry;

/**
 * Counts the operations and bytes of every kernel call from its arguments, then makes the call. A
 * fused multiply-add counts as 2 operations, a function of one value as 1; of the bytes each array
 * counts once, twice if it is read and written. What one call does together, as a layer with its
 * bias and its activation, counts as if it were done one after the other: so the plan counts it.
 */
final class CountingKernels implements Kernels {
  private final Kernels kernels;
  private final Counters counters;
  private final ParallelProducts products;

  /**
   * Makes counting kernels.
   *
   * @param kernels one for each thread of the engine, the calling one first
   */
  CountingKernels(Kernels[] kernels, Counters counters) {
    this.kernels = kernels[0];
    this.counters = counters;
    this.products = new ParallelProducts(kernels);
  }

  private static long stored(int rows, int[] rowStart) {
    return rowStart[rows] - rowStart[0];
  }

  private static long product(int[] dimensions) {
    long product = 1;
    for (int dimension : dimensions) {
      product *= dimension;
    }
    return product;
  }

  @Override
  public String name() {
    return kernels.name();
  }

  @Override
  public void product(Product p) {
    long values = (long) p.m * p.n;
    if (p.bias != null) {
      counters.add(0, p.n + values);
    }
    boolean adds = p.bias != null || p.accumulate;
    counters.add(
        2L * p.m * p.n * p.k, (long) p.m * p.k + (long) p.k * p.n + (adds ? 2L : 1L) * values);
    countActivation(values, p.activation);
    products.product(p);
  }

  private void countActivation(long values, Activation f) {
    if (f != null) {
      counters.add(values, 2L * values);
    }
  }

  @Override
  public void sparseGemm(
      int rows,
      int n,
      int[] rowStart,
      int[] columns,
      float[] values,
      float[] b,
      int bOffset,
      float[] c,
      int cOffset) {
    counters.add(
        2L * n * stored(rows, rowStart),
        2L * stored(rows, rowStart) + (long) n * stored(rows, rowStart) + 2L * rows * n);
    kernels.sparseGemm(rows, n, rowStart, columns, values, b, bOffset, c, cOffset);
  }

  @Override
  public void sparseGemmTransposed(
      int rows,
      int n,
      int[] rowStart,
      int[] columns,
      float[] values,
      float[] y,
      int yOffset,
      float[] c,
      int cOffset) {
    counters.add(
        2L * n * stored(rows, rowStart),
        2L * stored(rows, rowStart) + 2L * n * stored(rows, rowStart) + (long) rows * n);
    kernels.sparseGemmTransposed(rows, n, rowStart, columns, values, y, yOffset, c, cOffset);
  }

  @Override
  public void fillRows(int rows, int n, float[] x, int xOffset, float[] y, int yOffset) {
    counters.add(0, n + (long) rows * n);
    kernels.fillRows(rows, n, x, xOffset, y, yOffset);
  }

  @Override
  public void sumRows(int rows, int n, float[] x, int xOffset, float[] sum, int sumOffset) {
    counters.add((long) rows * n, (long) rows * n + 2L * n);
    kernels.sumRows(rows, n, x, xOffset, sum, sumOffset);
  }

  @Override
  public void copyRows(
      int rows,
      int length,
      float[] x,
      int xOffset,
      int xStride,
      float[] y,
      int yOffset,
      int yStride) {
    counters.add(0, 2L * rows * length);
    kernels.copyRows(rows, length, x, xOffset, xStride, y, yOffset, yStride);
  }

  @Override
  public void permute(
      int rows, int[] dimensions, int[] order, float[] x, int xOffset, float[] y, int yOffset) {
    counters.add(0, 2L * rows * product(dimensions));
    kernels.permute(rows, dimensions, order, x, xOffset, y, yOffset);
  }

  @Override
  public boolean toFloats(int n, double[] x, int xOffset, float[] y, int yOffset) {
    counters.add(n, 3L * n); // a double takes the bytes of two floats
    return kernels.toFloats(n, x, xOffset, y, yOffset);
  }

  @Override
  public void scale(int n, float factor, float[] x, int xOffset, float[] y, int yOffset) {
    counters.add(n, 2L * n);
    kernels.scale(n, factor, x, xOffset, y, yOffset);
  }

  @Override
  public void scaleBytes(int n, float factor, byte[] x, int xOffset, float[] y, int yOffset) {
    counters.add(n, 2L * n);
    kernels.scaleBytes(n, factor, x, xOffset, y, yOffset);
  }

  @Override
  public void add(int n, float[] x, int xOffset, float[] y, int yOffset, float[] z, int zOffset) {
    counters.add(n, 3L * n);
    kernels.add(n, x, xOffset, y, yOffset, z, zOffset);
  }

  @Override
  public void multiply(
      int n, float[] x, int xOffset, float[] y, int yOffset, float[] z, int zOffset) {
    counters.add(n, 3L * n);
    kernels.multiply(n, x, xOffset, y, yOffset, z, zOffset);
  }

  @Override
  public void combine(
      Combination f,
      int n,
      float[] x,
      int xOffset,
      int xStep,
      float[] y,
      int yOffset,
      int yStep,
      float[] z,
      int zOffset) {
    counters.add(n, n + valuesRead(n, xStep) + valuesRead(n, yStep));
    kernels.combine(f, n, x, xOffset, xStep, y, yOffset, yStep, z, zOffset);
  }

  @Override
  public void combineGradient(
      Combination f,
      boolean second,
      int n,
      float[] own,
      int ownOffset,
      int ownStep,
      float[] other,
      int otherOffset,
      int otherStep,
      float[] dz,
      int dzOffset,
      boolean adds,
      float[] dx,
      int dxOffset) {
    long read =
        switch (f) {
          case ADD, SUBTRACT -> 0;
          case MULTIPLY -> valuesRead(n, otherStep);
          case DIVIDE -> (second ? valuesRead(n, ownStep) : 0) + valuesRead(n, otherStep);
          case MAXIMUM, MINIMUM -> valuesRead(n, ownStep) + valuesRead(n, otherStep);
        };
    counters.add(n, n + read + (adds ? 2 : 1) * valuesRead(n, ownStep));
    kernels.combineGradient(
        f,
        second,
        n,
        own,
        ownOffset,
        ownStep,
        other,
        otherOffset,
        otherStep,
        dz,
        dzOffset,
        adds,
        dx,
        dxOffset);
  }

  private static long valuesRead(int n, int step) {
    return step == 0 ? 1 : n;
  }

  @Override
  public void scaleAndShift(
      int rows,
      int channels,
      float[] scale,
      int scaleOffset,
      float[] shift,
      int shiftOffset,
      float[] x,
      int xOffset,
      float[] y,
      int yOffset) {
    counters.add(2L * rows * channels, 2L * rows * channels + 2L * channels);
    kernels.scaleAndShift(
        rows, channels, scale, scaleOffset, shift, shiftOffset, x, xOffset, y, yOffset);
  }

  @Override
  public void activation(
      Activation f, float slope, int n, float[] x, int xOffset, float[] y, int yOffset) {
    counters.add(n, 2L * n);
    kernels.activation(f, slope, n, x, xOffset, y, yOffset);
  }

  @Override
  public void activationGradient(
      Activation f,
      float slope,
      int n,
      float[] saved,
      int savedOffset,
      float[] dy,
      int dyOffset,
      float[] dx,
      int dxOffset) {
    counters.add(n, 3L * n);
    kernels.activationGradient(f, slope, n, saved, savedOffset, dy, dyOffset, dx, dxOffset);
  }

  @Override
  public void clip(int n, float low, float high, float[] x, int xOffset, float[] y, int yOffset) {
    counters.add(n, 2L * n);
    kernels.clip(n, low, high, x, xOffset, y, yOffset);
  }

  @Override
  public void clipGradient(
      int n,
      float low,
      float high,
      float[] y,
      int yOffset,
      float[] dy,
      int dyOffset,
      float[] dx,
      int dxOffset) {
    counters.add(n, 3L * n);
    kernels.clipGradient(n, low, high, y, yOffset, dy, dyOffset, dx, dxOffset);
  }

  @Override
  public void prelu(
      int rows,
      int channels,
      float[] slope,
      int slopeOffset,
      float[] x,
      int xOffset,
      float[] y,
      int yOffset) {
    counters.add((long) rows * channels, 2L * rows * channels + channels);
    kernels.prelu(rows, channels, slope, slopeOffset, x, xOffset, y, yOffset);
  }

  @Override
  public void preluGradient(
      int rows,
      int channels,
      float[] slope,
      int slopeOffset,
      float[] x,
      int xOffset,
      float[] dy,
      int dyOffset,
      float[] dx,
      int dxOffset) {
    counters.add((long) rows * channels, 3L * rows * channels + channels);
    kernels.preluGradient(
        rows, channels, slope, slopeOffset, x, xOffset, dy, dyOffset, dx, dxOffset);
  }

  @Override
  public void preluSlopeGradient(
      int rows,
      int channels,
      float[] x,
      int xOffset,
      float[] dy,
      int dyOffset,
      float[] dSlope,
      int dSlopeOffset) {
    counters.add(2L * rows * channels, 2L * rows * channels + 2L * channels);
    kernels.preluSlopeGradient(rows, channels, x, xOffset, dy, dyOffset, dSlope, dSlopeOffset);
  }

  @Override
  public void conv2d(Convolution c) {
    WindowGeometry g = c.geometry;
    counters.add(
        2L * c.rows * g.positions() * g.weightCount(),
        (long) c.rows * (g.inputSize() + g.outputSize())
            + g.weightCount()
            + (c.bias == null ? 0 : g.outputChannels()));
    countActivation((long) c.rows * g.outputSize(), c.activation);
    products.conv2d(c);
  }

  @Override
  public void conv2dWeightGradient(Convolution c) {
    WindowGeometry g = c.geometry;
    long weights = (long) (c.to - c.from) * g.outputChannels();
    counters.add(
        2L * c.rows * g.positions() * weights,
        (long) c.rows * (g.inputSize() + g.outputSize()) + 2L * weights);
    products.conv2dWeightGradient(c);
  }

  @Override
  public void conv2dInputGradient(Convolution c) {
    WindowGeometry g = c.geometry;
    counters.add(
        2L * c.rows * g.positions() * g.weightCount(),
        (long) c.rows * (g.inputSize() + g.outputSize()) + g.weightCount());
    products.conv2dInputGradient(c);
  }

  @Override
  public void maxPool2d(
      WindowGeometry g,
      int rows,
      float[] x,
      int xOffset,
      float[] y,
      int yOffset,
      float[] index,
      int indexOffset) {
    counters.add(
        (long) rows * g.outputSize() * g.windowHeight() * g.windowWidth(),
        (long) rows * (g.inputSize() + (index == null ? 1L : 2L) * g.outputSize()));
    kernels.maxPool2d(g, rows, x, xOffset, y, yOffset, index, indexOffset);
  }

  @Override
  public void maxPool2dGradient(
      WindowGeometry g,
      int rows,
      float[] index,
      int indexOffset,
      float[] dy,
      int dyOffset,
      float[] dx,
      int dxOffset) {
    counters.add((long) rows * g.outputSize(), (long) rows * (g.inputSize() + 2L * g.outputSize()));
    kernels.maxPool2dGradient(g, rows, index, indexOffset, dy, dyOffset, dx, dxOffset);
  }

  @Override
  public void avgPool2d(
      WindowGeometry g, int rows, float[] x, int xOffset, float[] y, int yOffset) {
    counters.add(
        (long) rows * g.outputSize() * g.windowHeight() * g.windowWidth(),
        (long) rows * (g.inputSize() + g.outputSize()));
    kernels.avgPool2d(g, rows, x, xOffset, y, yOffset);
  }

  @Override
  public void avgPool2dGradient(
      WindowGeometry g, int rows, float[] dy, int dyOffset, float[] dx, int dxOffset) {
    counters.add(
        (long) rows * g.outputSize() * g.windowHeight() * g.windowWidth(),
        (long) rows * (g.inputSize() + g.outputSize()));
    kernels.avgPool2dGradient(g, rows, dy, dyOffset, dx, dxOffset);
  }

  @Override
  public void globalAvgPool2d(
      int rows, int positions, int channels, float[] x, int xOffset, float[] y, int yOffset) {
    counters.add((long) rows * positions * channels, (long) rows * (positions + 1L) * channels);
    kernels.globalAvgPool2d(rows, positions, channels, x, xOffset, y, yOffset);
  }

  @Override
  public void globalAvgPool2dGradient(
      int rows, int positions, int channels, float[] dy, int dyOffset, float[] dx, int dxOffset) {
    counters.add((long) rows * positions * channels, (long) rows * (positions + 1L) * channels);
    kernels.globalAvgPool2dGradient(rows, positions, channels, dy, dyOffset, dx, dxOffset);
  }

  @Override
  public void reduce(
      Reduction f, ReductionGeometry g, int rows, float[] x, int xOffset, float[] y, int yOffset) {
    counters.add((long) rows * g.inputSize(), (long) rows * (g.inputSize() + g.outputSize()));
    kernels.reduce(f, g, rows, x, xOffset, y, yOffset);
  }

  @Override
  public void reduceGradient(
      Reduction f,
      ReductionGeometry g,
      int rows,
      float[] x,
      int xOffset,
      float[] y,
      int yOffset,
      float[] dy,
      int dyOffset,
      float[] dx,
      int dxOffset) {
    counters.add(
        (long) rows * g.inputSize(),
        (f.gradientReadsValues() ? 2L : 1L) * rows * (g.inputSize() + g.outputSize()));
    kernels.reduceGradient(f, g, rows, x, xOffset, y, yOffset, dy, dyOffset, dx, dxOffset);
  }

  @Override
  public void combineChannels(
      int rows,
      int channels,
      float[] constants,
      float[] x,
      int xOffset,
      float[] z,
      int zOffset,
      float[] y,
      int yOffset) {
    counters.add(4L * rows * channels, 3L * rows * channels + 3L * channels);
    kernels.combineChannels(rows, channels, constants, x, xOffset, z, zOffset, y, yOffset);
  }

  @Override
  public void windowSquares(
      int rows,
      int channels,
      int size,
      float factor,
      float summand,
      float[] x,
      int xOffset,
      float[] y,
      int yOffset) {
    counters.add(2L * rows * channels * size, 2L * rows * channels);
    kernels.windowSquares(rows, channels, size, factor, summand, x, xOffset, y, yOffset);
  }

  @Override
  public void localResponseGradient(
      int rows,
      int channels,
      int size,
      float factor,
      float[] x,
      int xOffset,
      float[] squares,
      int squaresOffset,
      float[] dy,
      int dyOffset,
      float[] dx,
      int dxOffset) {
    counters.add((4L + size) * rows * channels, 5L * rows * channels);
    kernels.localResponseGradient(
        rows,
        channels,
        size,
        factor,
        x,
        xOffset,
        squares,
        squaresOffset,
        dy,
        dyOffset,
        dx,
        dxOffset);
  }

  @Override
  public void columnStatistics(
      int rows,
      int channels,
      float[] x,
      int xOffset,
      float[] mean,
      int meanOffset,
      float[] variance,
      int varianceOffset) {
    counters.add(4L * rows * channels, (long) rows * channels + 2L * channels);
    kernels.columnStatistics(
        rows, channels, x, xOffset, mean, meanOffset, variance, varianceOffset);
  }

  @Override
  public void batchNormGradient(
      int rows,
      int channels,
      float[] x,
      int xOffset,
      float[] mean,
      int meanOffset,
      float[] inverseDeviation,
      int inverseDeviationOffset,
      float[] gain,
      int gainOffset,
      float[] dy,
      int dyOffset,
      float[] dGain,
      int dGainOffset,
      float[] dBias,
      int dBiasOffset,
      float[] dx,
      int dxOffset) {
    counters.add(
        (dx == null ? 4L : 8L) * rows * channels,
        (dx == null ? 2L : 3L) * rows * channels
            + (3L + (dGain == null ? 0 : 2L) + (dBias == null ? 0 : 2L)) * channels);
    kernels.batchNormGradient(
        rows,
        channels,
        x,
        xOffset,
        mean,
        meanOffset,
        inverseDeviation,
        inverseDeviationOffset,
        gain,
        gainOffset,
        dy,
        dyOffset,
        dGain,
        dGainOffset,
        dBias,
        dBiasOffset,
        dx,
        dxOffset);
  }

  @Override
  public void layerNorm(
      int rows,
      int n,
      float epsilon,
      float[] gain,
      int gainOffset,
      float[] bias,
      int biasOffset,
      float[] x,
      int xOffset,
      float[] y,
      int yOffset,
      float[] statistics,
      int statisticsOffset) {
    counters.add(8L * rows * n, 2L * rows * n + 2L * n + (statistics == null ? 0 : 2L * rows));
    kernels.layerNorm(
        rows,
        n,
        epsilon,
        gain,
        gainOffset,
        bias,
        biasOffset,
        x,
        xOffset,
        y,
        yOffset,
        statistics,
        statisticsOffset);
  }

  @Override
  public void layerNormGradient(
      int rows,
      int n,
      float[] gain,
      int gainOffset,
      float[] x,
      int xOffset,
      float[] statistics,
      int statisticsOffset,
      float[] dy,
      int dyOffset,
      float[] dGain,
      int dGainOffset,
      float[] dBias,
      int dBiasOffset,
      float[] dx,
      int dxOffset) {
    counters.add(
        ((dGain == null && dBias == null ? 0 : 4L) + (dx == null ? 0 : 8L)) * rows * n,
        2L * rows * (n + 1L)
            + (dx == null ? 0 : (rows + 1L) * n)
            + ((dGain == null ? 0 : 2L) + (dBias == null ? 0 : 2L)) * n);
    kernels.layerNormGradient(
        rows,
        n,
        gain,
        gainOffset,
        x,
        xOffset,
        statistics,
        statisticsOffset,
        dy,
        dyOffset,
        dGain,
        dGainOffset,
        dBias,
        dBiasOffset,
        dx,
        dxOffset);
  }

  @Override
  public void gatherRows(
      int n,
      int width,
      float[] table,
      int tableOffset,
      float[] indices,
      int indicesOffset,
      float[] y,
      int yOffset) {
    counters.add(0, n + 2L * n * width);
    kernels.gatherRows(n, width, table, tableOffset, indices, indicesOffset, y, yOffset);
  }

  @Override
  public void addToRows(
      int n,
      int width,
      int skipped,
      float[] indices,
      int indicesOffset,
      float[] dy,
      int dyOffset,
      float[] table,
      int tableOffset) {
    counters.add((long) n * width, n + 3L * n * width);
    kernels.addToRows(n, width, skipped, indices, indicesOffset, dy, dyOffset, table, tableOffset);
  }

  @Override
  public void maskedMean(
      int rows,
      int tokens,
      int width,
      float[] x,
      int xOffset,
      float[] mask,
      int maskOffset,
      float[] y,
      int yOffset) {
    countMaskedMean(rows, tokens, width);
    kernels.maskedMean(rows, tokens, width, x, xOffset, mask, maskOffset, y, yOffset);
  }

  @Override
  public void maskedMeanGradient(
      int rows,
      int tokens,
      int width,
      float[] mask,
      int maskOffset,
      float[] dy,
      int dyOffset,
      float[] dx,
      int dxOffset) {
    countMaskedMean(rows, tokens, width);
    kernels.maskedMeanGradient(rows, tokens, width, mask, maskOffset, dy, dyOffset, dx, dxOffset);
  }

  private void countMaskedMean(int rows, int tokens, int width) {
    long n = (long) rows * tokens * width;
    counters.add(n, n + (long) rows * (tokens + width));
  }

  @Override
  public void recurrentStep(
      Recurrence recurrence,
      int rows,
      int units,
      float[] w,
      int gates,
      int gatesStride,
      int state,
      int stateStride,
      int before,
      int beforeStride,
      int h,
      int hStride) {
    countStep(recurrence, rows, units);
    kernels.recurrentStep(
        recurrence,
        rows,
        units,
        w,
        gates,
        gatesStride,
        state,
        stateStride,
        before,
        beforeStride,
        h,
        hStride);
  }

  @Override
  public void recurrentStepGradient(
      Recurrence recurrence,
      int rows,
      int units,
      float[] w,
      int gates,
      int gatesStride,
      int state,
      int stateStride,
      int before,
      int beforeStride,
      int dh,
      int dc) {
    countStep(recurrence, rows, units);
    kernels.recurrentStepGradient(
        recurrence,
        rows,
        units,
        w,
        gates,
        gatesStride,
        state,
        stateStride,
        before,
        beforeStride,
        dh,
        dc);
  }

  /** Gates, state and output are read and written. */
  private void countStep(Recurrence recurrence, int rows, int units) {
    long n = (long) rows * units;
    counters.add(recurrence.flops() * n, 2L * (recurrence.gates() + recurrence.states() + 1) * n);
  }

  @Override
  public void dropoutMask(
      long key, long firstCounter, float rate, int n, float[] mask, int maskOffset) {
    counters.add(n, n);
    kernels.dropoutMask(key, firstCounter, rate, n, mask, maskOffset);
  }

  @Override
  public void softmax(int rows, int classes, float[] x, int xOffset, float[] y, int yOffset) {
    counters.add(4L * rows * classes, 2L * rows * classes);
    kernels.softmax(rows, classes, x, xOffset, y, yOffset);
  }

  @Override
  public void softmax(
      int rows, int length, int inner, float[] x, int xOffset, float[] y, int yOffset) {
    long n = (long) rows * length * inner;
    counters.add(4 * n, 2 * n);
    kernels.softmax(rows, length, inner, x, xOffset, y, yOffset);
  }

  @Override
  public void softmaxGradient(
      int rows,
      int length,
      int inner,
      float[] y,
      int yOffset,
      float[] dy,
      int dyOffset,
      float[] dx,
      int dxOffset) {
    long n = (long) rows * length * inner;
    counters.add(4 * n, 3 * n);
    kernels.softmaxGradient(rows, length, inner, y, yOffset, dy, dyOffset, dx, dxOffset);
  }

  @Override
  public double softmaxCrossEntropy(
      int rows,
      int classes,
      float[] logits,
      int logitsOffset,
      int[] labels,
      int labelsOffset,
      float[] weights,
      int weightsOffset,
      float[] dLogits,
      int dLogitsOffset) {
    counters.add(5L * rows * classes, (dLogits == null ? 1L : 2L) * rows * classes + 2L * rows);
    return kernels.softmaxCrossEntropy(
        rows,
        classes,
        logits,
        logitsOffset,
        labels,
        labelsOffset,
        weights,
        weightsOffset,
        dLogits,
        dLogitsOffset);
  }
}
