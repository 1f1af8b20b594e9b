package io.github.secateur.train;

import io.github.secateur.optim.IndexRange;
import java.io.Serializable;
import java.util.List;

/**
 * Makes the loss and its gradient, or an estimate of both, out of a sum over rows: divides by their
 * weight, adds the L2 penalty.
 */
final class MeanGradient implements Serializable {
  private static final long serialVersionUID = 1;

  private final int trainableCount;
  private final IndexRange[] penalized;
  private final double regularization;

  /**
   * Prepares for a layout.
   *
   * @param penalized where the kernels stand
   * @param regularization λ of the penalty λ/2 · Σ w²
   */
  MeanGradient(int trainableCount, List<IndexRange> penalized, double regularization) {
    this.trainableCount = trainableCount;
    this.penalized = penalized.toArray(IndexRange[]::new);
    this.regularization = regularization;
  }

  /** Returns whether there is a penalty. */
  boolean hasPenalty() {
    return regularization > 0;
  }

  /**
   * Changes the weight gradients in the sum to those of the loss.
   *
   * @param weight what to divide by, above 0: the weight of the rows, or that to be expected of so
   *     many
   * @return the loss: mean over rows plus penalty
   */
  double apply(float[] weights, GradientSum sum, double weight) {
    float[] gradient = sum.values();
    divide(gradient, weight, 0, trainableCount);
    double loss = sum.lossSum() / weight;
    return hasPenalty() ? loss + addPenalty(weights, gradient) : loss;
  }

  /**
   * Divides the weight gradients [from, to) of a sum by a weight: all there is to do without a
   * penalty.
   */
  static void divide(float[] gradient, double weight, int from, int to) {
    float divisor = (float) weight;
    for (int i = from; i < to; i++) {
      gradient[i] /= divisor;
    }
  }

  private double addPenalty(float[] weights, float[] gradient) {
    float lambda = (float) regularization;
    double squares = 0;
    for (IndexRange range : penalized) {
      for (int i = range.from(); i < range.to(); i++) {
        gradient[i] += lambda * weights[i];
        squares += (double) weights[i] * weights[i];
      }
    }
    return regularization / 2 * squares;
  }
}
