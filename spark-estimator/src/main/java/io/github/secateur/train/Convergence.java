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

  /** Adds what it has seen to a checkpoint. */
  void save(Checkpoint checkpoint) {
    checkpoint.put("convergence", last, quietEpochs);
  }

  /** Goes back to a checkpoint. */
  void restore(Checkpoint checkpoint) {
    double[] seen = checkpoint.doubles("convergence", 2);
    last = seen[0];
    quietEpochs = (int) seen[1];
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
