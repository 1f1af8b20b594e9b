package io.github.secateur.train;

import java.io.Serializable;

/**
 * What one epoch did; with L-BFGS, one iteration.
 *
 * @param epoch its number, counted from 1
 * @param loss the mean loss of the training rows, each as of its own step, L2 penalty included;
 *     with L-BFGS, the loss after the iteration
 * @param validationLoss the mean loss of the validation rows after the epoch, NaN if there are none
 * @param validationAccuracy the part of the validation rows, by weight, that is classified
 *     correctly, NaN if there are none
 * @param learningRate the rate of its last step; with L-BFGS, NaN
 * @param seconds the time its training took, without validation
 * @param rowsPerSecond training rows per second of that time; with L-BFGS, each evaluation of a row
 *     counts
 * @param rounds the number of its rounds; see {@link RoundCosts} for this and what follows
 * @param computeSeconds the time that the slowest task of each round computed
 * @param broadcastSeconds the time to hand the state to the executors
 * @param reduceSeconds the rest of its rounds: starting tasks, carrying and adding results
 * @param broadcastBytes the bytes of the states
 * @param reduceBytes the bytes of the results
 */
public record EpochRecord(
    int epoch,
    double loss,
    double validationLoss,
    double validationAccuracy,
    double learningRate,
    double seconds,
    double rowsPerSecond,
    int rounds,
    double computeSeconds,
    double broadcastSeconds,
    double reduceSeconds,
    long broadcastBytes,
    long reduceBytes)
    implements Serializable {

  /** Makes a record of an epoch of whose rounds nothing is known. */
  public EpochRecord(
      int epoch,
      double loss,
      double validationLoss,
      double validationAccuracy,
      double learningRate,
      double seconds,
      double rowsPerSecond) {
    this(
        epoch,
        loss,
        validationLoss,
        validationAccuracy,
        learningRate,
        seconds,
        rowsPerSecond,
        RoundCosts.NONE);
  }

  /** Makes a record of an epoch and its rounds. */
  EpochRecord(
      int epoch,
      double loss,
      double validationLoss,
      double validationAccuracy,
      double learningRate,
      double seconds,
      double rowsPerSecond,
      RoundCosts costs) {
    this(
        epoch,
        loss,
        validationLoss,
        validationAccuracy,
        learningRate,
        seconds,
        rowsPerSecond,
        costs.rounds(),
        costs.computeSeconds(),
        costs.broadcastSeconds(),
        costs.reduceSeconds(),
        costs.broadcastBytes(),
        costs.reduceBytes());
  }

  /** Returns whether there were validation rows. */
  public boolean hasValidation() {
    return !Double.isNaN(validationLoss);
  }
}
