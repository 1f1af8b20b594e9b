package io.github.secateur.optim;

import java.io.Serializable;

/**
 * The constants of stochastic gradient descent.
 *
 * @param momentum how much of the last step's velocity is kept, in [0, 1); 0 for plain gradient
 *     descent
 * @param nesterov whether the gradient is looked up ahead, at the end of the velocity (Nesterov's
 *     momentum)
 */
public record SgdOptions(double momentum, boolean nesterov) implements Serializable {

  /** Momentum 0.9, not Nesterov's. */
  public static final SgdOptions DEFAULTS = new SgdOptions(0.9, false);

  public SgdOptions {
    Check.fraction("momentum", momentum, 0.9);
    Check.that(
        !nesterov || momentum > 0, "momentum", "above 0 with Nesterov's momentum", momentum, 0.9);
  }
}
