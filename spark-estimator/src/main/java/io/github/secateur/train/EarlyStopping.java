package io.github.secateur.train;

/**
 * Keeps the weights of the epoch with the best validation metric, and says when there has been none
 * better for too long. Patience counts from that epoch.
 */
final class EarlyStopping {
  private final int patience;
  private final double minDelta;
  private double bestCost = Double.POSITIVE_INFINITY;
  private int bestEpoch;
  private float[] bestState;

  /** Watches with the given {@link TrainingOptions#patience()}, above 0. */
  EarlyStopping(int patience, double minDelta) {
    this.patience = patience;
    this.minDelta = minDelta;
  }

  /**
   * Looks at an epoch.
   *
   * @param epoch its number, from 1
   * @param cost its validation metric as a number that is better if it is lower; NaN is never
   *     better
   * @param state the state after it, copied if it is the best so far
   * @return whether to stop
   */
  boolean shouldStop(int epoch, double cost, float[] state) {
    if (cost < bestCost - minDelta || bestState == null) {
      bestCost = Double.isNaN(cost) ? Double.POSITIVE_INFINITY : cost;
      bestEpoch = epoch;
      bestState = state.clone();
    }
    return epoch - bestEpoch >= patience;
  }

  /** Adds the best epoch to a checkpoint. */
  void save(Checkpoint checkpoint) {
    if (bestState != null) {
      checkpoint.put("best.epoch", bestEpoch).put("best.loss", bestCost);
      checkpoint.put("best.state", bestState);
    }
  }

  /**
   * Goes back to a checkpoint.
   *
   * @param stateLength the length of the state array
   */
  void restore(Checkpoint checkpoint, int stateLength) {
    if (checkpoint.has("best.state")) {
      bestEpoch = (int) checkpoint.number("best.epoch");
      bestCost = checkpoint.number("best.loss");
      bestState = checkpoint.floats("best.state", stateLength);
    }
  }

  /** Returns the number of the best epoch, from 1; 0 if there was none. */
  int bestEpoch() {
    return bestEpoch;
  }

  /** Returns the state after the best epoch; null if there was none. */
  float[] bestState() {
    return bestState;
  }
}
