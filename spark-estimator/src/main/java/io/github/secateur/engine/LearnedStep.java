package io.github.secateur.engine;

import io.github.secateur.graph.Parameter;

/** A learned constant in each row; its gradient is the sum over the rows. */
final class LearnedStep extends OperatorStep {
  private final int value;
  private final Binding.GradientTarget valueGradient;

  LearnedStep(Binding binding) {
    super(binding);
    Parameter parameter = operator.parameter("value");
    value = parameter.offset();
    valueGradient = binding.weightGradient() ? binding.gradientTarget(parameter) : null;
  }

  @Override
  void forward(Frame f) {
    f.kernels.fillRows(f.rows, operator.shape().size(), f.parameters, value, f.workspace, y);
  }

  @Override
  void backward(Frame f) {
    f.kernels.sumRows(
        f.rows,
        operator.shape().size(),
        f.workspace,
        dy,
        valueGradient.array(f),
        valueGradient.offset());
  }
}
