package io.github.secateur.kernel;

/**
 * The activation of a layer's outputs, applied to a few rows at a time as soon as they are computed
 * and while they are in the cache; often there is none.
 */
final class OutputActivation {
  private final VectorActivations activations;
  private Activation function;
  private float slope;

  OutputActivation(VectorActivations activations) {
    this.activations = activations;
  }

  /**
   * Sets what the next calls apply.
   *
   * @param f null for none
   */
  void set(Activation f, float slopeOfF) {
    function = f;
    slope = slopeOfF;
  }

  /** Replaces the values of Y [rows × n], whose rows are {@code step} apart. */
  void apply(int rows, int n, float[] y, int yOffset, int step) {
    if (function == null) {
      return;
    }
    if (step == n) {
      activations.apply(function, slope, rows * n, y, yOffset, y, yOffset);
      return;
    }
    for (int row = 0; row < rows; row++) {
      int start = yOffset + row * step;
      activations.apply(function, slope, n, y, start, y, start);
    }
  }
}
