package io.github.secateur.train;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Follows a training epoch by epoch: validates, records, tells the listener, and decides whether to
 * go on.
 */
final class Course {
  private final TrainingOptions options;
  private final Rounds rounds;
  private final TrainingListener listener;
  private final Checkpoints checkpoints;
  private final EarlyStopping earlyStopping;
  private final List<EpochRecord> records = new ArrayList<>();
  private StopReason stopReason = StopReason.EPOCHS;

  Course(
      TrainingOptions options, Rounds rounds, TrainingListener listener, Checkpoints checkpoints) {
    this.options = options;
    this.rounds = rounds;
    this.listener = listener;
    this.checkpoints = checkpoints;
    this.earlyStopping =
        rounds.validationRows() > 0 && options.patience() > 0
            ? new EarlyStopping(options.patience(), options.minDelta())
            : null;
  }

  /**
   * Ends an epoch.
   *
   * @param state the state after it
   * @param loss its training loss
   * @param rows the rows of its gradients
   * @return whether to stop because the validation metric no longer improves
   */
  boolean epochEnds(float[] state, double loss, double learningRate, double seconds, long rows) {
    int epoch = records.size() + 1;
    RoundCosts costs = rounds.takeCosts(); // before the validation adds to them
    EvaluationSum validation =
        rounds.validationRows() > 0 ? rounds.evaluate(state, true) : EvaluationSum.EMPTY;
    if (rounds.validationRows() > 0) {
      Trainer.requireWeight("validation", validation.weightSum());
    }
    EpochRecord record =
        new EpochRecord(
            epoch,
            loss,
            validation.loss(),
            validation.accuracy(),
            learningRate,
            seconds,
            rows / Math.max(seconds, 1e-9),
            costs);
    rounds.takeCosts();
    records.add(record);
    listener.epoch(record);
    double cost = options.validationMetric().cost(record);
    boolean stop = earlyStopping != null && earlyStopping.shouldStop(epoch, cost, state);
    if (stop) {
      stopReason = StopReason.PATIENCE;
    }
    return stop;
  }

  /**
   * Goes back to where the training stood when a checkpoint was kept.
   *
   * @param stateLength the length of the state array
   * @return the checkpoint, or null to start from the beginning
   */
  Checkpoint resume(int stateLength) {
    Checkpoint latest = checkpoints.latest();
    if (latest != null) {
      records.addAll(latest.epochs());
      if (earlyStopping != null) {
        earlyStopping.restore(latest, stateLength);
      }
    }
    return latest;
  }

  /**
   * Keeps a checkpoint if one is due after this epoch, and if it is not the last one.
   *
   * @param save adds the rest of the training's state
   */
  void checkpoint(Consumer<Checkpoint> save) {
    if (records.size() < options.epochs() && checkpoints.isDue(records.size())) {
      Checkpoint checkpoint = new Checkpoint(records);
      if (earlyStopping != null) {
        earlyStopping.save(checkpoint);
      }
      save.accept(checkpoint);
      checkpoints.keep(checkpoint);
    }
  }

  /** Returns what the learning rate is multiplied by in the next epoch. */
  double rateFactor() {
    return Plateau.factor(records, options);
  }

  /** Returns the number of epochs recorded. */
  int epochs() {
    return records.size();
  }

  /** Says why the training ends, unless it ends for lack of patience. */
  void stop(StopReason reason) {
    if (stopReason != StopReason.PATIENCE) {
      stopReason = reason;
    }
  }

  /**
   * Returns the state to keep: that of the best epoch, if epochs are compared, or else the last.
   */
  float[] stateToKeep(float[] last) {
    boolean hasBest = earlyStopping != null && earlyStopping.bestState() != null;
    return hasBest ? earlyStopping.bestState() : last;
  }

  /** Returns the history. */
  History history() {
    boolean hasBest = earlyStopping != null && earlyStopping.bestState() != null;
    return new History(records, hasBest ? earlyStopping.bestEpoch() : records.size(), stopReason);
  }
}
