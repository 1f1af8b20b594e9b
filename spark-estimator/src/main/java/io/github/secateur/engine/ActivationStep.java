package io.github.secateur.engine;

import io.github.secateur.graph.Attributes;
import io.github.secateur.kernel.Activation;

/** y = f(x), dx = f′ · dy. */
final class ActivationStep extends OperatorStep {
  private final Activation activation;
  private final float slope;

  ActivationStep(Binding binding) {
    super(binding);
    activation = Activation.valueOf(operator.type().name());
    slope = operator.attributes() instanceof Attributes.Slope attributes ? attributes.slope() : 0f;
  }

  Activation activation() {
    return activation;
  }

  float slope() {
    return slope;
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
