package io.github.secateur.engine;

import io.github.secateur.kernel.Activation;
import io.github.secateur.kernel.Kernels;
import io.github.secateur.kernel.WindowGeometry;

/**
 * Several threads for one engine: large products and convolutions are cut along their outputs, each
 * thread computes some of them with kernels of its own. No sum is cut, so the bits are those of one
 * thread: the weight gradient of a convolution is cut along the weights, not along the batch.
 *
 * <p>The calling thread is one of them. The others are daemons; they end after some seconds without
 * work, and are started again when they are needed. A call allocates nothing.
 */
final class ParallelProducts {
  /** Waking a helper takes some microseconds: what is smaller than this is not worth it. */
  private static final long MIN_FLOPS = 4_000_000;

  /**
   * Kernels may write a vector beyond the last column of a row that is narrower, and put back what
   * was there; in a narrow matrix that would be another thread's row. So helpers compute the rows
   * of a narrower one apart.
   */
  private static final int MIN_COLUMNS = 64;

  /** Parts of a matrix are multiples of this, so that the tiles of a product stay whole. */
  private static final int GRAIN = 48;

  /** As {@link #GRAIN}, for the weight gradient of a convolution. */
  private static final int WEIGHT_GRAIN = 16;

  private final Kernels own;
  private final ProductThread[] helpers;

  // what a product does beside: whether it is that of a layer, which has these
  private boolean layer;
  private float[] bias;
  private int biasOffset;
  private Activation activation;
  private float slope;

  /** Makes products with a thread for each of the kernels, the calling one included. */
  ParallelProducts(Kernels[] kernels) {
    own = kernels[0];
    helpers = new ProductThread[kernels.length - 1];
    for (int i = 0; i < helpers.length; i++) {
      helpers[i] = new ProductThread(kernels[i + 1]);
    }
  }

