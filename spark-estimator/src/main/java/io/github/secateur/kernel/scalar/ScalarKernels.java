package io.github.secateur.kernel.scalar;

import io.github.secateur.kernel.Activation;
import io.github.secateur.kernel.Combination;
import io.github.secateur.kernel.Convolution;
import io.github.secateur.kernel.Kernels;
import io.github.secateur.kernel.Product;
import io.github.secateur.kernel.Recurrence;
import io.github.secateur.kernel.Reduction;
import io.github.secateur.kernel.ReductionGeometry;
import io.github.secateur.kernel.WindowGeometry;
import java.util.Arrays;

/**
 * The kernels in plain Java: the reference for all others, and what runs where the Vector API is
 * missing. Simple loops that the JIT compiler vectorizes, and {@link Math#fma}, which is an
 * instruction on every processor with AVX2 or NEON.
 */
public class ScalarKernels implements Kernels {

  private final ScalarGemm products = new ScalarGemm();
  private final PatchConvolution convolution = new ScalarConvolution(products);
  private final ColumnNormalization columns;
  private final LayerNormalization layers = new LayerNormalization();
  private final Reductions reductions = new Reductions();
  private final ChannelWindows windows = new ChannelWindows();
  private final RecurrentSteps recurrent = new RecurrentSteps();

  public ScalarKernels() {
    this(new ColumnNormalization());
  }

  protected ScalarKernels(ColumnNormalization columns) {
    this.columns = columns;
  }

  @Override
  public String name() {
    return "scalar";
  }

