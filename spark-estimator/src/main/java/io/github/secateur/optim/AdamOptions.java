package io.github.secateur.optim;

import java.io.Serializable;

/**
 * The constants of Adam and AdamW.
 *
 * @param beta1 the decay of the running mean of the gradient, in [0, 1)
 * @param beta2 the decay of the running mean of its square, in [0, 1)
 * @param epsilon what is added to the denominator, above 0
 */
public record AdamOptions(double beta1, double beta2, double epsilon) implements Serializable {

  /** The values of the paper. */
  public static final AdamOptions DEFAULTS = new AdamOptions(0.9, 0.999, 1e-8);

  public AdamOptions {
    Check.fraction("beta1", beta1, 0.9);
    Check.fraction("beta2", beta2, 0.999);
    Check.that(
        epsilon > 0 && epsilon < Double.POSITIVE_INFINITY, "epsilon", "above 0", epsilon, 1e-8);
  }
}
