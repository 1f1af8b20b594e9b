package io.github.secateur.train;

/**
 * Is told how a training goes, by the thread that runs it. An exception it throws ends the
 * training.
 */
public interface TrainingListener {

  /** Hears nothing. */
  TrainingListener NONE = new TrainingListener() {};

  /** Called after each optimizer step; may come in bursts where several steps run in one job. */
  default void step(StepRecord step) {}

  /** Called after each epoch, or L-BFGS iteration. */
  default void epoch(EpochRecord epoch) {}
}
