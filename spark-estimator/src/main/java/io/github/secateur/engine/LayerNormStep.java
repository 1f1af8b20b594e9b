package io.github.secateur.engine;

import io.github.secateur.graph.Attributes;
import io.github.secateur.graph.Parameter;

/**
 * Normalization over the last dimension; mean and inverse deviation are saved only if the backward
 * computation runs.
 */
final class LayerNormStep extends OperatorStep {
  private final float epsilon;
  private final int gain;
  private final int bias;
  private final int statistics;
  private final Binding.GradientTarget gainGradient;
  private final Binding.GradientTarget biasGradient;

  LayerNormStep(Binding binding) {
    super(binding);
    epsilon = ((Attributes.LayerNorm) operator.attributes()).epsilon();
    Parameter gainParameter = operator.parameter("gain");
    Parameter biasParameter = operator.parameter("bias");
    gain = gainParameter.offset();
    bias = biasParameter.offset();
    statistics = binding.saved();
    gainGradient = binding.weightGradient() ? binding.gradientTarget(gainParameter) : null;
    biasGradient = binding.weightGradient() ? binding.gradientTarget(biasParameter) : null;
  }

  @Override
  void forward(Frame f) {
    float[] saved = statistics < 0 ? null : f.workspace;
    f.kernels.layerNorm(
        vectors(f),
        operator.shape().last(),
        epsilon,
        f.parameters,
        gain,
        f.parameters,
        bias,
        f.workspace,
        x,
        f.workspace,
        y,
        saved,
        Math.max(statistics, 0));
  }

  @Override
  void backward(Frame f) {
    boolean weights = gainGradient != null;
    f.kernels.layerNormGradient(
        vectors(f),
        operator.shape().last(),
        f.parameters,
        gain,
        f.workspace,
        x,
        f.workspace,
        statistics,
        f.workspace,
        dy,
        weights ? gainGradient.array(f) : null,
        weights ? gainGradient.offset() : 0,
        weights ? biasGradient.array(f) : null,
        weights ? biasGradient.offset() : 0,
        hasInputGradient() ? f.workspace : null,
        Math.max(dx, 0));
  }
}
