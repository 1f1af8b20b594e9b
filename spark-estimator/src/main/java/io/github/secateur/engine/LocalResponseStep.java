package io.github.secateur.engine;

import io.github.secateur.graph.Attributes;
import io.github.secateur.kernel.Activation;

/** y = x · s^(-beta), s being a constant and the sum of squares of neighbouring channels. */
final class LocalResponseStep extends OperatorStep {
  private final int size;
  private final float factor;
  private final float beta;
  private final float k;
  private final int channels;
  private final int saved;

  LocalResponseStep(Binding binding) {
    super(binding);
    Attributes.LocalResponse norm = (Attributes.LocalResponse) operator.attributes();
    size = norm.size();
    factor = norm.alpha() / size;
    beta = norm.beta();
    k = norm.k();
    channels = operator.shape().last();
    saved = binding.saved();
  }

  @Override
  void forward(Frame f) {
    float[] w = f.workspace;
    int squares = saved < 0 ? y : saved;
    f.kernels.windowSquares(vectors(f), channels, size, factor, k, w, x, w, squares);
    f.kernels.activation(Activation.POW, -beta, count(f), w, squares, w, y);
    f.kernels.multiply(count(f), w, y, w, x, w, y);
  }

  @Override
  void backward(Frame f) {
    float[] w = f.workspace;
    f.kernels.activation(Activation.POW, -beta, count(f), w, saved, w, dx);
    f.kernels.localResponseGradient(
        vectors(f), channels, size, 2 * beta * factor, w, x, w, saved, w, dy, w, dx);
  }
}
