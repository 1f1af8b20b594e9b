package io.github.secateur.kernel;

import java.util.Arrays;

/**
 * Which values of a row become one. The row is a sequence of blocks [length × inner]; along the
 * first axis of each, values are reduced to [inner] values, which stand at the block's place in the
 * result. Blocks of one place are reduced together, in order.
 *
 * @param length values along the axis that is reduced
 * @param inner values that stay side by side
 * @param places where in a row of the result the values of each block stand
 * @param outputSize values of a row of the result
 */
public record ReductionGeometry(int length, int inner, int[] places, int outputSize) {

  /**
   * Returns the geometry of reducing some axes of a row.
   *
   * @param dimensions the row's dimensions
   * @param reduced for each axis whether it is reduced
   */
  public static ReductionGeometry of(int[] dimensions, boolean[] reduced) {
    int axis = dimensions.length;
    int inner = 1;
    while (axis > 0 && !reduced[axis - 1]) {
      inner *= dimensions[--axis];
    }
    int length = 1;
    while (axis > 0 && reduced[axis - 1]) {
      length *= dimensions[--axis];
    }
    int blocks = 1;
    int outputSize = inner;
    for (int i = 0; i < axis; i++) {
      blocks *= dimensions[i];
      outputSize *= reduced[i] ? 1 : dimensions[i];
    }
    int[] places = new int[blocks];
    for (int block = 0; block < blocks; block++) {
      int rest = block;
      int stride = inner;
      for (int i = axis - 1; i >= 0; i--) {
        int index = rest % dimensions[i];
        rest /= dimensions[i];
        places[block] += reduced[i] ? 0 : index * stride;
        stride *= reduced[i] ? 1 : dimensions[i];
      }
    }
    return new ReductionGeometry(length, inner, places, outputSize);
  }

  /** Returns the number of values of a row. */
  public int inputSize() {
    return places.length * length * inner;
  }

  /** Returns how many values become one. */
  public int reducedValues() {
    return inputSize() / outputSize;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ReductionGeometry g
        && length == g.length
        && inner == g.inner
        && outputSize == g.outputSize
        && Arrays.equals(places, g.places);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * length + inner) + Arrays.hashCode(places);
  }

  @Override
  public String toString() {
    return places.length + " blocks of " + length + "×" + inner + " to " + outputSize + " values";
  }
}
