package io.github.secateur.train;

import java.io.Serializable;
import java.util.Locale;

/**
 * The sum over some rows of weight · gradient, in the layout of the state, and of what is needed to
 * make a mean of it. A sum over no rows is {@linkplain #isEmpty() empty} and adds nothing, whatever
 * its array holds.
 */
public final class GradientSum implements Serializable {
  private static final long serialVersionUID = 1;
  private static final float[] NOTHING = {};

  private final float[] values;
  private double lossSum;
  private double weightSum;
  private long rows;

  /** Makes an empty sum that can take gradients of the given length. */
  public GradientSum(int stateLength) {
    this(new float[stateLength], 0, 0, 0);
  }

  /**
   * Makes a sum of what is known.
   *
   * @param values Σ weight · gradient, then rows · statistic for each batch-norm statistic; not
   *     copied
   * @param lossSum Σ weight · loss
   * @param weightSum Σ weight
   * @param rows the number of rows
   */
  public GradientSum(float[] values, double lossSum, double weightSum, long rows) {
    this.values = values;
    this.lossSum = lossSum;
    this.weightSum = weightSum;
    this.rows = rows;
  }

  /** Returns an empty sum that holds no array, cheap to send; nothing can be added to it. */
  public static GradientSum nothing() {
    return new GradientSum(NOTHING, 0, 0, 0);
  }

  /** Returns whether it is a sum over no rows. */
  public boolean isEmpty() {
    return rows == 0;
  }

  /** Returns the sum itself, not a copy. */
  public float[] values() {
    return values;
  }

  /** Returns Σ weight · loss. */
  public double lossSum() {
    return lossSum;
  }

  /** Returns Σ weight. */
  public double weightSum() {
    return weightSum;
  }

  /** Returns the number of rows. */
  public long rows() {
    return rows;
  }

  /** Makes it empty, to be used again; the first gradient is written over what its array holds. */
  public void clear() {
    lossSum = 0;
    weightSum = 0;
    rows = 0;
  }

  /** Counts rows whose gradients have been added to {@link #values()}. */
  void count(double moreLoss, double moreWeight, int moreRows) {
    lossSum += moreLoss;
    weightSum += moreWeight;
    rows += moreRows;
  }

  /**
   * Adds the sum to the right of this one in the tree.
   *
   * @return the one of the two that now holds the sum: the right one if this one is empty, else
   *     this one. The other is free
   */
  public GradientSum plus(GradientSum right) {
    if (right.isEmpty()) {
      return this;
    }
    if (isEmpty()) {
      return right;
    }
    addValues(right, 0, values.length);
    addCounts(right);
    return this;
  }

  /** Adds the values [from, to) of the sum to the right of this one; both hold rows. */
  void addValues(GradientSum right, int from, int to) {
    for (int i = from; i < to; i++) {
      values[i] += right.values[i];
    }
  }

  /** Adds what the sum to the right of this one counts. */
  void addCounts(GradientSum right) {
    lossSum += right.lossSum;
    weightSum += right.weightSum;
    rows += right.rows;
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT, "GradientSum[loss=%s, weight=%s, rows=%d]", lossSum, weightSum, rows);
  }
}
