package io.github.secateur.train;

/**
 * A training that cannot go on: a shard failed, the loss is no number any more, or it was
 * interrupted.
 */
public final class TrainingException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** Makes an exception with a message for the user. */
  public TrainingException(String message) {
    super(message);
  }

  /** Makes an exception with a message for the user and what caused it. */
  public TrainingException(String message, Throwable cause) {
    super(message, cause);
  }
}
