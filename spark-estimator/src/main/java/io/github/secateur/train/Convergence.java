package io.github.secateur.train;

/**
 * Says when the loss has changed by no more than a tolerance, relative to its value, in two epochs
 * in a row.
 */
final class Convergence {
  private static final int EPOCHS = 2;

  private final double tolerance;
  private double last = Double.NaN;
  private int quietEpochs;

  /** Watches with the given tolerance; with 0 it never stops. */
  Convergence(double tolerance) {
    this.tolerance = tolerance;
  }

  /** Looks at the loss of the next epoch; returns whether to stop. */
  boolean shouldStop(double loss) {
    double scale = Math.max(Math.abs(loss), Math.abs(last));
    // one epoch alone may repeat a loss by chance
    quietEpochs = tolerance > 0 && Math.abs(loss - last) <= tolerance * scale ? quietEpochs + 1 : 0;
    last = loss;
    return quietEpochs >= EPOCHS;
  }
}
