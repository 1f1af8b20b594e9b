package io.github.secateur.graph;

import java.util.Locale;

/** How a window that leaves the image is treated. */
public enum Padding {
  /**
   * Zeros are added around the image; the output has ceil(input / stride) positions. Surplus goes
   * below and right.
   */
  SAME,
  /** No padding; the output has ceil((input - window + 1) / stride) positions. */
  VALID;

  /** Returns its name in JSON. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Returns the padding of a name in JSON.
   *
   * @throws IllegalArgumentException if there is none of this name
   */
  public static Padding of(String label) {
    return valueOf(label.toUpperCase(Locale.ROOT));
  }

  /**
   * Returns the number of output positions along one axis. At most 0 if the window does not fit.
   */
  public int outputSize(int input, int window, int stride) {
    return this == SAME ? (input + stride - 1) / stride : Math.floorDiv(input - window, stride) + 1;
  }

  /** Returns the number of zeros before the first input position along one axis. */
  public int before(int input, int window, int stride) {
    if (this == VALID) {
      return 0;
    }
    int total = Math.max((outputSize(input, window, stride) - 1) * stride + window - input, 0);
    return total / 2;
  }
}
