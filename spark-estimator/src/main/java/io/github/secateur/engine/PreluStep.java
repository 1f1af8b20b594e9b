package io.github.secateur.engine;

import io.github.secateur.graph.Parameter;
import java.util.Arrays;

/**
 * y = x for x &gt; 0, slope · x otherwise. One slope for all is computed as equal slopes of all
 * channels, whose gradients are added in the order of the channels.
 */
final class PreluStep extends OperatorStep {
  private final int channels;
  private final int slope;
  private final boolean shared;
  private final float[] slopes;
  private final float[] slopeGradients;
  private final Binding.GradientTarget slopeGradient;

  PreluStep(Binding binding) {
    super(binding);
    channels = operator.shape().last();
    Parameter parameter = operator.parameter("slope");
    slope = parameter.offset();
    shared = parameter.size() < channels;
    slopes = shared ? new float[channels] : null;
    slopeGradients = shared ? new float[channels] : null;
    slopeGradient = binding.weightGradient() ? binding.gradientTarget(parameter) : null;
  }

  @Override
  void forward(Frame f) {
    f.kernels.prelu(
        vectors(f), channels, slopes(f), shared ? 0 : slope, f.workspace, x, f.workspace, y);
  }

  private float[] slopes(Frame f) {
    if (!shared) {
      return f.parameters;
    }
    Arrays.fill(slopes, f.parameters[slope]);
    return slopes;
  }

  @Override
  void backward(Frame f) {
    if (slopeGradient != null) {
      float[] gradient = slopeGradient.array(f);
      float[] sums = shared ? slopeGradients : gradient;
      int from = shared ? 0 : slopeGradient.offset();
      if (shared) {
        Arrays.fill(slopeGradients, 0f);
      }
      f.kernels.preluSlopeGradient(
          vectors(f), channels, f.workspace, x, f.workspace, dy, sums, from);
      for (int c = 0; shared && c < channels; c++) {
        gradient[slopeGradient.offset()] += slopeGradients[c];
      }
    }
    if (hasInputGradient()) {
      f.kernels.preluGradient(
          vectors(f),
          channels,
          slopes(f),
          shared ? 0 : slope,
          f.workspace,
          x,
          f.workspace,
          dy,
          f.workspace,
          dx);
    }
  }
}
