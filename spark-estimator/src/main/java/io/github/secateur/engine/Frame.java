package io.github.secateur.engine;

import io.github.secateur.kernel.Kernels;

/**
 * What the steps of one call share: the workspace, and the arrays and numbers that the caller gave.
 */
final class Frame {
  final Kernels kernels;
  final float[] workspace;
  final SparseRows sparse;

  /**
   * Where weight gradients of frozen parameters go when pruning is off; null when nothing needs it.
   */
  final float[] discarded;

  final Counters counters;

  /** Where the time of operators is noted, or null. */
  Profile profile;

  /** Whether the input has been multiplied by {@link Program#inputFactor}. */
  boolean scaledInput;

  float[] parameters;
  float[] gradient;

  /** Whether gradients are added to what the array holds, or written over it. */
  boolean adds;

  int rows;
  long dropoutKey;
  long firstRow;

  Frame(
      Kernels kernels, Counters counters, float[] workspace, SparseRows sparse, float[] discarded) {
    this.kernels = kernels;
    this.counters = counters;
    this.workspace = workspace;
    this.sparse = sparse;
    this.discarded = discarded;
  }
}
