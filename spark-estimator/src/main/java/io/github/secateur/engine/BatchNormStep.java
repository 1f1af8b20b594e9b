package io.github.secateur.engine;

import io.github.secateur.graph.Attributes;
import io.github.secateur.graph.Parameter;
import java.util.Arrays;

/**
 * Batch normalization. In training mode with the statistics of the batch, which are also added,
 * times the rows, to the gradient vector; in inference mode and when frozen with the running ones,
 * where it is a multiplication by constants.
 */
final class BatchNormStep extends OperatorStep {
  private final int channels;
  private final float epsilon;
  private final boolean training;
  private final int gain;
  private final int bias;
  private final int runningMean;
  private final int runningVariance;
  private final int meanStatistic;
  private final int varianceStatistic;
  private final Binding.GradientTarget gainGradient;
  private final Binding.GradientTarget biasGradient;
  private final float[] mean;
  private final float[] variance;
  private final float[] inverseDeviation;
  private final float[] scale;
  private final float[] shift;

  BatchNormStep(Binding binding) {
    super(binding);
    channels = operator.shape().last();
    epsilon = ((Attributes.BatchNorm) operator.attributes()).epsilon();
    training = binding.training();
    Parameter gainParameter = operator.parameter("gain");
    Parameter biasParameter = operator.parameter("bias");
    gain = gainParameter.offset();
    bias = biasParameter.offset();
    runningMean = operator.parameter("mean").offset();
    runningVariance = operator.parameter("variance").offset();
    meanStatistic = training ? binding.gradientTarget(operator.parameter("mean")).offset() : -1;
    varianceStatistic =
        training ? binding.gradientTarget(operator.parameter("variance")).offset() : -1;
    gainGradient = binding.weightGradient() ? binding.gradientTarget(gainParameter) : null;
    biasGradient = binding.weightGradient() ? binding.gradientTarget(biasParameter) : null;
    mean = new float[channels];
    variance = new float[channels];
    inverseDeviation = new float[channels];
    scale = new float[channels];
    shift = new float[channels];
  }

  @Override
  void forward(Frame f) {
    if (training) {
      f.kernels.columnStatistics(vectors(f), channels, f.workspace, x, mean, 0, variance, 0);
      for (int c = 0; c < channels; c++) {
        f.gradient[meanStatistic + c] += f.rows * mean[c];
        f.gradient[varianceStatistic + c] += f.rows * variance[c];
      }
    } else {
      System.arraycopy(f.parameters, runningMean, mean, 0, channels);
      System.arraycopy(f.parameters, runningVariance, variance, 0, channels);
    }
    for (int c = 0; c < channels; c++) {
      double inverse = 1 / Math.sqrt((double) variance[c] + epsilon);
      double factor = f.parameters[gain + c] * inverse;
      inverseDeviation[c] = (float) inverse;
      scale[c] = (float) factor;
      shift[c] = (float) (f.parameters[bias + c] - mean[c] * factor);
    }
    f.kernels.scaleAndShift(
        vectors(f), channels, scale, 0, shift, 0, f.workspace, x, f.workspace, y);
  }

  @Override
  void backward(Frame f) {
    if (training) {
      gradient(f, hasInputGradient() ? f.workspace : null);
      return;
    }
    if (gainGradient != null) {
      gradient(f, null);
    }
    if (hasInputGradient()) {
      Arrays.fill(shift, 0f);
      f.kernels.scaleAndShift(
          vectors(f), channels, scale, 0, shift, 0, f.workspace, dy, f.workspace, dx);
    }
  }

  private void gradient(Frame f, float[] inputGradient) {
    f.kernels.batchNormGradient(
        vectors(f),
        channels,
        f.workspace,
        x,
        mean,
        0,
        inverseDeviation,
        0,
        f.parameters,
        gain,
        f.workspace,
        dy,
        gainGradient.array(f),
        gainGradient.offset(),
        biasGradient.array(f),
        biasGradient.offset(),
        inputGradient,
        Math.max(dx, 0));
  }
}
