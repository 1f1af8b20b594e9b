package io.github.secateur.spark;

/**
 * Makes a stage's uid readable while the constructors of Spark's superclasses run: they build their
 * params from {@code uid()} before a Java field can hold it.
 */
final class UidHandoff {
  private static final ThreadLocal<String> PENDING = new ThreadLocal<>();

  private UidHandoff() {}

  /**
   * Offers the uid to the constructors that this thread is about to run.
   *
   * @throws UnsupportedOperationException if they cannot run on this release of Spark
   */
  static UidHandoff offer(String uid) {
    SparkRelease.requireSupported();
    PENDING.set(uid);
    return new UidHandoff();
  }

  /** Returns the uid on offer in this thread, or null. */
  static String pending() {
    return PENDING.get();
  }

  /** Withdraws the offer: the field holds the uid now. */
  void done() {
    PENDING.remove();
  }
}
