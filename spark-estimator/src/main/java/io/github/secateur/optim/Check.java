package io.github.secateur.optim;

import java.util.Arrays;
import java.util.Locale;

/** The checks of the options records; a message says what, expected, found and the next move. */
final class Check {
  private Check() {}

  static void that(boolean holds, String name, String expected, Object found, Object suggestion) {
    if (!holds) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s must be %s, found %s; a usual value is %s",
              name,
              expected,
              found,
              suggestion));
    }
  }

  static void fraction(String name, double value, Object suggestion) {
    that(value >= 0 && value < 1, name, "in [0, 1)", value, suggestion);
  }

  static void memory(float[][] values, float[][] memory) {
    int[] expected = lengths(memory);
    int[] found = lengths(values);
    if (!Arrays.equals(found, expected)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "the memory of this optimizer has arrays of lengths %s, found %s; restore it with the"
                  + " same network and solver",
              Arrays.toString(expected),
              Arrays.toString(found)));
    }
  }

  private static int[] lengths(float[][] arrays) {
    return Arrays.stream(arrays).mapToInt(array -> array.length).toArray();
  }
}
