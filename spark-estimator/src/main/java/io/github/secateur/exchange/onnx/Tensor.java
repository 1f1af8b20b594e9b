package io.github.secateur.exchange.onnx;

import java.util.Arrays;

/**
 * An array of numbers, row-major: floating-point ones of every width as float32, whole numbers and
 * booleans (0 and 1) as long. Not to be changed.
 */
public final class Tensor {
  private final int[] dimensions;
  private final float[] floats;
  private final long[] longs;

  private Tensor(int[] dimensions, float[] floats, long[] longs) {
    this.dimensions = dimensions;
    this.floats = floats;
    this.longs = longs;
    int length = floats == null ? longs.length : floats.length;
    if (length != size(dimensions)) {
      throw FormatException.damaged(
          "a tensor of shape %s has %d values, found %d",
          Arrays.toString(dimensions), size(dimensions), length);
    }
  }

  /** Returns a tensor of floating-point numbers. */
  public static Tensor of(int[] dimensions, float[] values) {
    return new Tensor(dimensions.clone(), values, null);
  }

  /** Returns a tensor of whole numbers. */
  public static Tensor of(int[] dimensions, long[] values) {
    return new Tensor(dimensions.clone(), null, values);
  }

  /** Returns a vector of whole numbers. */
  public static Tensor vector(long... values) {
    return new Tensor(new int[] {values.length}, null, values);
  }

  /**
   * Returns the number of values of a shape.
   *
   * @throws FormatException if it is more than 2^31 - 9
   */
  public static int size(int[] dimensions) {
    long size = 1;
    for (int dimension : dimensions) {
      if (dimension == 0) {
        return 0;
      }
    }
    for (int dimension : dimensions) {
      size *= dimension;
      if (dimension < 0 || size > Integer.MAX_VALUE - 8) {
        throw FormatException.damaged(
            "a tensor may have at most 2^31 - 9 values, found shape %s",
            Arrays.toString(dimensions));
      }
    }
    return (int) size;
  }

  /** Returns the length along each axis. */
  public int[] dimensions() {
    return dimensions.clone();
  }

  /** Returns the number of axes. */
  public int rank() {
    return dimensions.length;
  }

  /** Returns the length along an axis. */
  public int dimension(int axis) {
    return dimensions[axis];
  }

  /** Returns the number of values. */
  public int size() {
    return floats == null ? longs.length : floats.length;
  }

  /** Returns whether it holds floating-point numbers. */
  public boolean isFloat() {
    return floats != null;
  }

  /** Returns a value. */
  public float floatAt(int index) {
    return floats == null ? longs[index] : floats[index];
  }

  /** Returns a value; the fraction of a floating-point number is dropped. */
  public long longAt(int index) {
    return longs == null ? (long) floats[index] : longs[index];
  }

  /** Returns a copy of all values. */
  public float[] toFloats() {
    if (floats != null) {
      return floats.clone();
    }
    float[] values = new float[longs.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = longs[i];
    }
    return values;
  }

  /** Returns a copy of all values; fractions are dropped. */
  public long[] toLongs() {
    if (longs != null) {
      return longs.clone();
    }
    long[] values = new long[floats.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (long) floats[i];
    }
    return values;
  }

  /** Returns all values as whole numbers of 32 bits, larger ones as the largest of these. */
  public int[] toInts() {
    int[] values = new int[size()];
    for (int i = 0; i < values.length; i++) {
      long value = longAt(i);
      // the largest long stands for "to the end" in slices
      values[i] = (int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, value));
    }
    return values;
  }

  /** Returns the same values in another shape. */
  public Tensor reshaped(int... shape) {
    return new Tensor(shape.clone(), floats, longs);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Tensor tensor
        && Arrays.equals(dimensions, tensor.dimensions)
        && Arrays.equals(floats, tensor.floats)
        && Arrays.equals(longs, tensor.longs);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(dimensions) * 31 + Arrays.hashCode(floats) + Arrays.hashCode(longs);
  }
}
