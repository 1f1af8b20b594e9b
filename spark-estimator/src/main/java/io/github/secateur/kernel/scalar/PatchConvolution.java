package io.github.secateur.kernel.scalar;

import io.github.secateur.kernel.Convolution;
import io.github.secateur.kernel.Kernels;
import io.github.secateur.kernel.WindowGeometry;

/**
 * The three products of a 2-D convolution, as products with matrices of patches. A subclass
 * multiplies; this class knows how the input gradient becomes a convolution (see {@link
 * ConvolutionShape}).
 */
public abstract class PatchConvolution {

  private final ConvolutionShape shape = new ConvolutionShape();
  private float[] turned = new float[0];

  /** As {@link Kernels#conv2d}, without the activation. */
  public final void forward(Convolution c) {
    shape.setForward(c.geometry);
    apply(shape, c.rows, c.x, c.xOffset, c.w, c.wOffset, c.bias, c.biasOffset, c.y, c.yOffset);
  }

  /** As {@link Kernels#conv2dWeightGradient}. */
  public final void weightGradient(Convolution c) {
    shape.setForward(c.geometry);
    if (shape.isDepthwise()) {
      depthwiseWeightGradient(
          shape, c.rows, c.from, c.to, c.x, c.xOffset, c.y, c.yOffset, c.w, c.wOffset);
    } else {
      patchWeightGradient(
          shape, c.rows, c.from, c.to, c.x, c.xOffset, c.y, c.yOffset, c.w, c.wOffset);
    }
  }

  /** As {@link Kernels#conv2dInputGradient}. */
  public final void inputGradient(Convolution c) {
    WindowGeometry g = c.geometry;
    if (turned.length < g.weightCount()) {
      turned = new float[g.weightCount()];
    }
    for (int py = 0; py < g.strideHeight(); py++) {
      for (int px = 0; px < g.strideWidth(); px++) {
        shape.setInputGradient(g, py, px);
        turnWeights(g, py, px, c.w, c.wOffset);
        apply(shape, c.rows, c.y, c.yOffset, turned, 0, null, 0, c.x, c.xOffset);
      }
    }
  }

  private void apply(
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
    if (s.isDepthwise()) {
      depthwise(s, rows, x, xOffset, w, wOffset, b, bOffset, y, yOffset);
    } else {
      patchProduct(s, rows, x, xOffset, w, wOffset, b, bOffset, y, yOffset);
    }
  }

  /**
   * Stores the weights of a phase with the window turned round and the two channel axes exchanged
   * within each group.
   */
  private void turnWeights(WindowGeometry g, int py, int px, float[] w, int wOffset) {
    int inputs = g.inputChannels() / g.groups();
    int outputs = g.outputChannels() / g.groups();
    int firstRow =
        ConvolutionShape.firstOfPhase(py, g.strideHeight(), g.dilationHeight(), g.windowHeight());
    int rowStep = ConvolutionShape.stepOfPhase(g.strideHeight(), g.dilationHeight());
    int first =
        ConvolutionShape.firstOfPhase(px, g.strideWidth(), g.dilationWidth(), g.windowWidth());
    int step = ConvolutionShape.stepOfPhase(g.strideWidth(), g.dilationWidth());
    int next = 0;
    for (int ty = shape.windowHeight - 1; ty >= 0; ty--) {
      for (int tx = shape.windowWidth - 1; tx >= 0; tx--) {
        int tap = (firstRow + ty * rowStep) * g.windowWidth() + first + tx * step;
        for (int o = 0; o < outputs; o++) {
          for (int group = 0; group < g.groups(); group++) {
            int from = wOffset + tap * inputs * g.outputChannels() + group * outputs + o;
            for (int i = 0; i < inputs; i++) {
              turned[next++] = w[from + i * g.outputChannels()];
            }
          }
        }
      }
    }
  }

  /** Sets Y to the convolution, plus b if it is not null. */
  protected abstract void patchProduct(
      ConvolutionShape s,
      int rows,
      float[] x,
      int xOffset,
      float[] w,
      int wOffset,
      float[] b,
      int bOffset,
      float[] y,
      int yOffset);

  /** Adds rows [from, to) of patchesᵀ · dY to dW for each group. */
  protected abstract void patchWeightGradient(
      ConvolutionShape s,
      int rows,
      int from,
      int to,
      float[] x,
      int xOffset,
      float[] dy,
      int dyOffset,
      float[] dw,
      int dwOffset);

  /**
   * As {@link #patchProduct}, for one input channel per filter: taps in order, positions in the
   * padding left out.
   */
  protected abstract void depthwise(
      ConvolutionShape s,
      int rows,
      float[] x,
      int xOffset,
      float[] w,
      int wOffset,
      float[] b,
      int bOffset,
      float[] y,
      int yOffset);

  /** As {@link #patchWeightGradient}, for one input channel per filter. */
  protected abstract void depthwiseWeightGradient(
      ConvolutionShape s,
      int rows,
      int from,
      int to,
      float[] x,
      int xOffset,
      float[] dy,
      int dyOffset,
      float[] dw,
      int dwOffset);
}
