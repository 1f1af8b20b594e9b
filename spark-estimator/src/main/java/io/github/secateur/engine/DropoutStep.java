package io.github.secateur.engine;

import io.github.secateur.graph.Attributes;
import io.github.secateur.graph.Operator;

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
    long key = key(f.dropoutKey, operator);
    f.kernels.dropoutMask(key, f.firstRow * operator.shape().size(), rate, n, f.workspace, mask);
    f.kernels.multiply(n, f.workspace, x, f.workspace, mask, f.workspace, y);
  }

  /**
   * Returns the key of one operator: by its name, which folding does not change as it changes its
   * place.
   */
  static long key(long stepKey, Operator operator) {
    return stepKey + 0x9E3779B97F4A7C15L * operator.name().hashCode();
  }

  @Override
  void backward(Frame f) {
    f.kernels.multiply(count(f), f.workspace, dy, f.workspace, saved, f.workspace, dx);
  }
}
