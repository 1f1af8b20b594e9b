package io.github.secateur.kernel;

/** The kernels with the Vector API; what it would not make faster is inherited. */
final class VectorKernels extends ScalarKernels {

  private final VectorGemm products;
  private final Convolution convolution;

  VectorKernels() {
    boolean manyRegisters = Lanes.LENGTH != 8;
    GemmTile rowTile = manyRegisters ? new Tile8x2() : new Tile6x2();
    GemmTile packedTile = manyRegisters ? new Tile8x2() : new Tile4x2();
    TileLoops loops = new TileLoops(rowTile, packedTile);
    products = new VectorGemm(loops);
    convolution = new VectorConvolution(loops);
  }

  @Override
  public String name() {
    return "vector (" + Lanes.FLOATS.vectorBitSize() + " bit)";
  }

  @Override
  public void gemm(
      boolean transposeA,
      boolean transposeB,
      int m,
      int n,
      int k,
      float[] a,
      int aOffset,
      int lda,
      float[] b,
      int bOffset,
      int ldb,
      boolean accumulate,
      float[] c,
      int cOffset,
      int ldc) {
    products.gemm(
        transposeA,
        transposeB,
        m,
        n,
        k,
        a,
        aOffset,
        lda,
        b,
        bOffset,
        ldb,
        accumulate,
        c,
        cOffset,
        ldc);
  }

  @Override
  public void conv2d(
      WindowGeometry g,
      int rows,
      float[] x,
      int xOffset,
      float[] w,
      int wOffset,
      float[] b,
      int bOffset,
      float[] y,
      int yOffset) {
    convolution.forward(g, rows, x, xOffset, w, wOffset, b, bOffset, y, yOffset);
  }

  @Override
  public void conv2dWeightGradient(
      WindowGeometry g,
      int rows,
      float[] x,
      int xOffset,
      float[] dy,
      int dyOffset,
      float[] dw,
      int dwOffset) {
    convolution.weightGradient(g, rows, x, xOffset, dy, dyOffset, dw, dwOffset);
  }

  @Override
  public void conv2dInputGradient(
      WindowGeometry g,
      int rows,
      float[] w,
      int wOffset,
      float[] dy,
      int dyOffset,
      float[] dx,
      int dxOffset) {
    convolution.inputGradient(g, rows, w, wOffset, dy, dyOffset, dx, dxOffset);
  }
}
