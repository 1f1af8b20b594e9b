package io.github.secateur.optim;

import java.io.Serializable;

/**
 * The constants of L-BFGS.
 *
 * @param history how many past steps shape the approximate Hessian, at least 1
 */
public record LbfgsOptions(int history) implements Serializable {

  /** A history of 10 steps, as in Spark ML. */
  public static final LbfgsOptions DEFAULTS = new LbfgsOptions(10);

  public LbfgsOptions {
    Check.that(history >= 1, "history", "at least 1", history, 10);
  }
}
