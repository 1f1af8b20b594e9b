package io.github.secateur.train;

/**
 * Keeps where a training stands, so that another run of the same training can go on from there.
 * Called by the thread that trains.
 */
public interface Checkpoints {

  /** Keeps nothing. */
  Checkpoints NONE =
      new Checkpoints() {
        @Override
        public Checkpoint latest() {
          return null;
        }

        @Override
        public boolean isDue(int epoch) {
          return false;
        }

        @Override
        public void keep(Checkpoint checkpoint) {}
      };

  /** Returns what was kept last, or null; asked once, before the first step. */
  Checkpoint latest();

  /**
   * Returns whether to keep the state after an epoch, or L-BFGS iteration, that is not the last.
   *
   * @param epoch its number, from 1
   */
  boolean isDue(int epoch);

  /** Keeps a checkpoint. An exception ends the training. */
  void keep(Checkpoint checkpoint);
}