  /** As {@link Kernels#gemm}. */
  void gemm(
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
    layer = false;
    product(
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

  /** As {@link Kernels#dense}. */
  void dense(
      int m,
      int n,
      int k,
      float[] a,
      int aOffset,
      int lda,
      float[] b,
      int bOffset,
      int ldb,
      float[] bias,
      int biasOffset,
      Activation f,
      float slope,
      float[] c,
      int cOffset,
      int ldc) {
    layer = true;
    this.bias = bias;
    this.biasOffset = biasOffset;
    activation = f;
    this.slope = slope;
    product(false, false, m, n, k, a, aOffset, lda, b, bOffset, ldb, false, c, cOffset, ldc);
    this.bias = null; // it belongs to the caller
  }

  private void product(
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
    boolean byRows = m >= n;
    int length = byRows ? m : n;
    boolean apart = n < MIN_COLUMNS;
    int parts = apart && !byRows ? 1 : parts(2L * m * n * k, length, GRAIN);
    for (int part = parts - 1; part >= 0; part--) {
      int from = start(part, parts, length, GRAIN);
      int count = start(part + 1, parts, length, GRAIN) - from;
      int rowsOfPart = byRows ? count : m;
      int columnsOfPart = byRows ? n : count;
      int row = byRows ? from : 0;
      int column = byRows ? 0 : from;
      int aStart = aOffset + (transposeA ? row : row * lda);
      int bStart = bOffset + (transposeB ? column * ldb : column);
      int cStart = cOffset + row * ldc + column;
      if (part > 0) {
        ProductThread helper = helpers[part - 1];
        if (layer) {
          int first = biasOffset + column;
          helper.dense(rowsOfPart, columnsOfPart, k, bias, first, activation, slope);
        } else {
          helper.gemm(transposeA, transposeB, rowsOfPart, columnsOfPart, k, accumulate);
        }
        if (apart) {
          float[] result = helper.result(rowsOfPart * n);
          if (accumulate) {
            own.copyRows(rowsOfPart, n, c, cStart, ldc, result, 0, n);
          }
          helper.arrays(a, aStart, lda, b, bStart, ldb, result, 0, n);
        } else {
          helper.arrays(a, aStart, lda, b, bStart, ldb, c, cStart, ldc);
        }
        helper.start();
      } else if (layer) {
        own.dense(
            rowsOfPart,
            columnsOfPart,
            k,
            a,
            aStart,
            lda,
            b,
            bStart,
            ldb,
            bias,
            biasOffset,
            activation,
            slope,
            c,
            cStart,
            ldc);
      } else {
        own.gemm(
            transposeA,
            transposeB,
            rowsOfPart,
            columnsOfPart,
            k,
            a,
            aStart,
            lda,
            b,
            bStart,
            ldb,
            accumulate,
            c,
            cStart,
            ldc);
      }
    }
    join(parts);
    if (apart) {
      copyResults(parts, length, GRAIN, n, c, cOffset, ldc);
    }
  }

  /** As {@link Kernels#conv2d}, cut by rows. */
  void conv2d(
      WindowGeometry g,
      int rows,
      float[] x,
      int xOffset,
      float[] w,
      int wOffset,
      float[] b,
      int bOffset,
      Activation f,
      float slope,
      float[] y,
      int yOffset) {
    int parts = convolutionParts(g, rows);
    for (int part = parts - 1; part >= 0; part--) {
      int from = start(part, parts, rows, 1);
      int count = start(part + 1, parts, rows, 1) - from;
      int xStart = xOffset + from * g.inputSize();
      int yStart = yOffset + from * g.outputSize();
      if (part > 0) {
        ProductThread helper = helpers[part - 1];
        helper.convolution(g, count, b, bOffset, f, slope);
        float[] result = helper.result(count * g.outputSize());
        helper.arrays(x, xStart, 0, w, wOffset, 0, result, 0, 0);
        helper.start();
      } else {
        own.conv2d(g, count, x, xStart, w, wOffset, b, bOffset, f, slope, y, yStart);
      }
    }
    join(parts);
    copyResults(parts, rows, 1, g.outputSize(), y, yOffset, g.outputSize());
  }

  /** As {@link Kernels#conv2dInputGradient}, cut by rows. */
  void conv2dInputGradient(
      WindowGeometry g,
      int rows,
      float[] w,
      int wOffset,
      float[] dy,
      int dyOffset,
      float[] dx,
      int dxOffset) {
    int parts = convolutionParts(g, rows);
    for (int part = parts - 1; part >= 0; part--) {
      int from = start(part, parts, rows, 1);
      int count = start(part + 1, parts, rows, 1) - from;
      int dyStart = dyOffset + from * g.outputSize();
      int dxStart = dxOffset + from * g.inputSize();
      if (part > 0) {
        ProductThread helper = helpers[part - 1];
        helper.inputGradient(g, count);
        float[] result = helper.result(count * g.inputSize());
        helper.arrays(w, wOffset, 0, dy, dyStart, 0, result, 0, 0);
        helper.start();
      } else {
        own.conv2dInputGradient(g, count, w, wOffset, dy, dyStart, dx, dxStart);
      }
    }
    join(parts);
    copyResults(parts, rows, 1, g.inputSize(), dx, dxOffset, g.inputSize());
  }

  /** As {@link Kernels#conv2dWeightGradient}, cut by the rows of W. */
  void conv2dWeightGradient(
      WindowGeometry g,
      int rows,
      int from,
      int to,
      float[] x,
      int xOffset,
      float[] dy,
      int dyOffset,
      float[] dw,
      int dwOffset) {
    int filters = g.outputChannels();
    int length = to - from;
    int parts = parts(2L * rows * g.positions() * length * filters, length, WEIGHT_GRAIN);
    for (int part = parts - 1; part >= 0; part--) {
      int first = start(part, parts, length, WEIGHT_GRAIN);
      int end = start(part + 1, parts, length, WEIGHT_GRAIN);
      if (part > 0) {
        ProductThread helper = helpers[part - 1];
        int size = (end - first) * filters;
        float[] result = helper.result(size);
        System.arraycopy(dw, dwOffset + first * filters, result, 0, size);
        helper.weightGradient(g, rows, from + first, from + end);
        helper.arrays(x, xOffset, 0, dy, dyOffset, 0, result, 0, 0);
        helper.start();
      } else {
        own.conv2dWeightGradient(g, rows, from, from + end, x, xOffset, dy, dyOffset, dw, dwOffset);
      }
    }
    join(parts);
    copyResults(parts, length, WEIGHT_GRAIN, filters, dw, dwOffset, filters);
  }

  /** Copies what the helpers computed in arrays of their own, so that no two write near another. */
  private void copyResults(
      int parts, int length, int grain, int width, float[] target, int offset, int step) {
    for (int part = 1; part < parts; part++) {
      int from = start(part, parts, length, grain);
      int count = start(part + 1, parts, length, grain) - from;
      float[] result = helpers[part - 1].result(count * width);
      own.copyRows(count, width, result, 0, width, target, offset + from * step, step);
    }
  }

  private int convolutionParts(WindowGeometry g, int rows) {
    return parts(2L * rows * g.positions() * g.weightCount(), rows, 1);
  }

  /**
   * Returns into how many parts a length is cut: one for each thread, none of them empty; one in
   * all if there is too little to compute.
   */
  private int parts(long flops, int length, int grain) {
    return flops < MIN_FLOPS ? 1 : Math.min(helpers.length + 1, Math.max(1, length / grain));
  }

  /** Returns where a part starts: at a multiple of the grain. */
  private static int start(int part, int parts, int length, int grain) {
    return part == parts ? length : (int) ((long) (length / grain) * part / parts) * grain;
  }

  private void join(int parts) {
    RuntimeException failure = null;
    for (int part = 1; part < parts; part++) {
      RuntimeException found = helpers[part - 1].join();
      failure = failure == null ? found : failure;
    }
    if (failure != null) {
      throw failure;
    }
  }
}
