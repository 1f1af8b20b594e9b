package io.github.secateur.train;

/**
 * The mean, by the weight to be expected of rows, of what shards made of a training state in local
 * steps, and what their steps counted. Means of neighbours are combined along {@link TreeSum}: a
 * mean of weight a moves towards one of weight b by the part b / (a + b) of their difference, so
 * that the mean of one shard, or of equal states, keeps its bits.
 */
public final class StateMean {
  /** How many doubles a step of the round takes in {@link #counts()}. */
  public static final int COUNTS_PER_STEP = 4;

  private final float[] values;
  private final double[] counts;
  private double weightSum;
  private long optimizerSteps;

  /**
   * Makes a mean of what is known.
   *
   * @param values the state array, then the arrays that the optimizer remembers; not copied
   * @param weightSum the weight to be expected of the rows that have moved it; 0 if none has
   * @param optimizerSteps the number of steps that the optimizer has taken in the whole training
   * @param counts see {@link #counts()}; not copied
   */
  public StateMean(float[] values, double weightSum, long optimizerSteps, double[] counts) {
    this.values = values;
    this.weightSum = weightSum;
    this.optimizerSteps = optimizerSteps;
    this.counts = counts;
  }

  /** Returns the mean itself, not a copy: state array, then what the optimizer remembers. */
  public float[] values() {
    return values;
  }

  /** Returns the weight to be expected of all rows of the round. */
  public double weightSum() {
    return weightSum;
  }

  /** Returns the largest number of steps that an optimizer has taken. */
  public long optimizerSteps() {
    return optimizerSteps;
  }

  /**
   * Returns for each step of the round Σ weight · loss, the weight to be expected of its rows,
   * their number, and Σ weight.
   */
  public double[] counts() {
    return counts;
  }

  double lossSum(int step) {
    return counts[COUNTS_PER_STEP * step];
  }

  double expectedWeight(int step) {
    return counts[COUNTS_PER_STEP * step + 1];
  }

  long rows(int step) {
    return (long) counts[COUNTS_PER_STEP * step + 2];
  }

  double weightSum(int step) {
    return counts[COUNTS_PER_STEP * step + 3];
  }

  /**
   * Combines this mean with the one to the right of it in the tree.
   *
   * @return the one of the two that now holds the mean of both: the right one if this one has no
   *     weight, else this one. The other is free
   */
  public StateMean plus(StateMean right) {
    StateMean result = weightSum > 0 || right.weightSum == 0 ? this : right;
    StateMean other = result == this ? right : this;
    for (int i = 0; i < counts.length; i++) {
      result.counts[i] = counts[i] + right.counts[i];
    }
    if (other.weightSum > 0) {
      float part = (float) (other.weightSum / (weightSum + right.weightSum));
      for (int i = 0; i < result.values.length; i++) {
        result.values[i] += part * (other.values[i] - result.values[i]);
      }
      result.weightSum += other.weightSum;
    }
    result.optimizerSteps = Math.max(optimizerSteps, right.optimizerSteps);
    return result;
  }
}
