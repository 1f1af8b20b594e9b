package io.github.secateur.engine;

import io.github.secateur.kernel.Activation;
import io.github.secateur.kernel.Kernels;
import io.github.secateur.kernel.WindowGeometry;

/**
 * One thread of a {@link ParallelProducts} beside the calling one: it computes what it is given,
 * one call at a time.
 */
final class ProductThread {
  private enum Call {
    GEMM,
    DENSE,
    CONVOLUTION,
    WEIGHT_GRADIENT,
    INPUT_GRADIENT
  }

  private final Kernels kernels;
  private final HelperThread thread = new HelperThread("secateur-kernels", this::work);
  private float[] result = new float[0];

  // the call
  private Call call;
  private boolean transposeA;
  private boolean transposeB;
  private boolean accumulate;
  private int m;
  private int n;
  private int k;
  private WindowGeometry geometry;
  private int rows;
  private int from;
  private int to;
  private float[] bias;
  private int biasOffset;
  private Activation activation;
  private float slope;
  private float[] a;
  private int aOffset;
  private int lda;
  private float[] b;
  private int bOffset;
  private int ldb;
  private float[] c;
  private int cOffset;
  private int ldc;

  ProductThread(Kernels kernels) {
    this.kernels = kernels;
  }

  /** Prepares a product; its matrices follow in {@link #arrays}. */
  void gemm(
      boolean isTransposedA,
      boolean isTransposedB,
      int rowsOfC,
      int columnsOfC,
      int inner,
      boolean adds) {
    call = Call.GEMM;
    transposeA = isTransposedA;
    transposeB = isTransposedB;
    m = rowsOfC;
    n = columnsOfC;
    k = inner;
    accumulate = adds;
  }

  /** Prepares a product with a bias and an activation; its matrices follow in {@link #arrays}. */
  void dense(
      int rowsOfC,
      int columnsOfC,
      int inner,
      float[] biasArray,
      int biasStart,
      Activation f,
      float slopeOfF) {
    gemm(false, false, rowsOfC, columnsOfC, inner, false);
    call = Call.DENSE;
    bias = biasArray;
    biasOffset = biasStart;
    activation = f;
    slope = slopeOfF;
  }

  /** Prepares a convolution; X, W and Y follow in {@link #arrays}. */
  void convolution(
      WindowGeometry g, int count, float[] biasArray, int biasStart, Activation f, float slopeOfF) {
    activation = f;
    slope = slopeOfF;
    call = Call.CONVOLUTION;
    geometry = g;
    rows = count;
    bias = biasArray;
    biasOffset = biasStart;
  }

  /**
   * Prepares rows [first, end) of the weight gradient of a convolution; X, dY and these rows of dW
   * follow in {@link #arrays}.
   */
  void weightGradient(WindowGeometry g, int count, int first, int end) {
    call = Call.WEIGHT_GRADIENT;
    geometry = g;
    rows = count;
    from = first;
    to = end;
  }

  /** Prepares the input gradient of a convolution; W, dY and dX follow in {@link #arrays}. */
  void inputGradient(WindowGeometry g, int count) {
    call = Call.INPUT_GRADIENT;
    geometry = g;
    rows = count;
  }

  /** Sets the three arrays of a call, where they start, and the distances between their rows. */
  void arrays(
      float[] first,
      int firstStart,
      int firstRow,
      float[] second,
      int secondStart,
      int secondRow,
      float[] result,
      int resultStart,
      int resultRow) {
    a = first;
    aOffset = firstStart;
    lda = firstRow;
    b = second;
    bOffset = secondStart;
    ldb = secondRow;
    c = result;
    cOffset = resultStart;
    ldc = resultRow;
  }

  /** Starts the call that was prepared; {@link #join} must follow. */
  void start() {
    thread.start();
  }

  /** Waits for the end of the call, and returns why it failed, or null. Errors are thrown. */
  RuntimeException join() {
    boolean interrupted = false;
    while (!thread.await()) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (thread.failure() instanceof Error error) {
      throw error;
    }
    return (RuntimeException) thread.failure();
  }

  private void work() {
    try {
      compute();
    } finally {
      release();
    }
  }

  /**
   * Returns this helper's own array, at least as long: for the result of a call, if it must not lie
   * beside another thread's. It holds what it did unless it was too short.
   */
  float[] result(int length) {
    if (result.length < length) {
      result = new float[length];
    }
    return result;
  }

  private void compute() {
    switch (call) {
      case GEMM ->
          kernels.gemm(
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
      case DENSE ->
          kernels.dense(
              m,
              n,
              k,
              a,
              aOffset,
              lda,
              b,
              bOffset,
              ldb,
              bias,
              biasOffset,
              activation,
              slope,
              c,
              cOffset,
              ldc);
      case CONVOLUTION ->
          kernels.conv2d(
              geometry,
              rows,
              a,
              aOffset,
              b,
              bOffset,
              bias,
              biasOffset,
              activation,
              slope,
              c,
              cOffset);
      case WEIGHT_GRADIENT ->
          kernels.conv2dWeightGradient(
              geometry, rows, from, to, a, aOffset, b, bOffset, c, cOffset);
      case INPUT_GRADIENT ->
          kernels.conv2dInputGradient(geometry, rows, a, aOffset, b, bOffset, c, cOffset);
    }
  }

  /** Lets go of the arrays, which belong to the caller. */
  private void release() {
    a = null;
    b = null;
    c = null;
    bias = null;
  }
}
