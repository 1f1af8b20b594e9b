package io.github.secateur.kernel.scalar;

import io.github.secateur.kernel.Kernels;
import io.github.secateur.kernel.Product;
import java.util.Arrays;

/**
 * Matrix products in plain Java. The innermost loops run along rows of B and C, which the JIT
 * compiler vectorizes.
 */
public final class ScalarGemm {

  /** Rows of B that are kept in the cache while all rows of C pass over them. */
  private static final int DEPTH = 64;

  /** Columns of B and C in a block; with {@link #DEPTH}, 128 KiB of B. */
  private static final int WIDTH = 512;

  private float[] transposed = new float[0];

  /** As {@link Kernels#product}, without the activation, for a C that holds the bias. */
  public void multiply(Product product) {
    int m = product.m;
    int n = product.n;
    int k = product.k;
    float[] a = product.a;
    float[] b = product.b;
    int ldb = product.ldb;
    float[] c = product.c;
    int cOffset = product.cOffset;
    int ldc = product.ldc;
    if (!product.accumulate && product.bias == null) {
      for (int i = 0; i < m; i++) {
        Arrays.fill(c, cOffset + i * ldc, cOffset + i * ldc + n, 0);
      }
    }
    int rowStep = product.transposeA ? 1 : product.lda;
    int depthStep = product.transposeA ? product.lda : 1;
    for (int j0 = 0; j0 < n; j0 += WIDTH) {
      int width = Math.min(WIDTH, n - j0);
      for (int p0 = 0; p0 < k; p0 += DEPTH) {
        int depth = Math.min(DEPTH, k - p0);
        int aBlock = product.aOffset + p0 * depthStep;
        int cBlock = cOffset + j0;
        if (product.transposeB) {
          transpose(depth, width, b, product.bOffset + j0 * ldb + p0, ldb);
          block(
              m, width, depth, a, aBlock, rowStep, depthStep, transposed, 0, width, c, cBlock, ldc);
        } else {
          int bBlock = product.bOffset + p0 * ldb + j0;
          block(m, width, depth, a, aBlock, rowStep, depthStep, b, bBlock, ldb, c, cBlock, ldc);
        }
      }
    }
  }

  private void transpose(int depth, int width, float[] b, int bOffset, int ldb) {
    if (transposed.length < depth * width) {
      transposed = new float[DEPTH * WIDTH];
    }
    for (int j = 0; j < width; j++) {
      for (int p = 0; p < depth; p++) {
        transposed[p * width + j] = b[bOffset + j * ldb + p];
      }
    }
  }

  private static void block(
      int m,
      int n,
      int k,
      float[] a,
      int aOffset,
      int rowStep,
      int depthStep,
      float[] b,
      int bOffset,
      int ldb,
      float[] c,
      int cOffset,
      int ldc) {
    for (int i = 0; i < m; i++) {
      int ai = aOffset + i * rowStep;
      int ci = cOffset + i * ldc;
      int p = 0;
      for (; p + 4 <= k; p += 4, ai += 4 * depthStep) {
        int bp = bOffset + p * ldb;
        addFourRows(
            n,
            a[ai],
            a[ai + depthStep],
            a[ai + 2 * depthStep],
            a[ai + 3 * depthStep],
            b,
            bp,
            bp + ldb,
            bp + 2 * ldb,
            bp + 3 * ldb,
            c,
            ci);
      }
      for (; p < k; p++, ai += depthStep) {
        addRow(n, a[ai], b, bOffset + p * ldb, c, ci);
      }
    }
  }

  /** Computes c = fma(a, b, c) for n values. */
  public static void addRow(int n, float a, float[] b, int bOffset, float[] c, int cOffset) {
    for (int j = 0; j < n; j++) {
      c[cOffset + j] = Math.fma(a, b[bOffset + j], c[cOffset + j]);
    }
  }

  /** As four calls of {@link #addRow}, but reads and writes c once. */
  private static void addFourRows(
      int n,
      float a0,
      float a1,
      float a2,
      float a3,
      float[] b,
      int b0,
      int b1,
      int b2,
      int b3,
      float[] c,
      int cOffset) {
    for (int j = 0; j < n; j++) {
      float sum = Math.fma(a0, b[b0 + j], c[cOffset + j]);
      sum = Math.fma(a1, b[b1 + j], sum);
      sum = Math.fma(a2, b[b2 + j], sum);
      c[cOffset + j] = Math.fma(a3, b[b3 + j], sum);
    }
  }
}