  @Override
  public void product(Product p) {
    float[] c = p.c;
    for (int i = 0; p.bias != null && i < p.m; i++) {
      System.arraycopy(p.bias, p.biasOffset, c, p.cOffset + i * p.ldc, p.n);
    }
    products.multiply(p);
    for (int i = 0; p.activation != null && i < p.m; i++) {
      int row = p.cOffset + i * p.ldc;
      activation(p.activation, p.slope, p.n, c, row, c, row);
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
    SparseProducts.multiply(rows, n, rowStart, columns, values, b, bOffset, c, cOffset);
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
    SparseProducts.multiplyTransposed(rows, n, rowStart, columns, values, y, yOffset, c, cOffset);
  }

  @Override
  public void fillRows(int rows, int n, float[] x, int xOffset, float[] y, int yOffset) {
    RowOperations.fillRows(rows, n, x, xOffset, y, yOffset);
  }

  @Override
  public void sumRows(int rows, int n, float[] x, int xOffset, float[] sum, int sumOffset) {
    RowOperations.sumRows(rows, n, x, xOffset, sum, sumOffset);
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
    RowOperations.copyRows(rows, length, x, xOffset, xStride, y, yOffset, yStride);
  }

  @Override
  public void permute(
      int rows, int[] dimensions, int[] order, float[] x, int xOffset, float[] y, int yOffset) {
    RowOperations.permute(rows, dimensions, order, x, xOffset, y, yOffset);
  }

  @Override
  public boolean toFloats(int n, double[] x, int xOffset, float[] y, int yOffset) {
    return RowOperations.toFloats(n, x, xOffset, y, yOffset);
  }

  @Override
  public void scale(int n, float factor, float[] x, int xOffset, float[] y, int yOffset) {
    for (int i = 0; i < n; i++) {
      y[yOffset + i] = factor * x[xOffset + i];
    }
  }

  @Override
  public void scaleBytes(int n, float factor, byte[] x, int xOffset, float[] y, int yOffset) {
    RowOperations.scaleBytes(n, factor, x, xOffset, y, yOffset);
  }

  @Override
  public void add(int n, float[] x, int xOffset, float[] y, int yOffset, float[] z, int zOffset) {
    for (int i = 0; i < n; i++) {
      z[zOffset + i] = x[xOffset + i] + y[yOffset + i];
    }
  }

  @Override
  public void multiply(
      int n, float[] x, int xOffset, float[] y, int yOffset, float[] z, int zOffset) {
    for (int i = 0; i < n; i++) {
      z[zOffset + i] = x[xOffset + i] * y[yOffset + i];
    }
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
    ScalarCombinations.combine(f, n, x, xOffset, xStep, y, yOffset, yStep, z, zOffset);
  }

  @Override
  public void clip(int n, float low, float high, float[] x, int xOffset, float[] y, int yOffset) {
    RowOperations.clip(n, low, high, x, xOffset, y, yOffset);
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
    RowOperations.clipGradient(n, low, high, y, yOffset, dy, dyOffset, dx, dxOffset);
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
    ScalarPrelu.apply(rows, channels, slope, slopeOffset, x, xOffset, y, yOffset);
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
    ScalarPrelu.gradient(
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
    ScalarPrelu.slopeGradient(rows, channels, x, xOffset, dy, dyOffset, dSlope, dSlopeOffset);
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
    ScalarCombinations.gradient(
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
    for (int i = 0; i < rows; i++) {
      int xi = xOffset + i * channels;
      int yi = yOffset + i * channels;
      for (int c = 0; c < channels; c++) {
        y[yi + c] = Math.fma(x[xi + c], scale[scaleOffset + c], shift[shiftOffset + c]);
      }
    }
  }

  @Override
  public void activation(
      Activation f, float slope, int n, float[] x, int xOffset, float[] y, int yOffset) {
    ScalarActivations.apply(f, slope, n, x, xOffset, y, yOffset);
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
    ScalarActivations.gradient(f, slope, n, saved, savedOffset, dy, dyOffset, dx, dxOffset);
  }

  @Override
  public void conv2d(Convolution c) {
    convolution.forward(c);
    if (c.activation != null) {
      int n = c.rows * c.geometry.outputSize();
      activation(c.activation, c.slope, n, c.y, c.yOffset, c.y, c.yOffset);
    }
  }

  @Override
  public void conv2dWeightGradient(Convolution c) {
    convolution.weightGradient(c);
  }

  @Override
  public void conv2dInputGradient(Convolution c) {
    convolution.inputGradient(c);
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
    ScalarPooling.max(g, rows, x, xOffset, y, yOffset, index, indexOffset);
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
    ScalarPooling.maxGradient(g, rows, index, indexOffset, dy, dyOffset, dx, dxOffset);
  }

  @Override
  public void avgPool2d(
      WindowGeometry g, int rows, float[] x, int xOffset, float[] y, int yOffset) {
    ScalarPooling.average(g, rows, x, xOffset, y, yOffset);
  }

  @Override
  public void avgPool2dGradient(
      WindowGeometry g, int rows, float[] dy, int dyOffset, float[] dx, int dxOffset) {
    ScalarPooling.averageGradient(g, rows, dy, dyOffset, dx, dxOffset);
  }

  @Override
  public void globalAvgPool2d(
      int rows, int positions, int channels, float[] x, int xOffset, float[] y, int yOffset) {
    ScalarPooling.globalAverage(rows, positions, channels, x, xOffset, y, yOffset);
  }

  @Override
  public void globalAvgPool2dGradient(
      int rows, int positions, int channels, float[] dy, int dyOffset, float[] dx, int dxOffset) {
    ScalarPooling.globalAverageGradient(rows, positions, channels, dy, dyOffset, dx, dxOffset);
  }

  @Override
  public void reduce(
      Reduction f, ReductionGeometry g, int rows, float[] x, int xOffset, float[] y, int yOffset) {
    Reductions.reduce(f, g, rows, x, xOffset, y, yOffset);
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
    reductions.gradient(f, g, rows, x, xOffset, y, yOffset, dy, dyOffset, dx, dxOffset);
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
    for (int row = 0; row < rows; row++) {
      int start = row * channels;
      for (int c = 0; c < channels; c++) {
        float part = Math.fma(x[xOffset + start + c], constants[c], constants[2 * channels + c]);
        y[yOffset + start + c] = Math.fma(z[zOffset + start + c], constants[channels + c], part);
      }
    }
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
    ChannelWindows.squares(rows, channels, size, factor, summand, x, xOffset, y, yOffset);
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
    windows.gradient(
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
    columns.statistics(rows, channels, x, xOffset, mean, meanOffset, variance, varianceOffset);
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
    columns.batchNormGradient(
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
    layers.forward(
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
    layers.gradient(
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
    for (int i = 0; i < n; i++) {
      int row = (int) indices[indicesOffset + i];
      System.arraycopy(table, tableOffset + row * width, y, yOffset + i * width, width);
    }
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
    for (int i = 0; i < n; i++) {
      int row = (int) indices[indicesOffset + i];
      if (row != skipped) {
        int place = tableOffset + row * width;
        add(width, table, place, dy, dyOffset + i * width, table, place);
      }
    }
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
    for (int row = 0; row < rows; row++) {
      int target = yOffset + row * width;
      int first = maskOffset + row * tokens;
      Arrays.fill(y, target, target + width, 0f);
      for (int token = 0; token < tokens; token++) {
        if (mask[first + token] != 0) {
          add(width, y, target, x, xOffset + (row * tokens + token) * width, y, target);
        }
      }
      scale(width, share(tokens, mask, first), y, target, y, target);
    }
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
    for (int row = 0; row < rows; row++) {
      int first = maskOffset + row * tokens;
      float share = share(tokens, mask, first);
      for (int token = 0; token < tokens; token++) {
        int target = dxOffset + (row * tokens + token) * width;
        if (mask[first + token] != 0) {
          scale(width, share, dy, dyOffset + row * width, dx, target);
        } else {
          Arrays.fill(dx, target, target + width, 0f);
        }
      }
    }
  }

  /** Returns 1 / the number of tokens that count, or 0. */
  private static float share(int tokens, float[] mask, int maskOffset) {
    int count = 0;
    for (int token = 0; token < tokens; token++) {
      count += mask[maskOffset + token] != 0 ? 1 : 0;
    }
    return count == 0 ? 0 : 1f / count;
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
    recurrent.step(
        this,
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
    recurrent.gradient(
        this,
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

  @Override
  public void dropoutMask(
      long key, long firstCounter, float rate, int n, float[] mask, int maskOffset) {
    DropoutBits.mask(key, firstCounter, rate, n, mask, maskOffset);
  }

  @Override
  public void softmax(int rows, int classes, float[] x, int xOffset, float[] y, int yOffset) {
    ScalarSoftmax.softmax(rows, classes, 1, x, xOffset, y, yOffset);
  }

  @Override
  public void softmax(
      int rows, int length, int inner, float[] x, int xOffset, float[] y, int yOffset) {
    ScalarSoftmax.softmax(rows, length, inner, x, xOffset, y, yOffset);
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
    ScalarSoftmax.gradient(rows, length, inner, y, yOffset, dy, dyOffset, dx, dxOffset);
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
    return ScalarSoftmax.crossEntropy(
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
