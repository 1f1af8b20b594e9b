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
        int iy = oy * s.stride - s.padTop + ky;
        for (int kx = 0; kx < s.windowWidth; kx++, next += inputs) {
          int ix = ox * s.stride - s.padLeft + kx;
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
        int top = oy * s.stride - s.padTop;
        for (int ox = 0; ox < s.outputWidth; ox++) {
          int left = ox * s.stride - s.padLeft;
          int out = yOffset + s.outputIndex(row, oy, ox);
          start(s.outputChannels, b, bOffset, y, out);
          for (int ky = Math.max(0, -top);
              ky < Math.min(s.windowHeight, s.inputHeight - top);
              ky++) {
            for (int kx = Math.max(0, -left);
                kx < Math.min(s.windowWidth, s.inputWidth - left);
                kx++) {
              int in = image + ((top + ky) * s.inputWidth + left + kx) * s.inputChannels;
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
        int top = oy * s.stride - s.padTop;
        for (int ox = 0; ox < s.outputWidth; ox++) {
          int left = ox * s.stride - s.padLeft;
          int out = dyOffset + s.outputIndex(row, oy, ox);
          for (int ky = Math.max(0, -top);
              ky < Math.min(s.windowHeight, s.inputHeight - top);
              ky++) {
            int first = ky * s.windowWidth;
            int end = Math.min(s.windowWidth, to - first);
            for (int kx = Math.max(Math.max(0, -left), from - first);
                kx < Math.min(end, s.inputWidth - left);
                kx++) {
              int in = image + ((top + ky) * s.inputWidth + left + kx) * s.inputChannels;
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
