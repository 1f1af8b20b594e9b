package io.github.secateur.kernel;

/**
 * The functions of one value: activations, and the mathematics that networks need beside them.
 * {@code slope} is the one constant that some of them have.
 */
public enum Activation {
  /** max(x, 0); its derivative at 0 is 0. */
  RELU,
  /** min(max(x, 0), 6); its derivative at 0 and 6 is 0 (Sandler et al. 2018). */
  RELU6,
  /** x for x &gt; 0, slope · x otherwise. */
  LEAKY_RELU,
  /** x for x &gt; 0, slope · (exp(x) - 1) otherwise (Clevert et al. 2016). */
  ELU,
  /**
   * {@link #SELU_SCALE} · x for x &gt; 0, {@link #SELU_LIMIT} · (exp(x) - 1) otherwise (Klambauer
   * et al. 2017).
   */
  SELU,
  /**
   * x · Φ(x) with the standard normal distribution Φ, through erf and not its tanh approximation
   * (Hendrycks and Gimpel 2016).
   */
  GELU,
  /** {@link #GELU} with Φ(x) ≈ (1 + tanh(√(2/π) · (x + 0.044715 · x³))) / 2. */
  GELU_TANH,
  /** x · sigmoid(x). */
  SILU,
  /** x · min(max(x + 3, 0), 6) / 6 (Howard et al. 2019). */
  HARD_SWISH,
  /** x · tanh(log(1 + exp(x))) (Misra 2019). */
  MISH,
  TANH,
  /** 1 / (1 + exp(-x)). */
  SIGMOID,
  /** min(max(x + 3, 0), 6) / 6 (Howard et al. 2019). */
  HARD_SIGMOID,
  /** log(1 + exp(x)). */
  SOFTPLUS,
  /** exp(x). */
  EXP,
  /** The natural logarithm; -infinity at 0, NaN below. */
  LOG,
  /**
   * x to the power of {@code slope}. Exponents that are multiples of 1/2 are products, roots and
   * their reciprocals; for others x must not be negative: then it is NaN.
   */
  POW,
  /** |x|; its derivative at 0 is 0. */
  ABS;

  /** The scale of {@link #SELU}. */
  public static final float SELU_SCALE = 1.0507009873554805f;

  /** Minus the limit of {@link #SELU} below 0: its scale times 1.6732632423543772. */
  public static final float SELU_LIMIT = 1.7580993408473766f;

  /**
   * Returns whether the derivative is computed from the output y, so that the input x need not be
   * kept.
   */
  public boolean derivativeReadsOutput() {
    return switch (this) {
      case RELU, RELU6, SELU, TANH, SIGMOID, HARD_SIGMOID, EXP -> true;
      case LEAKY_RELU, ELU, GELU, GELU_TANH, SILU, HARD_SWISH, MISH, SOFTPLUS, LOG, POW, ABS ->
          false;
    };
  }
}
