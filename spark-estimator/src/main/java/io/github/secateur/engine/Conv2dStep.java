package io.github.secateur.engine;

import io.github.secateur.graph.Parameter;
import io.github.secateur.kernel.WindowGeometry;

/** 2-D convolution and its gradients; the bias gradient sums dY over rows and positions. */
final class Conv2dStep extends ActivatedStep {
  private final WindowGeometry geometry;
  private final int kernel;
  private final int bias;
  private final Binding.GradientTarget kernelGradient;
  private final Binding.GradientTarget biasGradient;

  Conv2dStep(Binding binding) {
    super(binding);
    geometry = Windows.of(operator);
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
    float[] b = bias < 0 ? null : f.parameters;
    f.kernels.conv2d(
        geometry,
        f.rows,
        f.workspace,
        x,
        f.parameters,
        kernel,
        b,
        Math.max(bias, 0),
        activation(),
        slope(),
        f.workspace,
        y);
  }

  @Override
  void backward(Frame f) {
    if (kernelGradient != null) {
      f.kernels.conv2dWeightGradient(
          geometry,
          f.rows,
          0,
          geometry.patchSize(),
          f.workspace,
          x,
          f.workspace,
          dy,
          kernelGradient.array(f),
          kernelGradient.offset());
    }
    if (biasGradient != null) {
      f.kernels.sumRows(
          vectors(f),
          geometry.outputChannels(),
          f.workspace,
          dy,
          biasGradient.array(f),
          biasGradient.offset());
    }
    if (hasInputGradient()) {
      f.kernels.conv2dInputGradient(
          geometry, f.rows, f.parameters, kernel, f.workspace, dy, f.workspace, dx);
    }
  }
}
