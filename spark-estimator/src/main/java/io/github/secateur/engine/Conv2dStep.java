package io.github.secateur.engine;

import io.github.secateur.graph.Parameter;
import io.github.secateur.kernel.Convolution;
import io.github.secateur.kernel.WindowGeometry;

/** 2-D convolution and its gradients; the bias gradient sums dY over rows and positions. */
final class Conv2dStep extends ActivatedStep {
  private final Convolution convolution;
  private final Convolution gradient;
  private final int kernel;
  private final int bias;
  private final Binding.GradientTarget kernelGradient;
  private final Binding.GradientTarget biasGradient;

  Conv2dStep(Binding binding) {
    super(binding);
    WindowGeometry geometry = Windows.of(operator);
    convolution = new Convolution().geometry(geometry).activation(activation(), slope());
    gradient = new Convolution().geometry(geometry);
    Parameter kernelParameter = operator.parameter("kernel");
    Parameter biasParameter = operator.parameter("bias");
    kernel = kernelParameter.offset();
    bias = biasParameter == null ? -1 : biasParameter.offset();
    boolean wanted = binding.weightGradient();
    kernelGradient = wanted ? binding.gradientTarget(kernelParameter) : null;
    biasGradient = wanted && biasParameter != null ? binding.gradientTarget(biasParameter) : null;
  }

  @Override
  void forward(Frame f) {
    f.kernels.conv2d(
        convolution
            .rows(f.rows)
            .x(f.workspace, x)
            .w(f.parameters, kernel)
            .bias(bias < 0 ? null : f.parameters, bias)
            .y(f.workspace, y));
  }

  @Override
  void backward(Frame f) {
    if (kernelGradient != null) {
      f.kernels.conv2dWeightGradient(
          gradient
              .rows(f.rows)
              .x(f.workspace, x)
              .y(f.workspace, dy)
              .w(kernelGradient.array(f), kernelGradient.offset()));
    }
    if (biasGradient != null) {
      f.kernels.sumRows(
          vectors(f),
          operator.shape().last(),
          f.workspace,
          dy,
          biasGradient.array(f),
          biasGradient.offset());
    }
    if (hasInputGradient()) {
      f.kernels.conv2dInputGradient(
          gradient.rows(f.rows).w(f.parameters, kernel).y(f.workspace, dy).x(f.workspace, dx));
    }
  }
}
