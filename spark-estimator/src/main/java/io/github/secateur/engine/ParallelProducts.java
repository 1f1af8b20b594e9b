package io.github.secateur.engine;

import io.github.secateur.kernel.Convolution;
import io.github.secateur.kernel.Kernels;
import io.github.secateur.kernel.Product;
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

  /** The part of the calling thread. */
  private final Product ownProduct = new Product();

  private final Convolution ownConvolution = new Convolution();

  /** Makes products with a thread for each of the kernels, the calling one included. */
  ParallelProducts(Kernels[] kernels) {
    own = kernels[0];
    helpers = new ProductThread[kernels.length - 1];
    for (int i = 0; i < helpers.length; i++) {
      helpers[i] = new ProductThread(kernels[i + 1]);
    }
  }

  /** As {@link Kernels#product}. */
  void product(Product p) {
    int n = p.n;
    boolean byRows = p.m >= n;
    int length = byRows ? p.m : n;
    boolean apart = n < MIN_COLUMNS;
    int parts = apart && !byRows ? 1 : parts(2L * p.m * n * p.k, length, GRAIN);
    if (parts == 1) {
      own.product(p);
      return;
    }
    for (int part = parts - 1; part >= 0; part--) {
      int from = start(part, parts, length, GRAIN);
      int count = start(part + 1, parts, length, GRAIN) - from;
      Product cut = part > 0 ? helpers[part - 1].product() : ownProduct;
      cut.part(p, byRows ? from : 0, byRows ? count : p.m, byRows ? 0 : from, byRows ? n : count);
      if (part > 0) {
        if (apart) {
          float[] result = helpers[part - 1].result(count * n);
          if (p.accumulate) {
            own.copyRows(count, n, p.c, cut.cOffset, p.ldc, result, 0, n);
          }
          cut.c(result, 0, n);
        }
        helpers[part - 1].start();
      } else {
        own.product(cut);
        cut.release();
      }
    }
    join(parts);
    if (apart) {
      copyResults(parts, length, GRAIN, n, p.c, p.cOffset, p.ldc);
    }
  }

  /** As {@link Kernels#conv2d}, cut by rows. */
  void conv2d(Convolution c) {
    int size = c.geometry.outputSize();
    int parts = convolutionParts(c);
    for (int part = parts - 1; part >= 0; part--) {
      int from = start(part, parts, c.rows, 1);
      int count = start(part + 1, parts, c.rows, 1) - from;
      if (part > 0) {
        ProductThread helper = helpers[part - 1];
        helper.convolution().partOfRows(c, from, count).y(helper.result(count * size), 0);
        helper.start();
      } else {
        own.conv2d(ownConvolution.partOfRows(c, from, count));
        ownConvolution.release();
      }
    }
    join(parts);
    copyResults(parts, c.rows, 1, size, c.y, c.yOffset, size);
  }

  /** As {@link Kernels#conv2dInputGradient}, cut by rows. */
  void conv2dInputGradient(Convolution c) {
    int size = c.geometry.inputSize();
    int parts = convolutionParts(c);
    for (int part = parts - 1; part >= 0; part--) {
      int from = start(part, parts, c.rows, 1);
      int count = start(part + 1, parts, c.rows, 1) - from;
      if (part > 0) {
        ProductThread helper = helpers[part - 1];
        helper.inputGradient().partOfRows(c, from, count).x(helper.result(count * size), 0);
        helper.start();
      } else {
        own.conv2dInputGradient(ownConvolution.partOfRows(c, from, count));
        ownConvolution.release();
      }
    }
    join(parts);
    copyResults(parts, c.rows, 1, size, c.x, c.xOffset, size);
  }

  /** As {@link Kernels#conv2dWeightGradient}, cut by the rows of W. */
  void conv2dWeightGradient(Convolution c) {
    WindowGeometry g = c.geometry;
    int filters = g.outputChannels();
    int length = c.to - c.from;
    int parts = parts(2L * c.rows * g.positions() * length * filters, length, WEIGHT_GRAIN);
    for (int part = parts - 1; part >= 0; part--) {
      int first = start(part, parts, length, WEIGHT_GRAIN);
      int end = start(part + 1, parts, length, WEIGHT_GRAIN);
      if (part > 0) {
        ProductThread helper = helpers[part - 1];
        int size = (end - first) * filters;
        float[] result = helper.result(size);
        System.arraycopy(c.w, c.wOffset + first * filters, result, 0, size);
        helper.weightGradient().partOfWeights(c, c.from + first, c.from + end).w(result, 0);
        helper.start();
      } else {
        own.conv2dWeightGradient(ownConvolution.partOfWeights(c, c.from + first, c.from + end));
        ownConvolution.release();
      }
    }
    join(parts);
    copyResults(parts, length, WEIGHT_GRAIN, filters, c.w, c.wOffset, filters);
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

  private int convolutionParts(Convolution c) {
    WindowGeometry g = c.geometry;
    return parts(2L * c.rows * g.positions() * g.weightCount(), c.rows, 1);
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
