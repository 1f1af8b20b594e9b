package io.github.secateur.graph;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The shape of one row of a value, without the batch dimension: {@code [784]} for a vector of 784
 * features, {@code [28, 28, 1]} for an image of height 28, width 28 and 1 channel (row-major,
 * channels last).
 *
 * @param dimensions the dimensions, each at least 1
 */
public record Shape(List<Integer> dimensions) {

  /** Checks that there is at least one dimension and that each is at least 1. */
  public Shape {
    dimensions = List.copyOf(dimensions);
    if (dimensions.isEmpty() || dimensions.stream().anyMatch(d -> d < 1)) {
      throw new IllegalArgumentException(
          "a shape needs at least one dimension, each at least 1, found " + dimensions);
    }
    long size = 1;
    for (int dimension : dimensions) {
      size *= dimension;
      if (size > Integer.MAX_VALUE) {
        throw new IllegalArgumentException(
            "a row may hold at most 2^31 - 1 values, found shape " + dimensions);
      }
    }
  }

  /** Returns the shape with the given dimensions. */
  public static Shape of(int... dimensions) {
    return new Shape(Arrays.stream(dimensions).boxed().toList());
  }

  /** Returns the number of dimensions. */
  public int rank() {
    return dimensions.size();
  }

  /** Returns dimension {@code axis}, counted from 0. */
  public int dimension(int axis) {
    return dimensions.get(axis);
  }

  /** Returns the last dimension: the channels of an image, the width of a vector. */
  public int last() {
    return dimensions.get(dimensions.size() - 1);
  }

  /** Returns the number of values in one row. */
  public int size() {
    int size = 1;
    for (int axis = 0; axis < dimensions.size(); axis++) { // asked in training steps: no iterator
      size *= dimensions.get(axis);
    }
    return size;
  }

  /** Returns the dimensions as a new array. */
  public int[] toArray() {
    return dimensions.stream().mapToInt(Integer::intValue).toArray();
  }

  /** Returns the dimensions joined by "×", for example {@code 28×28×1}. */
  @Override
  public String toString() {
    return dimensions.stream().map(String::valueOf).collect(Collectors.joining("×"));
  }
}
