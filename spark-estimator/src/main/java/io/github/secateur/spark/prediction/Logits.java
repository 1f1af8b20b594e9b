package io.github.secateur.spark.prediction;

/** What follows from the logits of a row, in double. */
public final class Logits {
  private Logits() {}

  /**
   * Takes the mean of logits away, which leaves their softmax as it is: two become -m and m, and
   * each grows with the probability of its class. The mean is the sum in the order of the classes,
   * divided by their number.
   *
   * <p>Infinite logits stay as they are, and take the others to the other end; where there are both
   * infinities, or a NaN, nothing changes.
   */
  public static void center(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    double mean = sum / values.length;
    if (Double.isNaN(mean)) {
      return;
    }
    for (int i = 0; i < values.length; i++) {
      values[i] = Double.isInfinite(values[i]) ? values[i] : values[i] - mean;
    }
  }

  /** Replaces logits by their softmax: p(i) = exp(z(i) - max z) / Σ exp(z(j) - max z). */
  public static void softmax(double[] values) {
    double largest = values[argmax(values)];
    double sum = 0;
    for (int i = 0; i < values.length; i++) {
      values[i] = Math.exp(values[i] - largest);
      sum += values[i];
    }
    for (int i = 0; i < values.length; i++) {
      values[i] /= sum;
    }
  }

  /** Returns the index of the largest value, the lowest of equals. */
  public static int argmax(double[] values) {
    int best = 0;
    double largest = values[0];
    for (int i = 1; i < values.length; i++) {
      if (values[i] > largest) {
        largest = values[i];
        best = i;
      }
    }
    return best;
  }

  /**
   * Returns the index of the largest probability / threshold, the lowest of equals. A threshold of
   * 0 wins, unless the probability is 0 too.
   */
  public static int argmax(double[] probabilities, double[] thresholds) {
    int best = 0;
    double largest = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < probabilities.length; i++) {
      double scaled = probabilities[i] / thresholds[i];
      if (scaled > largest) {
        largest = scaled;
        best = i;
      }
    }
    return best;
  }

  /**
   * Returns the class that logits predict.
   *
   * @param logits overwritten if there are thresholds
   * @param thresholds one for each class, or null
   */
  public static int predict(double[] logits, double[] thresholds) {
    if (thresholds == null) {
      return argmax(logits);
    }
    softmax(logits);
    return argmax(logits, thresholds);
  }
}
