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
 */
public record EpochRecord(
    int epoch,
    double loss,
    double validationLoss,
    double validationAccuracy,
    double learningRate,
    double seconds,
    double rowsPerSecond)
    implements Serializable {

  /** Returns whether there were validation rows. */
  public boolean hasValidation() {
    return !Double.isNaN(validationLoss);
  }
}
