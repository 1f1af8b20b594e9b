package io.github.secateur.spark.rows;

import java.util.Arrays;
import java.util.Locale;
import org.apache.spark.ml.linalg.DenseVector;
import org.apache.spark.ml.linalg.SparseVector;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Row;
import scala.collection.Seq;

/** The numbers in a value of a column, by the type of the value; see {@link FeatureReader}. */
final class FeatureValues {
  private FeatureValues() {}

  /**
   * Returns how many numbers a value holds: 1 for a number or a boolean.
   *
   * @return -1 for null
   * @throws IllegalArgumentException if the value is an image that cannot be read
   */
  static int count(Object value) {
    if (value instanceof Number || value instanceof Boolean) {
      return 1;
    } else if (value instanceof Vector vector) {
      return vector.size();
    } else if (value instanceof byte[] bytes) {
      return bytes.length;
    } else if (value instanceof Seq<?> array) {
      return array.length();
    } else if (value instanceof Row image) {
      return ImageReader.size(image);
    }
    return -1;
  }

  /** Returns how many numbers of a value are stored, which differs for sparse vectors alone. */
  static int stored(Object value) {
    return value instanceof SparseVector sparse ? sparse.indices().length : count(value);
  }

  /**
   * Reads the numbers of a value.
   *
   * @param count as many as it holds
   * @param target receives them at {@code offset} on
   * @throws IllegalArgumentException if one is null or not finite; the message does not name the
   *     column
   */
  static void read(Object value, int count, float[] target, int offset) {
    if (value instanceof Boolean truth) {
      target[offset] = truth ? 1 : 0;
    } else if (value instanceof Number number) {
      target[offset] = finite(number);
    } else if (value instanceof DenseVector dense) {
      double[] values = dense.values();
      for (int i = 0; i < count; i++) {
        target[offset + i] = finite(values[i], i);
      }
    } else if (value instanceof SparseVector sparse) {
      int[] indices = sparse.indices();
      double[] values = sparse.values();
      Arrays.fill(target, offset, offset + count, 0);
      for (int i = 0; i < indices.length; i++) {
        target[offset + indices[i]] = finite(values[i], indices[i]);
      }
    } else if (value instanceof byte[] bytes) {
      for (int i = 0; i < count; i++) {
        target[offset + i] = bytes[i] & 0xff;
      }
    } else if (value instanceof Row image) {
      ImageReader.readPixels(image, count, target, offset);
    } else {
      readArray((Seq<?>) value, count, target, offset);
    }
  }

  private static void readArray(Seq<?> array, int count, float[] target, int offset) {
    for (int i = 0; i < count; i++) {
      Object element = array.apply(i);
      if (element instanceof Byte number) {
        target[offset + i] = number & 0xff;
      } else if (element instanceof Number number) {
        target[offset + i] = finite(number.doubleValue(), i);
      } else if (element instanceof Boolean truth) {
        target[offset + i] = truth ? 1 : 0;
      } else {
        throw new IllegalArgumentException("features must be numbers, found null at index " + i);
      }
    }
  }

  private static float finite(Number value) {
    float rounded = (float) value.doubleValue() + 0f; // -0 becomes 0, as in sparse rows
    if (!Float.isFinite(rounded)) {
      throw new IllegalArgumentException("features must be finite float32 numbers, found " + value);
    }
    return rounded;
  }

  /** Returns a number as float32. */
  static float finite(double value, int index) {
    float rounded = (float) value + 0f; // -0 becomes 0, as in sparse rows
    if (!Float.isFinite(rounded)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "features must be finite float32 numbers, found %s at index %d",
              value,
              index));
    }
    return rounded;
  }
}
