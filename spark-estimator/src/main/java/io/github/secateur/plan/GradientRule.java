package io.github.secateur.plan;

import io.github.secateur.graph.Operator;

/**
 * What an operator's backward computation reads besides the gradient of its value and its
 * parameters. What nobody reads is not kept from the forward pass.
 *
 * @param weightGradientReadsInput whether the weight gradient reads the operator's input
 * @param inputGradientReadsInput whether the input gradient reads the operator's input
 * @param inputGradientReadsOutput whether the input gradient reads the operator's value
 * @param savedPerRow values for each row that the forward pass saves for the input gradient (pool
 *     indices, masks)
 */
record GradientRule(
    boolean weightGradientReadsInput,
    boolean inputGradientReadsInput,
    boolean inputGradientReadsOutput,
    int savedPerRow) {

  private static final GradientRule NOTHING = new GradientRule(false, false, false, 0);
  private static final GradientRule INPUT_FOR_WEIGHTS = new GradientRule(true, false, false, 0);
  private static final GradientRule INPUT = new GradientRule(true, true, false, 0);
  private static final GradientRule OUTPUT = new GradientRule(false, false, true, 0);

  /** Returns the rule of an operator. */
  static GradientRule of(Operator operator) {
    return switch (operator.type()) {
      case INPUT, SCALE, NORMALIZE, RESHAPE, PERMUTE, PAD, IDENTITY, CONCAT, SLICE, ADD -> NOTHING;
      case AVG_POOL2D, GLOBAL_AVG_POOL2D -> NOTHING;
      case DENSE, CONV2D -> INPUT_FOR_WEIGHTS;
      case RELU, TANH, SIGMOID -> OUTPUT;
      case LEAKY_RELU, ELU, GELU, SILU, SOFTPLUS -> INPUT;
      case MAX_POOL2D -> new GradientRule(false, false, false, operator.shape().size());
      case DROPOUT ->
          operator.frozen()
              ? NOTHING
              : new GradientRule(false, false, false, operator.shape().size());
      case BATCH_NORM -> operator.frozen() ? INPUT_FOR_WEIGHTS : INPUT;
      case LAYER_NORM ->
          new GradientRule(
              true, true, false, 2 * (operator.shape().size() / operator.shape().last()));
    };
  }
}
