package io.github.secateur.graph;

import java.util.List;
import java.util.Objects;

/** By how much windows may leave the image on each side. What they read there is the padding. */
public final class Padding {

  /**
   * As much as the window needs for ceil(input / stride) positions along each axis. An odd rest
   * goes below and right.
   */
  public static final Padding SAME = new Padding("same", 0, 0, 0, 0);

  /** Not at all. */
  public static final Padding VALID = new Padding("valid", 0, 0, 0, 0);

  private final String label;
  private final int top;
  private final int left;
  private final int bottom;
  private final int right;

  private Padding(String label, int top, int left, int bottom, int right) {
    this.label = label;
    this.top = top;
    this.left = left;
    this.bottom = bottom;
    this.right = right;
  }

  /** Returns padding of so many pixels on each side. */
  public static Padding of(int pixels) {
    return of(pixels, pixels, pixels, pixels);
  }

  /** Returns padding of so many pixels on the four sides. */
  public static Padding of(int top, int left, int bottom, int right) {
    boolean none = top == 0 && left == 0 && bottom == 0 && right == 0;
    return none ? VALID : new Padding("", top, left, bottom, right);
  }

  /**
   * Returns the padding that is written so in JSON: "same", "valid", or the pixels on the four
   * sides as a list.
   *
   * @throws IllegalArgumentException if it is none of these
   */
  public static Padding ofWritten(Object written) {
    if (written instanceof List<?> sides && sides.size() == 4) {
      return of(
          (Integer) sides.get(0),
          (Integer) sides.get(1),
          (Integer) sides.get(2),
          (Integer) sides.get(3));
    }
    for (Padding padding : List.of(SAME, VALID)) {
      if (padding.label.equals(written)) {
        return padding;
      }
    }
    throw new IllegalArgumentException(
        "padding must be \"same\", \"valid\" or a list of four sides, found " + written);
  }

  /** Returns how it is written in JSON: "same", "valid", or [top, left, bottom, right]. */
  public Object written() {
    return label.isEmpty() ? sides() : label;
  }

  /** Returns the pixels that it names on the four sides: top, left, bottom, right. */
  List<Integer> sides() {
    return List.of(top, left, bottom, right);
  }

  /**
   * Returns the pixels before the image and behind it along one axis.
   *
   * @param reach how much of the image one window spans
   */
  private int total(boolean vertical, int input, int reach, int stride) {
    if (this == SAME) {
      int positions = (input + stride - 1) / stride;
      return Math.max((positions - 1) * stride + reach - input, 0);
    }
    return vertical ? top + bottom : left + right;
  }

  /** Returns the pixels before the image along one axis: above it, or left of it. */
  int before(boolean vertical, int input, int reach, int stride) {
    if (this == SAME) {
      return total(vertical, input, reach, stride) / 2;
    }
    return vertical ? top : left;
  }

  /** Returns the pixels behind the image along one axis: below it, or right of it. */
  int after(boolean vertical, int input, int reach, int stride) {
    return total(vertical, input, reach, stride) - before(vertical, input, reach, stride);
  }

  /**
   * Returns the number of positions of a window along one axis; at most 0 if it does not fit.
   *
   * @param ceil whether the last window may leave the padding, if it starts before it
   */
  int positions(boolean vertical, int input, int reach, int stride, boolean ceil) {
    if (this == SAME) {
      return (input + stride - 1) / stride;
    }
    int space = input + total(vertical, input, reach, stride) - reach;
    int positions = (int) Math.floorDiv((long) space + (ceil ? stride - 1 : 0), (long) stride) + 1;
    boolean startsBehind =
        (positions - 1) * stride >= input + before(vertical, input, reach, stride);
    return ceil && startsBehind ? positions - 1 : positions;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Padding padding
        && label.equals(padding.label)
        && sides().equals(padding.sides());
  }

  @Override
  public int hashCode() {
    return Objects.hash(label, top, left, bottom, right);
  }

  @Override
  public String toString() {
    return written().toString();
  }
}
