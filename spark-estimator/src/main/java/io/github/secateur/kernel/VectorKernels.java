package io.github.secateur.kernel;

/** The kernels with the Vector API; what it would not make faster is inherited. */
final class VectorKernels extends ScalarKernels {

  private final VectorGemm products;

  VectorKernels() {
    boolean manyRegisters = Lanes.LENGTH != 8;
    GemmTile rowTile = manyRegisters ? new Tile8x2() : new Tile6x2();
    GemmTile packedTile = manyRegisters ? new Tile8x2() : new Tile4x2();
    products = new VectorGemm(new TileLoops(rowTile, packedTile));
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
}
