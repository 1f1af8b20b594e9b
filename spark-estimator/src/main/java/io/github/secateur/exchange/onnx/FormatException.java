package io.github.secateur.exchange.onnx;

import java.util.Locale;

/** A file is damaged, or holds what is not read; the message says what and, where known, where. */
public final class FormatException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Makes an exception whose message is formatted in {@link Locale#ROOT}. */
  public FormatException(String format, Object... values) {
    super(values.length == 0 ? format : String.format(Locale.ROOT, format, values));
  }

  /** Returns one for a file that no program wrote like this; the text says how one sees it. */
  public static FormatException damaged(String format, Object... values) {
    String how = values.length == 0 ? format : String.format(Locale.ROOT, format, values);
    return new FormatException("it is damaged: %s", how);
  }
}
