package io.github.secateur.kernel.vector;

import io.github.secateur.kernel.Activation;
import io.github.secateur.kernel.Combination;
import io.github.secateur.kernel.Convolution;
import io.github.secateur.kernel.Product;
import io.github.secateur.kernel.WindowGeometry;
import io.github.secateur.kernel.scalar.ScalarKernels;
import io.github.secateur.kernel.vector.gemm.OutputActivation;
import io.github.secateur.kernel.vector.gemm.RowProducts;
import io.github.secateur.kernel.vector.gemm.TileLoops;
import io.github.secateur.kernel.vector.gemm.VectorGemm;
import io.github.secateur.kernel.vector.lanes.Lanes;

/** The kernels with the Vector API; what it would not make faster is inherited. */
public final class VectorKernels extends ScalarKernels {

  static {
    OperatorCaches.fill();
  }

  private final VectorGemm products;
  private final VectorConvolution convolution;
  private final VectorMaxPooling maxPooling = new VectorMaxPooling();
  private final VectorActivations activations = new VectorActivations();
  private final VectorSoftmax softmax = new VectorSoftmax();

  public VectorKernels() {
    super(new VectorColumnNormalization());
    TileLoops loops = TileLoops.forThisMachine();
    products = new VectorGemm(loops, new OutputActivation(activations::apply));
    convolution = new VectorConvolution(loops, new OutputActivation(activations::apply));
  }

  @Override
  public String name() {
    return "vector (" + Lanes.FLOATS.vectorBitSize() + " bit)";
  }

  @Override
  public void constant(float[] array) {
    products.constant(array);
  }

  @Override
  public void product(Product p) {
    products.multiply(p);
  }

  @Override
  public void sumRows(int rows, int n, float[] x, int xOffset, float[] sum, int sumOffset) {
    VectorRows.sumRows(rows, n, x, xOffset, sum, sumOffset);
  }

  @Override
  public boolean toFloats(int n, double[] x, int xOffset, float[] y, int yOffset) {
    return VectorRows.toFloats(n, x, xOffset, y, yOffset);
  }

  @Override
  public void scale(int n, float factor, float[] x, int xOffset, float[] y, int yOffset) {
    VectorRows.scale(n, factor, x, xOffset, y, yOffset);
  }

  @Override
  public void scaleBytes(int n, float factor, byte[] x, int xOffset, float[] y, int yOffset) {
    VectorRows.scaleBytes(n, factor, x, xOffset, y, yOffset);
  }

  @Override
  public void add(int n, float[] x, int xOffset, float[] y, int yOffset, float[] z, int zOffset) {
    VectorRows.add(n, x, xOffset, y, yOffset, z, zOffset);
  }

  @Override
  public void multiply(
      int n, float[] x, int xOffset, float[] y, int yOffset, float[] z, int zOffset) {
    VectorRows.multiply(n, x, xOffset, y, yOffset, z, zOffset);
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
    VectorCombinations.combine(f, n, x, xOffset, xStep, y, yOffset, yStep, z, zOffset);
  }

  @Override
  public void clip(int n, float low, float high, float[] x, int xOffset, float[] y, int yOffset) {
    VectorRows.clip(n, low, high, x, xOffset, y, yOffset);
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
    VectorRows.clipGradient(n, low, high, y, yOffset, dy, dyOffset, dx, dxOffset);
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
    VectorPrelu.apply(rows, channels, slope, slopeOffset, x, xOffset, y, yOffset);
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
    VectorPrelu.gradient(
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
    VectorPrelu.slopeGradient(rows, channels, x, xOffset, dy, dyOffset, dSlope, dSlopeOffset);
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
    VectorCombinations.gradient(
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
    VectorRows.scaleAndShift(
        rows, channels, scale, scaleOffset, shift, shiftOffset, x, xOffset, y, yOffset);
  }

  @Override
  public void activation(
      Activation f, float slope, int n, float[] x, int xOffset, float[] y, int yOffset) {
    activations.apply(f, slope, n, x, xOffset, y, yOffset);
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
    activations.gradient(f, slope, n, saved, savedOffset, dy, dyOffset, dx, dxOffset);
  }

  @Override
  public void conv2d(Convolution c) {
    convolution.forwardActivated(c);
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
    maxPooling.forward(g, rows, x, xOffset, y, yOffset, index, indexOffset);
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
    maxPooling.gradient(g, rows, index, indexOffset, dy, dyOffset, dx, dxOffset);
  }

  @Override
  public void avgPool2d(
      WindowGeometry g, int rows, float[] x, int xOffset, float[] y, int yOffset) {
    VectorAveragePooling.average(g, rows, x, xOffset, y, yOffset);
  }

  @Override
  public void avgPool2dGradient(
      WindowGeometry g, int rows, float[] dy, int dyOffset, float[] dx, int dxOffset) {
    VectorAveragePooling.averageGradient(g, rows, dy, dyOffset, dx, dxOffset);
  }

  @Override
  public void globalAvgPool2d(
      int rows, int positions, int channels, float[] x, int xOffset, float[] y, int yOffset) {
    VectorAveragePooling.globalAverage(rows, positions, channels, x, xOffset, y, yOffset);
  }

  @Override
  public void globalAvgPool2dGradient(
      int rows, int positions, int channels, float[] dy, int dyOffset, float[] dx, int dxOffset) {
    VectorAveragePooling.globalAverageGradient(
        rows, positions, channels, dy, dyOffset, dx, dxOffset);
  }

  @Override
  public void dropoutMask(
      long key, long firstCounter, float rate, int n, float[] mask, int maskOffset) {
    VectorDropout.mask(key, firstCounter, rate, n, mask, maskOffset);
  }

  @Override
  public void softmax(int rows, int classes, float[] x, int xOffset, float[] y, int yOffset) {
    softmax.softmax(rows, classes, x, xOffset, y, yOffset);
  }

  @Override
  public void softmax(
      int rows, int length, int inner, float[] x, int xOffset, float[] y, int yOffset) {
    if (inner == 1) {
      softmax.softmax(rows, length, x, xOffset, y, yOffset);
    } else {
      super.softmax(rows, length, inner, x, xOffset, y, yOffset);
    }
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
    if (inner == 1) {
      softmax.gradient(rows, length, y, yOffset, dy, dyOffset, dx, dxOffset);
    } else {
      super.softmaxGradient(rows, length, inner, y, yOffset, dy, dyOffset, dx, dxOffset);
    }
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
    return softmax.crossEntropy(
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
    RowProducts.multiplySparse(rows, n, rowStart, columns, values, b, bOffset, c, cOffset);
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
    RowProducts.multiplySparseTransposed(
        rows, n, rowStart, columns, values, y, yOffset, c, cOffset);
  }
}
