package io.github.secateur.spark.rows;

import io.github.secateur.data.ShardWriter;
import io.github.secateur.graph.Shape;
import java.io.Serializable;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import org.apache.spark.ml.linalg.DenseVector;
import org.apache.spark.ml.linalg.SparseVector;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.VectorUDT;
import org.apache.spark.ml.util.SchemaUtils$;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StructType;
import scala.collection.Seq;

/**
 * Reads the features of a row, whatever the type of their columns. Equal values give equal float32
 * numbers: each is rounded from double once, and -0 becomes 0.
 *
 * <table>
 *   <caption>What can hold features</caption>
 *   <tr><th>type</th><th>its numbers</th></tr>
 *   <tr><td>vector, dense or sparse</td><td>its elements</td></tr>
 *   <tr><td>array&lt;float&gt;, array&lt;double&gt;</td><td>its elements</td></tr>
 *   <tr><td>array&lt;byte&gt;, binary</td><td>its bytes, unsigned: 0 to 255</td></tr>
 *   <tr><td>Spark's image struct</td><td>its pixels, 0 to 255, row by row, channels last, in the
 *       order gray, or red, green, blue, alpha; see {@link ImageReader}</td></tr>
 *   <tr><td>several columns of numbers</td><td>their values, in the order of the columns</td></tr>
 * </table>
 *
 * <p>{@link #column()} puts the features of a row into one value; {@link #read} and {@link #write}
 * take that value. Immutable and serializable; for any number of threads.
 */
public final class FeatureReader implements Serializable {
  private static final long serialVersionUID = 1L;

  private static final Set<DataType> ELEMENTS =
      Set.of(DataTypes.FloatType, DataTypes.DoubleType, DataTypes.ByteType);

  private final String column;
  private final String[] columns; // empty: all features are in the one above
  private final int width;
  private final ImageReader images;

  /**
   * Makes a reader.
   *
   * @param column name of the column that holds all features of a row
   * @param columns names of columns that hold one feature each; if there are any, they take the
   *     place of {@code column}
   * @param input the shape of the network's input
   */
  public FeatureReader(String column, String[] columns, Shape input) {
    this.column = column;
    this.columns = columns.clone();
    this.width = input.size();
    this.images = new ImageReader(input);
  }

  /** Returns the number of features of a row. */
  public int width() {
    return width;
  }

  /** Returns the features of a row as one column, whose values {@link #read} takes. */
  public Column column() {
    return columns.length == 0
        ? functions.col(column)
        : functions.struct(Arrays.stream(columns).map(functions::col).toArray(Column[]::new));
  }

  /** Returns whether the features of a schema are in one column of type vector. */
  public boolean readsVectors(StructType schema) {
    return columns.length == 0
        && SchemaUtils$.MODULE$.getSchemaFieldType(schema, column) instanceof VectorUDT;
  }

  // ---- types -----------------------------------------------------------------------------------

  /**
   * Checks that the columns can hold features.
   *
   * @throws IllegalArgumentException if a column is missing or of another type, or if the columns
   *     are not as many as the network's inputs
   */
  public void checkTypes(StructType schema) {
    if (columns.length == 0) {
      checkType(SchemaUtils$.MODULE$.getSchemaFieldType(schema, column));
      return;
    }
    for (String name : columns) {
      DataType type = SchemaUtils$.MODULE$.getSchemaFieldType(schema, name);
      if (!(type instanceof NumericType)) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "Column %s, one of featuresCols, must be of type numeric but was actually of type"
                    + " %s; cast or index it, or assemble all into a vector",
                name,
                type.catalogString()));
      }
    }
    if (columns.length != width) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "the network reads %d features, found %d columns in featuresCols",
              width,
              columns.length));
    }
  }

  private void checkType(DataType type) {
    boolean fits =
        type instanceof VectorUDT
            || type instanceof BinaryType
            || type instanceof ArrayType array && ELEMENTS.contains(array.elementType())
            || ImageReader.isImage(type);
    if (!fits) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Column %s must be of type vector, array<float>, array<double>, array<byte>, binary"
                  + " or image but was actually of type %s.",
              column,
              type.catalogString()));
    }
    if (ImageReader.isImage(type)) {
      images.checkInput();
    }
  }

  // ---- values ----------------------------------------------------------------------------------

  /**
   * Reads the features of a row.
   *
   * @param value the value of {@link #column()}; may be null
   * @param target receives the features at {@code offset} to {@code offset + width() - 1}
   * @throws IllegalArgumentException if they are null, of another number, or not finite; the
   *     message names the column
   */
  public void read(Object value, float[] target, int offset) {
    if (columns.length > 0) {
      readColumns((Row) value, target, offset);
      return;
    }
    try {
      if (value instanceof Row image) {
        images.read(image, target, offset);
      } else {
        readAny(value, width, target, offset);
      }
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(e.getMessage() + " in column \"" + column + "\"", e);
    }
  }

  /**
   * Writes a row to the training set; a sparse vector stays sparse if the writer is.
   *
   * @param value the value of {@link #column()}; may be null
   * @param scratch at least {@link #width()} long
   * @throws IllegalArgumentException as {@link #read} does
   */
  void write(Object value, ShardWriter writer, int label, float weight, float[] scratch) {
    if (value instanceof SparseVector sparse && sparse.size() == width) {
      try {
        writer.addSparse(sparse.indices(), sparse.values(), label, weight);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(e.getMessage() + " in column \"" + column + "\"", e);
      }
    } else {
      read(value, scratch, 0);
      writer.add(scratch, label, weight);
    }
  }

  /**
   * Reads the features of a vector.
   *
   * @param target receives them at {@code offset} to {@code offset + width - 1}
   * @throws IllegalArgumentException if they are null, of another number, or not finite; the
   *     message does not name the column
   */
  public static void readVector(Vector features, int width, float[] target, int offset) {
    readAny(features, width, target, offset);
  }

  private static void readAny(Object features, int width, float[] target, int offset) {
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
    } else if (features instanceof byte[] bytes) {
      for (int i = 0; i < width; i++) {
        target[offset + i] = bytes[i] & 0xff;
      }
    } else {
      readArray((Seq<?>) features, width, target, offset);
    }
  }

  private static void checkWidth(Object features, int width) {
    int found = -1;
    if (features instanceof Vector vector) {
      found = vector.size();
    } else if (features instanceof byte[] bytes) {
      found = bytes.length;
    } else if (features instanceof Seq<?> array) {
      found = array.length();
    }
    if (found != width) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "expected %d features, found %s", width, found < 0 ? features : found));
    }
  }

  private static void readArray(Seq<?> array, int width, float[] target, int offset) {
    for (int i = 0; i < width; i++) {
      Object element = array.apply(i);
      if (element instanceof Byte number) {
        target[offset + i] = number & 0xff;
      } else if (element instanceof Number number) {
        target[offset + i] = finite(number.doubleValue(), i);
      } else {
        throw new IllegalArgumentException("features must be numbers, found null at index " + i);
      }
    }
  }

  private void readColumns(Row row, float[] target, int offset) {
    for (int i = 0; i < width; i++) {
      if (!(row.get(i) instanceof Number number)) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "features must be numbers, found null in column \"%s\"; fill it, or drop the row",
                columns[i]));
      }
      float rounded = (float) number.doubleValue() + 0f;
      if (!Float.isFinite(rounded)) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "features must be finite float32 numbers, found %s in column \"%s\"",
                number,
                columns[i]));
      }
      target[offset + i] = rounded;
    }
  }

  private static float finite(double value, int index) {
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
