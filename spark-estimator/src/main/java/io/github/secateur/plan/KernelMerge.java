package io.github.secateur.plan;

import io.github.secateur.graph.Attributes;
import io.github.secateur.graph.Operator;
import io.github.secateur.graph.Parameter;

/**
 * Multiplies constants into the kernel and the bias of one dense or convolution layer, in place.
 */
final class KernelMerge {
  private final float[] parameters;
  private final Parameter kernel;
  private final Parameter bias;
  private final int inputs;
  private final int outputs;
  private final int groups;

  /**
   * Prepares a layer that has a bias.
   *
   * @param parameters the flat parameter array that is changed
   */
  KernelMerge(Operator layer, float[] parameters) {
    this.parameters = parameters;
    this.kernel = layer.parameter("kernel");
    this.bias = layer.parameter("bias");
    this.outputs = layer.shape().last();
    this.inputs = kernel.size() / outputs;
    this.groups = layer.attributes() instanceof Attributes.Conv2d conv ? conv.groups() : 1;
  }

  /**
   * Merges an operator.
   *
   * @param original the flat parameter array of the original graph
   */
  void apply(Operator constant, float[] original) {
    switch (constant.type()) {
      case SCALE -> {
        float factor = ((Attributes.Scale) constant.attributes()).factor();
        for (int i = kernel.offset(); i < kernel.offset() + kernel.size(); i++) {
          parameters[i] *= factor;
        }
      }
      case NORMALIZE ->
          normalize((Attributes.Normalize) constant.attributes(), constant.shape().last());
      case BATCH_NORM -> batchNorm(constant, original);
      default -> throw new IllegalArgumentException(constant.type() + " is no constant");
    }
  }

  /** Y = ((X - mean) / deviation)·W + b = X·(W / deviation) + (b - mean / deviation · W). */
  private void normalize(Attributes.Normalize normalize, int channels) {
    double[] shift = new double[outputs];
    int groupOutputs = outputs / groups;
    int groupChannels = channels / groups;
    for (int i = 0; i < inputs; i++) {
      for (int j = 0; j < outputs; j++) {
        int channel =
            groups == 1 ? i % channels : j / groupOutputs * groupChannels + i % groupChannels;
        double mean = normalize.mean().get(normalize.mean().size() == 1 ? 0 : channel);
        double deviation =
            normalize.deviation().get(normalize.deviation().size() == 1 ? 0 : channel);
        int place = kernel.offset() + i * outputs + j;
        double weight = parameters[place] / deviation;
        shift[j] -= mean * weight;
        parameters[place] = (float) weight;
      }
    }
    for (int j = 0; j < outputs; j++) {
      parameters[bias.offset() + j] = (float) (parameters[bias.offset() + j] + shift[j]);
    }
  }

  /** gain · (X·W + b - mean) / deviation + shift, for each output. */
  private void batchNorm(Operator norm, float[] original) {
    double epsilon = ((Attributes.BatchNorm) norm.attributes()).epsilon();
    for (int j = 0; j < outputs; j++) {
      double variance = original[norm.parameter("variance").offset() + j];
      double factor = original[norm.parameter("gain").offset() + j] / Math.sqrt(variance + epsilon);
      double mean = original[norm.parameter("mean").offset() + j];
      double shift = original[norm.parameter("bias").offset() + j];
      for (int i = 0; i < inputs; i++) {
        int place = kernel.offset() + i * outputs + j;
        parameters[place] = (float) (parameters[place] * factor);
      }
      int place = bias.offset() + j;
      parameters[place] = (float) ((parameters[place] - mean) * factor + shift);
    }
  }
}
