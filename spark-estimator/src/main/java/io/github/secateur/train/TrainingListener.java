package io.github.secateur.train;

/**
 * Is told how a training goes, by the thread that runs it. An exception it throws ends the
 * training.
 */
public interface TrainingListener {

  /** Hears nothing. */
  TrainingListener NONE = new TrainingListener() {};

  /** Returns a listener that tells two others, one after the other. */
  static TrainingListener both(TrainingListener first, TrainingListener second) {
    return new TrainingListener() {
      @Override
      public void step(StepRecord step) {
        first.step(step);
        second.step(step);
      }

      @Override
      public void epoch(EpochRecord epoch) {
        first.epoch(epoch);
        second.epoch(epoch);
      }
    };
  }

  /** Called after each optimizer step; may come in bursts where several steps run in one job. */
  default void step(StepRecord step) {}

  /** Called after each epoch, or L-BFGS iteration. */
  default void epoch(EpochRecord epoch) {}
}
