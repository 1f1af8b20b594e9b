package io.github.secateur.graph;

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
public record GradientRule(
    boolean weightGradientReadsInput,
    boolean inputGradientReadsInput,
    boolean inputGradientReadsOutput,
    int savedPerRow) {

  /** Reads nothing. */
  static final GradientRule NOTHING = new GradientRule(false, false, false, 0);

  /** The weight gradient reads the input, the input gradient nothing. */
  static final GradientRule INPUT_FOR_WEIGHTS = new GradientRule(true, false, false, 0);

  /** Both gradients read the input. */
  static final GradientRule INPUT = new GradientRule(true, true, false, 0);

  /** The input gradient reads the operator's value. */
  static final GradientRule OUTPUT = new GradientRule(false, false, true, 0);

  /** Returns the rule of an operator that saves so many values for each row and reads no other. */
  static GradientRule saved(int perRow) {
    return new GradientRule(false, false, false, perRow);
  }
}
