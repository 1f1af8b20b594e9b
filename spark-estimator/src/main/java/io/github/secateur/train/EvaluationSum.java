package io.github.secateur.train;

import java.io.Serializable;

/**
 * How well a network does on some rows.
 *
 * @param lossSum Σ weight · loss
 * @param weightSum Σ weight
 * @param correctWeight Σ weight over the rows whose largest logit is their label's; of equal ones
 *     the first counts
 * @param rows the number of rows
 */
public record EvaluationSum(double lossSum, double weightSum, double correctWeight, long rows)
    implements Serializable {

  /** The sum over no rows. */
  public static final EvaluationSum EMPTY = new EvaluationSum(0, 0, 0, 0);

  /** Returns this sum and the one to the right of it in the tree. */
  public EvaluationSum plus(EvaluationSum right) {
    return new EvaluationSum(
        lossSum + right.lossSum,
        weightSum + right.weightSum,
        correctWeight + right.correctWeight,
        rows + right.rows);
  }

  /** Returns the mean loss; NaN if there is no weight. */
  public double loss() {
    return lossSum / weightSum;
  }

  /** Returns the part of the weight that is classified correctly; NaN if there is no weight. */
  public double accuracy() {
    return correctWeight / weightSum;
  }
}
