package io.github.secateur.engine;

import io.github.secateur.graph.Attributes;
import io.github.secateur.graph.Parameter;
import java.util.Arrays;

/**
 * Normalization of each row over the positions and channels of each group: the statistics of the
 * channels, added up in their order, give those of their group.
 */
final class GroupNormStep extends OperatorStep {
  private final int channels;
  private final int groups;
  private final int perGroup;
  private final int positions;
  private final float epsilon;
  private final int gain;
  private final int bias;
  private final int saved;
  private final Binding.GradientTarget gainGradient;
  private final Binding.GradientTarget biasGradient;
  private final float[] mean;
  private final float[] inverseDeviation; // before, the variance of each channel
  private final float[] sums; // of dy · x̂ for each channel, then of dy
  private final float[] constants; // factors of x and of dy, and a summand for each channel

  GroupNormStep(Binding binding) {
    super(binding);
    Attributes.GroupNorm norm = (Attributes.GroupNorm) operator.attributes();
    channels = operator.shape().last();
    groups = norm.groups();
    perGroup = channels / groups;
    positions = operator.shape().size() / channels;
    epsilon = norm.epsilon();
    Parameter gainParameter = operator.parameter("gain");
    Parameter biasParameter = operator.parameter("bias");
    gain = gainParameter.offset();
    bias = biasParameter.offset();
    saved = binding.saved();
    gainGradient = binding.weightGradient() ? binding.gradientTarget(gainParameter) : null;
    biasGradient = binding.weightGradient() ? binding.gradientTarget(biasParameter) : null;
    mean = new float[channels];
    inverseDeviation = new float[channels];
    sums = new float[2 * channels];
    constants = new float[3 * channels];
  }

  @Override
  void forward(Frame f) {
    float[] w = f.workspace;
    for (int row = 0; row < f.rows; row++) {
      int start = row * positions * channels;
      f.kernels.columnStatistics(positions, channels, w, x + start, mean, 0, inverseDeviation, 0);
      for (int g = 0; g < groups; g++) {
        normalize(f, row, g);
      }
      f.kernels.scaleAndShift(
          positions, channels, constants, 0, constants, channels, w, x + start, w, y + start);
    }
  }

  private void normalize(Frame f, int row, int group) {
    int from = group * perGroup;
    double groupMean = 0;
    for (int c = from; c < from + perGroup; c++) {
      groupMean += mean[c];
    }
    groupMean /= perGroup;
    double variance = 0;
    for (int c = from; c < from + perGroup; c++) {
      double away = mean[c] - groupMean;
      variance += inverseDeviation[c] + away * away;
    }
    double inverse = 1 / Math.sqrt(variance / perGroup + epsilon);
    for (int c = from; c < from + perGroup; c++) {
      double factor = f.parameters[gain + c] * inverse;
      constants[c] = (float) factor;
      constants[channels + c] = (float) (f.parameters[bias + c] - groupMean * factor);
    }
    if (saved >= 0) {
      int place = saved + 2 * (row * groups + group);
      f.workspace[place] = (float) groupMean;
      f.workspace[place + 1] = (float) inverse;
    }
  }

  @Override
  void backward(Frame f) {
    float[] w = f.workspace;
    for (int row = 0; row < f.rows; row++) {
      int start = row * positions * channels;
      for (int c = 0; c < channels; c++) {
        int place = saved + 2 * (row * groups + c / perGroup);
        mean[c] = w[place];
        inverseDeviation[c] = w[place + 1];
      }
      Arrays.fill(sums, 0f);
      f.kernels.batchNormGradient(
          positions,
          channels,
          w,
          x + start,
          mean,
          0,
          inverseDeviation,
          0,
          f.parameters,
          gain,
          w,
          dy + start,
          sums,
          0,
          sums,
          channels,
          null,
          0);
      if (gainGradient != null) {
        add(gainGradient.array(f), gainGradient.offset(), 0);
        add(biasGradient.array(f), biasGradient.offset(), channels);
      }
      if (hasInputGradient()) {
        for (int g = 0; g < groups; g++) {
          inputConstants(f, g);
        }
        f.kernels.combineChannels(
            positions, channels, constants, w, x + start, w, dy + start, w, dx + start);
      }
    }
  }

  private void add(float[] gradient, int offset, int from) {
    for (int c = 0; c < channels; c++) {
      gradient[offset + c] += sums[from + c];
    }
  }

  /** dx = (gain · dy - mean(gain · dy) - x̂ · mean(gain · dy · x̂)) / deviation. */
  private void inputConstants(Frame f, int group) {
    int from = group * perGroup;
    double ofProducts = 0;
    double ofGradients = 0;
    for (int c = from; c < from + perGroup; c++) {
      ofProducts += (double) f.parameters[gain + c] * sums[c];
      ofGradients += (double) f.parameters[gain + c] * sums[channels + c];
    }
    double count = (double) positions * perGroup;
    double inverse = inverseDeviation[from];
    double slope = inverse * inverse * ofProducts / count;
    for (int c = from; c < from + perGroup; c++) {
      constants[c] = (float) -slope;
      constants[channels + c] = (float) (inverse * f.parameters[gain + c]);
      constants[2 * channels + c] = (float) (slope * mean[c] - inverse * ofGradients / count);
    }
  }
}
