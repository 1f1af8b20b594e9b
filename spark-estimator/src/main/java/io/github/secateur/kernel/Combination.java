package io.github.secateur.kernel;

/** What two values become together. */
public enum Combination {
  /** x + y. */
  ADD,
  /** x - y. */
  SUBTRACT,
  /** x · y. */
  MULTIPLY,
  /** x / y. */
  DIVIDE,
  /** max(x, y); of equal values each takes half of the gradient, as in PyTorch. */
  MAXIMUM,
  /** min(x, y); of equal values each takes half of the gradient. */
  MINIMUM
}
