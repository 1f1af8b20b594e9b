package io.github.secateur.engine;

import io.github.secateur.plan.Contribution;

/**
 * Reshape, identity, inactive dropout: the value is the input's, in the same memory. Its gradient
 * passes through.
 */
class PassThroughStep extends OperatorStep {
  private final int[] sums;

  PassThroughStep(Binding binding) {
    super(binding);
    sums = new int[contributions.length];
    for (int i = 0; i < sums.length; i++) {
      sums[i] = contributions[i] == Contribution.NONE ? -1 : binding.inputGradientSum(i);
    }
  }

  @Override
  void forward(Frame frame) {}

  @Override
  final void backward(Frame frame) {
    int n = count(frame);
    float[] workspace = frame.workspace;
    for (int i = 0; i < contributions.length; i++) {
      if (contributions[i] == Contribution.COPY) {
        frame.kernels.copyRows(1, n, workspace, dy, n, workspace, sums[i], n);
      } else if (contributions[i] == Contribution.ADD) {
        frame.kernels.add(n, workspace, sums[i], workspace, dy, workspace, sums[i]);
      }
    }
  }
}
