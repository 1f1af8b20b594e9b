package io.github.secateur.kernel.vector.gemm;

import io.github.secateur.kernel.Activation;
import io.github.secateur.kernel.Kernels;

/**
 * The activation of a layer's outputs, applied to a few rows at a time as soon as they are computed
 * and while they are in the cache; often there is none.
 */
public final class OutputActivation {

  /** Activation functions, which this room leaves to another one. */
  @FunctionalInterface
  public interface Activations {
    /** As {@link Kernels#activation}. */
    void apply(Activation f, float slope, int n, float[] x, int xOffset, float[] y, int yOffset);
  }

  private final Activations activations;
  private Activation function;
  private float slope;

  public OutputActivation(Activations activations) {
    this.activations = activations;
  }

  /**
   * Sets what the next calls apply.
   *
   * @param f null for none
   */
  public void set(Activation f, float slopeOfF) {
    function = f;
    slope = slopeOfF;
  }

  /** Replaces the values of Y [rows × n], whose rows are {@code step} apart. */
  public void apply(int rows, int n, float[] y, int yOffset, int step) {
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
