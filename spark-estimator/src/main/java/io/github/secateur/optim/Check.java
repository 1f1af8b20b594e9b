package io.github.secateur.optim;

import java.util.Arrays;

/** The checks of the options records; a message says what, expected, found and the next move. */
final class Check {
  private Check() {}

  static void that(boolean holds, String name, String expected, Object found, Object suggestion) {
    if (!holds) {
      throw new IllegalArgumentException(
          "%s must be %s, found %s; a usual value is %s"
              .formatted(name, expected, found, suggestion));
    }
  }

  static void fraction(String name, double value, Object suggestion) {
    that(value >= 0 && value < 1, name, "in [0, 1)", value, suggestion);
  }

  static void memory(float[][] memory, int... lengths) {
    int[] found = Arrays.stream(memory).mapToInt(array -> array.length).toArray();
    if (!Arrays.equals(found, lengths)) {
      throw new IllegalArgumentException(
          "the memory of this optimizer has arrays of lengths %s, found %s; restore it with the same network and solver"
              .formatted(Arrays.toString(lengths), Arrays.toString(found)));
    }
  }
}
