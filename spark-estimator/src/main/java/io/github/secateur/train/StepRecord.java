package io.github.secateur.train;

import java.io.Serializable;

/**
 * What one step did.
 *
 * @param step which
 * @param rows the number of rows of its global batch
 * @param loss the mean loss of these rows before the update, L2 penalty included; NaN if their
 *     weight was 0 and the step was skipped
 * @param epochLoss the mean loss of all rows of the epoch so far, each as of its own step
 * @param learningRate the rate of the step
 */
public record StepRecord(Step step, long rows, double loss, double epochLoss, double learningRate)
    implements Serializable {}
