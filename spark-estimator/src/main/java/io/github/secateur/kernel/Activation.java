package io.github.secateur.kernel;

/** The activation functions; {@code slope} is the one constant that some of them have. */
public enum Activation {
  /** max(x, 0); its derivative at 0 is 0. */
  RELU,
  /** x for x &gt; 0, slope · x otherwise. */
  LEAKY_RELU,
  /** x for x &gt; 0, slope · (exp(x) - 1) otherwise (Clevert et al. 2016). */
  ELU,
  /**
   * x · Φ(x) with the standard normal distribution Φ, through erf and not its tanh approximation
   * (Hendrycks and Gimpel 2016).
   */
  GELU,
  /** x · sigmoid(x). */
  SILU,
  TANH,
  /** 1 / (1 + exp(-x)). */
  SIGMOID,
  /** min(max(x + 3, 0), 6) / 6 (Howard et al. 2019). */
  HARD_SIGMOID,
  /** log(1 + exp(x)). */
  SOFTPLUS;

  /**
   * Returns whether the derivative is computed from the output y, so that the input x need not be
   * kept.
   */
  public boolean derivativeReadsOutput() {
    return switch (this) {
      case RELU, TANH, SIGMOID, HARD_SIGMOID -> true;
      case LEAKY_RELU, ELU, GELU, SILU, SOFTPLUS -> false;
    };
  }
}
