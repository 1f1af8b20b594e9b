package io.github.secateur.exchange;

/**
 * A file cannot be read or written: it is damaged, unsafe, or holds what has no counterpart. The
 * message names the file, says what stands in the way, and the next move.
 */
public final class ExchangeException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ExchangeException(String message, Throwable cause) {
    super(message, cause);
  }
}
