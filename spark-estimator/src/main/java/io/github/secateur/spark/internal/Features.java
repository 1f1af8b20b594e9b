package io.github.secateur.spark.internal;

import java.util.Arrays;
import org.apache.spark.ml.linalg.DenseVector;
import org.apache.spark.ml.linalg.SparseVector;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.VectorUDT;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import scala.Option;
import scala.collection.Seq;

/**
 * Reads the value of a features column: a vector, dense or sparse, or an array of float or double.
 * All of them give the same float32 numbers.
 */
public final class Features {
  private Features() {}

  /**
   * Returns the type of a features column.
   *
   * @param otherwise the result if the schema has no such column at its top level
   * @throws IllegalArgumentException if a column of that type cannot hold features
   */
  public static DataType typeOf(StructType schema, String column, DataType otherwise) {
    Option<Object> index = schema.getFieldIndex(column);
    if (index.isEmpty()) {
      return otherwise;
    }
    DataType type = schema.fields()[(int) index.get()].dataType();
    if (!(type instanceof VectorUDT) && !isArray(type)) {
      throw new IllegalArgumentException(
          "Column %s must be of type vector, array<float> or array<double> but was actually of type %s."
              .formatted(column, type.catalogString()));
    }
    return type;
  }

  /** Returns whether the type is array&lt;float&gt; or array&lt;double&gt;. */
  public static boolean isArray(DataType type) {
    return type instanceof ArrayType array
        && (array.elementType().equals(DataTypes.FloatType)
            || array.elementType().equals(DataTypes.DoubleType));
  }

  /**
   * Writes the features of one row.
   *
   * @param features the value of the column; may be null
   * @param width the expected number of features
   * @param target receives them at {@code offset} to {@code offset + width - 1}
   * @throws IllegalArgumentException if they are null, of another number, or not finite; the
   *     message does not name the column
   */
  public static void copyTo(Object features, int width, float[] target, int offset) {
    checkWidth(features, width);
    if (features instanceof DenseVector dense) {
      double[] values = dense.values();
      for (int i = 0; i < width; i++) {
        target[offset + i] = finite(values[i], i);
      }
    } else if (features instanceof SparseVector sparse) {
      int[] indices = sparse.indices();
      double[] values = sparse.values();
      Arrays.fill(target, offset, offset + width, 0);
      for (int i = 0; i < indices.length; i++) {
        target[offset + indices[i]] = finite(values[i], indices[i]);
      }
    } else {
      Seq<?> values = (Seq<?>) features;
      for (int i = 0; i < width; i++) {
        if (!(values.apply(i) instanceof Number number)) {
          throw new IllegalArgumentException("features must be numbers, found null at index " + i);
        }
        target[offset + i] = finite(number.doubleValue(), i);
      }
    }
  }

  /** Returns the features of one row as a vector; see {@link #copyTo}. */
  public static Vector toVector(Object features, int width) {
    float[] values = new float[width];
    copyTo(features, width, values, 0);
    double[] widened = new double[width];
    Arrays.setAll(widened, i -> values[i]);
    return Vectors.dense(widened);
  }

  private static void checkWidth(Object features, int width) {
    Object found = features;
    if (features instanceof Vector vector) {
      found = vector.size();
    } else if (features != null) {
      found = ((Seq<?>) features).length();
    }
    if (!Integer.valueOf(width).equals(found)) {
      throw new IllegalArgumentException("expected %d features, found %s".formatted(width, found));
    }
  }

  private static float finite(double value, int index) {
    float rounded = (float) value + 0f; // -0 becomes 0, as in sparse rows
    if (!Float.isFinite(rounded)) {
      throw new IllegalArgumentException(
          "features must be finite float32 numbers, found %s at index %d".formatted(value, index));
    }
    return rounded;
  }
}
