package io.github.secateur.engine;

import java.util.Arrays;

/** The mean of the tokens whose mask is not 0; the gradient of the mask is 0. */
final class MaskedMeanStep extends OperatorStep {
  private final int tokens;
  private final int width;
  private final int mask;
  private final int saved;

  MaskedMeanStep(Binding binding) {
    super(binding);
    tokens = operator.inputShape().dimension(0);
    width = operator.inputShape().last();
    mask = binding.input(1);
    saved = binding.saved();
  }

  @Override
  void forward(Frame f) {
    float[] w = f.workspace;
    if (saved >= 0) {
      int n = f.rows * tokens;
      f.kernels.copyRows(1, n, w, mask, n, w, saved, n);
    }
    f.kernels.maskedMean(f.rows, tokens, width, w, x, w, mask, w, y);
  }

  @Override
  void backward(Frame f) {
    float[] w = f.workspace;
    if (hasInputGradient()) {
      f.kernels.maskedMeanGradient(f.rows, tokens, width, w, saved, w, dy, w, dx);
    }
    if (target(1) >= 0) {
      Arrays.fill(w, target(1), target(1) + f.rows * tokens, 0f);
    }
  }
}
