package io.github.secateur.plan;

/** How the backward computation of an operator contributes to the gradient of one of its inputs. */
public enum Contribution {
  /** The gradient is not needed. */
  NONE,
  /** It is the only or the first contribution: it is written to the gradient's buffer. */
  WRITE,
  /**
   * It equals the gradient of the operator's value and is the only contribution: both share one
   * buffer.
   */
  ALIAS,
  /** It equals the gradient of the operator's value, and others follow: it is copied. */
  COPY,
  /**
   * It equals the gradient of the operator's value, and others came before: it is added to them.
   */
  ADD,
  /** Others came before: it is written to a buffer of its own, then added to them. */
  WRITE_AND_ADD
}
