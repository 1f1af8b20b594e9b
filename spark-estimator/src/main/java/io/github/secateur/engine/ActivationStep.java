package io.github.secateur.engine;

import io.github.secateur.graph.Attributes;
import io.github.secateur.graph.Operator;
import io.github.secateur.kernel.Activation;

/** y = f(x), dx = f′ · dy. */
final class ActivationStep extends OperatorStep {
  private final Activation activation;
  private final float slope;

  ActivationStep(Binding binding) {
    super(binding);
    activation = function(operator);
    slope = slope(operator);
  }

  /** Returns the function of an operator that is an activation. */
  static Activation function(Operator operator) {
    return Activation.valueOf(operator.type().name());
  }

  /** Returns the constant of its function, or 0. */
  static float slope(Operator operator) {
    return operator.attributes() instanceof Attributes.Slope attributes ? attributes.slope() : 0f;
  }

  @Override
  void forward(Frame f) {
    f.kernels.activation(activation, slope, count(f), f.workspace, x, f.workspace, y);
  }

  @Override
  void backward(Frame f) {
    int saved = activation.derivativeReadsOutput() ? y : x;
    f.kernels.activationGradient(
        activation, slope, count(f), f.workspace, saved, f.workspace, dy, f.workspace, dx);
  }
}
