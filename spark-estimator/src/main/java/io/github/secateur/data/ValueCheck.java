package io.github.secateur.data;

/** What the values of a row must be, besides finite. */
@FunctionalInterface
public interface ValueCheck {
  /** Any finite value may stand anywhere. */
  ValueCheck NONE = (place, value) -> {};

  /**
   * Checks a value.
   *
   * @param place its place in the row
   * @throws IllegalArgumentException if it cannot be used; the message says why
   */
  void check(int place, float value);
}
