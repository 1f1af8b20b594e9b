package io.github.secateur.train;

import java.io.Serializable;

/**
 * What rounds took.
 *
 * @param rounds how many there were; where one job takes many steps, each job counts
 * @param computeSeconds the time that their slowest tasks computed gradients
 * @param broadcastSeconds the time to hand the state to the executors, as the driver sees it
 * @param reduceSeconds the rest of their time: starting tasks, fetching the state, carrying and
 *     adding results
 * @param broadcastBytes the bytes of the states, each counted once and not for each executor
 * @param reduceBytes the bytes of the results that came to the driver
 */
public record RoundCosts(
    int rounds,
    double computeSeconds,
    double broadcastSeconds,
    double reduceSeconds,
    long broadcastBytes,
    long reduceBytes)
    implements Serializable {

  /** No round. */
  public static final RoundCosts NONE = new RoundCosts(0, 0, 0, 0, 0, 0);

  /**
   * Returns what one round took that ends now.
   *
   * @param begin when it began, in the time of {@link System#nanoTime}
   * @param broadcast when the state had been handed over
   * @param computeNanos the time that its slowest task computed
   */
  public static RoundCosts endingNow(
      long begin, long broadcast, long computeNanos, long broadcastBytes, long reduceBytes) {
    double compute = computeNanos / 1e9;
    double all = (System.nanoTime() - broadcast) / 1e9;
    return new RoundCosts(
        1,
        compute,
        (broadcast - begin) / 1e9,
        Math.max(0, all - compute),
        broadcastBytes,
        reduceBytes);
  }

  /** Returns these rounds and others. */
  public RoundCosts plus(RoundCosts more) {
    return new RoundCosts(
        rounds + more.rounds,
        computeSeconds + more.computeSeconds,
        broadcastSeconds + more.broadcastSeconds,
        reduceSeconds + more.reduceSeconds,
        broadcastBytes + more.broadcastBytes,
        reduceBytes + more.reduceBytes);
  }
}
