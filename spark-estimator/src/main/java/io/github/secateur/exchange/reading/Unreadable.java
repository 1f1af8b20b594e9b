package io.github.secateur.exchange.reading;

import java.util.Locale;

/** An operator cannot become a layer; the message says why. */
final class Unreadable extends RuntimeException {
  private static final long serialVersionUID = 1L;

  Unreadable(String format, Object... values) {
    super(
        values.length == 0 ? format : String.format(Locale.ROOT, format, values),
        null,
        false,
        false);
  }
}
