package io.github.secateur.engine;

import io.github.secateur.graph.Attributes;

/** y = factor · x, or y = (x - mean[c]) / deviation[c]: operators that multiply by constants. */
final class AffineStep extends OperatorStep {
  private final float factor;
  private final float[] scale;
  private final float[] shift;
  private final float[] noShift;

  AffineStep(Binding binding) {
    super(binding);
    if (operator.attributes() instanceof Attributes.Scale attributes) {
      factor = attributes.factor();
      scale = null;
      shift = null;
      noShift = null;
      return;
    }
    Attributes.Normalize normalize = (Attributes.Normalize) operator.attributes();
    int channels = operator.shape().last();
    factor = 0f;
    scale = new float[channels];
    shift = new float[channels];
    noShift = new float[channels];
    for (int c = 0; c < channels; c++) {
      double deviation = normalize.deviation().get(Math.min(c, normalize.deviation().size() - 1));
      double mean = normalize.mean().get(Math.min(c, normalize.mean().size() - 1));
      scale[c] = (float) (1 / deviation);
      shift[c] = (float) (-mean / deviation);
    }
  }

  /** Returns the factor if all that it does is to multiply its input in place, otherwise 1. */
  float factorInPlace() {
    return scale == null && x == y ? factor : 1;
  }

  @Override
  void forward(Frame f) {
    apply(f, shift, x, y);
  }

  @Override
  void backward(Frame f) {
    apply(f, noShift, dy, dx);
  }

  private void apply(Frame f, float[] offset, int from, int to) {
    if (scale == null) {
      f.kernels.scale(count(f), factor, f.workspace, from, f.workspace, to);
    } else {
      f.kernels.scaleAndShift(
          vectors(f),
          operator.shape().last(),
          scale,
          0,
          offset,
          0,
          f.workspace,
          from,
          f.workspace,
          to);
    }
  }
}
