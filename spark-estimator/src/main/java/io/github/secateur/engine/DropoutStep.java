package io.github.secateur.engine;

import io.github.secateur.graph.Attributes;

/**
 * Active dropout: y = x · mask. The mask is kept for the gradient; where no gradient runs it is
 * drawn into y and lost. Value i of a row depends on the key, the operator and the row's place
 * alone, so batches may be cut anywhere.
 */
final class DropoutStep extends OperatorStep {
  private final float rate;
  private final int saved;

  DropoutStep(Binding binding) {
    super(binding);
    rate = ((Attributes.Dropout) operator.attributes()).rate();
    saved = binding.saved();
  }

  @Override
  void forward(Frame f) {
    int n = count(f);
    int mask = saved < 0 ? y : saved;
    long key = f.dropoutKey + 0x9E3779B97F4A7C15L * operator.id();
    f.kernels.dropoutMask(key, f.firstRow * operator.shape().size(), rate, n, f.workspace, mask);
    f.kernels.multiply(n, f.workspace, x, f.workspace, mask, f.workspace, y);
  }

  @Override
  void backward(Frame f) {
    f.kernels.multiply(count(f), f.workspace, dy, f.workspace, saved, f.workspace, dx);
  }
}
