package io.github.secateur.optim;

import java.io.Serializable;
import java.util.Locale;

/** The indices {@code from} (inclusive) to {@code to} (exclusive) of an array. */
public record IndexRange(int from, int to) implements Serializable {
  public IndexRange {
    if (from < 0 || to < from) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "a range must satisfy 0 <= from <= to, found [%d, %d)", from, to));
    }
  }
}
