package io.github.secateur.kernel.scalar;

import io.github.secateur.kernel.Product;
import java.util.Arrays;

/**
 * Convolution in plain Java: patches of one row of outputs are copied side by side and multiplied
 * as a matrix.
 */
public final class ScalarConvolution extends PatchConvolution {

  private final ScalarGemm products;
  private final Product product = new Product();
  private float[] patches = new float[0];

  ScalarConvolution(ScalarGemm products) {
    this.products = products;
    product.accumulate(true);
  }

  @Override
  protected void patchProduct(
      ConvolutionShape s,
      int rows,
      float[] x,
      int xOffset,
      float[] w,
      int wOffset,
      float[] b,
      int bOffset,
      float[] y,
      int yOffset) {
    int size = s.patchSize();
    reserve(size * s.outputWidth);
    for (int row = 0; row < rows; row++) {
      int image = xOffset + row * s.inputImageSize();
      for (int oy = 0; oy < s.outputHeight; oy++) {
        int out = yOffset + s.outputIndex(row, oy, 0);
        for (int ox = 0; ox < s.outputWidth; ox++) {
          start(s.outputChannels, b, bOffset, y, out + ox * s.outputStep);
        }
        for (int group = 0; group < s.groups; group++) {
          gather(s, group, oy, x, image);
          int first = group * s.groupOutputs();
          product
              .sizes(s.outputWidth, s.groupOutputs(), size)
              .transpose(false, false)
              .a(patches, 0, size)
              .b(w, wOffset + first, s.outputChannels)
              .c(y, out + first, s.outputStep);
          products.multiply(product);
        }
      }
    }
  }

  @Override
  protected void patchWeightGradient(
      ConvolutionShape s,
      int rows,
      int from,
      int to,
      float[] x,
      int xOffset,
      float[] dy,
      int dyOffset,
      float[] dw,
      int dwOffset) {
    int size = s.patchSize();
    reserve(size * s.outputWidth);
    for (int row = 0; row < rows; row++) {
      int image = xOffset + row * s.inputImageSize();
      for (int oy = 0; oy < s.outputHeight; oy++) {
        int out = dyOffset + s.outputIndex(row, oy, 0);
        for (int group = 0; group < s.groups; group++) {
          gather(s, group, oy, x, image);
          int first = group * s.groupOutputs();
          product
              .sizes(to - from, s.groupOutputs(), s.outputWidth)
              .transpose(true, false)
              .a(patches, from, size)
              .b(dy, out + first, s.outputStep)
              .c(dw, dwOffset + first, s.outputChannels);
          products.multiply(product);
        }
      }
    }
  }

  /** Copies the patches of output row oy, one after the other; zeros stand for the padding. */
  private void gather(ConvolutionShape s, int group, int oy, float[] x, int image) {
    int inputs = s.groupInputs();
    int next = 0;
    for (int ox = 0; ox < s.outputWidth; ox++) {
      for (int ky = 0; ky < s.windowHeight; ky++) {
        int iy = s.top(oy) + ky * s.dilationHeight;
        for (int kx = 0; kx < s.windowWidth; kx++, next += inputs) {
          int ix = s.left(ox) + kx * s.dilationWidth;
          if (iy >= 0 && iy < s.inputHeight && ix >= 0 && ix < s.inputWidth) {
            int from = image + (iy * s.inputWidth + ix) * s.inputChannels + group * inputs;
            System.arraycopy(x, from, patches, next, inputs);
          } else {
            Arrays.fill(patches, next, next + inputs, 0);
          }
        }
      }
    }
  }

  @Override
  protected void depthwise(
      ConvolutionShape s,
      int rows,
      float[] x,
      int xOffset,
      float[] w,
      int wOffset,
      float[] b,
      int bOffset,
      float[] y,
      int yOffset) {
    slideDepthwise(s, rows, x, xOffset, w, wOffset, b, bOffset, y, yOffset);
  }

  /** As {@link #depthwise}, for any number of filters per channel. */
  public static void slideDepthwise(
      ConvolutionShape s,
      int rows,
      float[] x,
      int xOffset,
      float[] w,
      int wOffset,
      float[] b,
      int bOffset,
      float[] y,
      int yOffset) {
    int filters = s.groupOutputs();
    for (int row = 0; row < rows; row++) {
      int image = xOffset + row * s.inputImageSize();
      for (int oy = 0; oy < s.outputHeight; oy++) {
        int top = s.top(oy);
        int endRow = s.endRow(top);
        for (int ox = 0; ox < s.outputWidth; ox++) {
          int left = s.left(ox);
          int firstColumn = s.firstColumn(left);
          int endColumn = s.endColumn(left);
          int out = yOffset + s.outputIndex(row, oy, ox);
          start(s.outputChannels, b, bOffset, y, out);
          for (int ky = s.firstRow(top); ky < endRow; ky++) {
            int line = (top + ky * s.dilationHeight) * s.inputWidth + left;
            for (int kx = firstColumn; kx < endColumn; kx++) {
              int in = image + (line + kx * s.dilationWidth) * s.inputChannels;
              int tap = wOffset + (ky * s.windowWidth + kx) * s.outputChannels;
              for (int c = 0; c < s.outputChannels; c++) {
                y[out + c] = Math.fma(x[in + c / filters], w[tap + c], y[out + c]);
              }
            }
          }
        }
      }
    }
  }

  @Override
  protected void depthwiseWeightGradient(
      ConvolutionShape s,
      int rows,
      int from,
      int to,
      float[] x,
      int xOffset,
      float[] dy,
      int dyOffset,
      float[] dw,
      int dwOffset) {
    slideDepthwiseWeightGradient(s, rows, from, to, x, xOffset, dy, dyOffset, dw, dwOffset);
  }

  /** As {@link #depthwiseWeightGradient}, for any number of filters per channel. */
  public static void slideDepthwiseWeightGradient(
      ConvolutionShape s,
      int rows,
      int from,
      int to,
      float[] x,
      int xOffset,
      float[] dy,
      int dyOffset,
      float[] dw,
      int dwOffset) {
    int filters = s.groupOutputs();
    for (int row = 0; row < rows; row++) {
      int image = xOffset + row * s.inputImageSize();
      for (int oy = 0; oy < s.outputHeight; oy++) {
        int top = s.top(oy);
        int endRow = s.endRow(top);
        for (int ox = 0; ox < s.outputWidth; ox++) {
          int left = s.left(ox);
          int firstColumn = s.firstColumn(left);
          int endColumn = s.endColumn(left);
          int out = dyOffset + s.outputIndex(row, oy, ox);
          for (int ky = s.firstRow(top); ky < endRow; ky++) {
            int line = (top + ky * s.dilationHeight) * s.inputWidth + left;
            int first = ky * s.windowWidth;
            int end = Math.min(endColumn, to - first);
            for (int kx = Math.max(firstColumn, from - first); kx < end; kx++) {
              int in = image + (line + kx * s.dilationWidth) * s.inputChannels;
              int tap = dwOffset + (first + kx - from) * s.outputChannels;
              for (int c = 0; c < s.outputChannels; c++) {
                dw[tap + c] = Math.fma(x[in + c / filters], dy[out + c], dw[tap + c]);
              }
            }
          }
        }
      }
    }
  }

  private static void start(int n, float[] b, int bOffset, float[] y, int yOffset) {
    if (b == null) {
      Arrays.fill(y, yOffset, yOffset + n, 0);
    } else {
      System.arraycopy(b, bOffset, y, yOffset, n);
    }
  }

  private void reserve(int length) {
    if (patches.length < length) {
      patches = new float[length];
    }
  }
}
