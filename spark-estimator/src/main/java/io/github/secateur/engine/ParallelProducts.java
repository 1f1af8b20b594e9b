package io.github.secateur.engine;

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
    boolean byRows = m >= n;
    int length = byRows ? m : n;
    boolean apart = n < MIN_COLUMNS;
    boolean whole = apart && !byRows || 2L * m * n * k < MIN_FLOPS;
    int parts = whole ? 1 : parts(length, GRAIN);
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
        helper.gemm(transposeA, transposeB, rowsOfPart, columnsOfPart, k, accumulate);
        if (apart) {
          float[] rows = helper.ensureResult(rowsOfPart * n);
          if (accumulate) {
            copyRows(rowsOfPart, n, c, cStart, ldc, rows, 0, n);
          }
          helper.arrays(a, aStart, lda, b, bStart, ldb, rows, 0, n);
        } else {
          helper.arrays(a, aStart, lda, b, bStart, ldb, c, cStart, ldc);
        }
        helper.start();
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
    for (int part = 1; apart && part < parts; part++) {
      int from = start(part, parts, length, GRAIN);
      int count = start(part + 1, parts, length, GRAIN) - from;
      copyRows(count, n, helpers[part - 1].result(), 0, n, c, cOffset + from * ldc, ldc);
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
        helper.convolution(g, count, b, bOffset);
        helper.arrays(x, xStart, 0, w, wOffset, 0, null, 0, 0);
        helper.start();
      } else {
        own.conv2d(g, count, x, xStart, w, wOffset, b, bOffset, y, yStart);
      }
    }
    join(parts);
    copyResults(parts, rows, g.outputSize(), y, yOffset);
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
        helper.arrays(w, wOffset, 0, dy, dyStart, 0, null, 0, 0);
        helper.start();
      } else {
        own.conv2dInputGradient(g, count, w, wOffset, dy, dyStart, dx, dxStart);
      }
    }
    join(parts);
    copyResults(parts, rows, g.inputSize(), dx, dxOffset);
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
    boolean whole = 2L * rows * g.positions() * length * filters < MIN_FLOPS;
    int parts = whole ? 1 : parts(length, WEIGHT_GRAIN);
    for (int part = parts - 1; part >= 0; part--) {
      int first = start(part, parts, length, WEIGHT_GRAIN);
      int end = start(part + 1, parts, length, WEIGHT_GRAIN);
      if (part > 0) {
        ProductThread helper = helpers[part - 1];
        int size = (end - first) * filters;
        float[] sums = helper.ensureResult(size);
        System.arraycopy(dw, dwOffset + first * filters, sums, 0, size);
        helper.weightGradient(g, rows, from + first, from + end);
        helper.arrays(x, xOffset, 0, dy, dyOffset, 0, sums, 0, 0);
        helper.start();
      } else {
        own.conv2dWeightGradient(g, rows, from, from + end, x, xOffset, dy, dyOffset, dw, dwOffset);
      }
    }
    join(parts);
    for (int part = 1; part < parts; part++) {
      int first = start(part, parts, length, WEIGHT_GRAIN);
      int end = start(part + 1, parts, length, WEIGHT_GRAIN);
      float[] sums = helpers[part - 1].result();
      System.arraycopy(sums, 0, dw, dwOffset + first * filters, (end - first) * filters);
    }
  }

  private static void copyRows(
      int rows, int n, float[] from, int offset, int step, float[] to, int toOffset, int toStep) {
    for (int i = 0; i < rows; i++) {
      System.arraycopy(from, offset + i * step, to, toOffset + i * toStep, n);
    }
  }

  /** Copies what the helpers computed in arrays of their own, so that no two write near another. */
  private void copyResults(int parts, int rows, int size, float[] target, int offset) {
    for (int part = 1; part < parts; part++) {
      int from = start(part, parts, rows, 1);
      int count = start(part + 1, parts, rows, 1) - from;
      System.arraycopy(helpers[part - 1].result(), 0, target, offset + from * size, count * size);
    }
  }

  private int convolutionParts(WindowGeometry g, int rows) {
    long flops = 2L * rows * g.positions() * g.weightCount();
    return flops < MIN_FLOPS ? 1 : parts(rows, 1);
  }

  /** Returns into how many parts a length is cut: one for each thread, none of them empty. */
  private int parts(int length, int grain) {
    return Math.min(helpers.length + 1, Math.max(1, length / grain));
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
