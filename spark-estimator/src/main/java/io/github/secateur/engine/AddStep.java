package io.github.secateur.engine;

/** Y = X₀ + X₁ + …, from left to right. The gradient passes through to each input. */
final class AddStep extends PassThroughStep {
  private final int[] inputs;

  AddStep(Binding binding) {
    super(binding);
    inputs = new int[operator.inputs().size()];
    for (int i = 0; i < inputs.length; i++) {
      inputs[i] = binding.input(i);
    }
  }

  @Override
  void forward(Frame frame) {
    int n = count(frame);
    float[] workspace = frame.workspace;
    frame.kernels.add(n, workspace, inputs[0], workspace, inputs[1], workspace, y);
    for (int i = 2; i < inputs.length; i++) {
      frame.kernels.add(n, workspace, y, workspace, inputs[i], workspace, y);
    }
  }
}
