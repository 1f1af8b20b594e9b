package io.github.secateur.kernel;

/** What several values become as one. */
public enum Reduction {
  /** The sum divided by the number of values. */
  MEAN,
  SUM,
  /** The largest; those that are equal to it share its gradient, as in PyTorch. */
  MAX,
  /** The square root of the sum of squares; its gradient at 0 is 0. */
  L2;

  /** Returns whether the gradient reads the values and what became of them. */
  public boolean gradientReadsValues() {
    return switch (this) {
      case MEAN, SUM -> false;
      case MAX, L2 -> true;
    };
  }
}
