package io.github.secateur.spark.rows;

import io.github.secateur.data.ShardWriter;
import io.github.secateur.nn.Network;
import java.io.Serializable;
import java.util.Arrays;
import java.util.Locale;
import org.apache.spark.ml.linalg.SparseVector;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Reads the features of a row, whatever the type of their columns. Equal values give equal float32
 * numbers: each is rounded from double once, and -0 becomes 0.
 *
 * <table>
 *   <caption>What can hold features</caption>
 *   <tr><th>type</th><th>its numbers</th></tr>
 *   <tr><td>vector, dense or sparse</td><td>its elements</td></tr>
 *   <tr><td>array of numbers</td><td>its elements</td></tr>
 *   <tr><td>array&lt;boolean&gt;</td><td>1 for true, 0 for false</td></tr>
 *   <tr><td>array&lt;byte&gt;, binary</td><td>its bytes, unsigned: 0 to 255</td></tr>
 *   <tr><td>Spark's image struct</td><td>its pixels, 0 to 255, row by row, channels last, in the
 *       order gray, or red, green, blue, alpha; see {@link ImageReader}</td></tr>
 *   <tr><td>a number, a boolean</td><td>its value; one of several columns only</td></tr>
 * </table>
 *
 * <p>Several columns are joined in their order, as VectorAssembler joins them. How many numbers
 * each holds is told by its type or its metadata, or else by the first row; every row must then
 * have as many.
 *
 * <p>Whole numbers beyond 2^24 and decimals of more than 7 digits lose digits in float32.
 *
 * <p>{@link #column()} puts the features of a row into one value; {@link #read} and {@link #write}
 * take that value. Immutable and serializable; for any number of threads.
 */
public final class FeatureReader implements Serializable {
  private static final long serialVersionUID = 1L;

  private static final int UNKNOWN = -1;

  private final String column;
  private final String[] columns; // empty: all features are in the one above
  private final int[] known; // how many numbers each of the columns holds, or UNKNOWN
  private final int width;
  private final InputEnds inputs;
  private final ImageReader images;

  /**
   * Makes a reader.
   *
   * @param column name of the column that holds all features of a row
   * @param columns names of columns that hold some features each; if there are any, they take the
   *     place of {@code column}
   * @param network what reads the features
   */
  public FeatureReader(String column, String[] columns, Network network) {
    this(
        column,
        columns.clone(),
        unknown(columns.length),
        network.inputSize(),
        new InputEnds(network.inputs()),
        new ImageReader(network.inputShape()));
  }

  private FeatureReader(
      String column,
      String[] columns,
      int[] known,
      int width,
      InputEnds inputs,
      ImageReader images) {
    this.column = column;
    this.columns = columns;
    this.known = known;
    this.width = width;
    this.inputs = inputs;
    this.images = images;
  }

  private static int[] unknown(int count) {
    int[] widths = new int[count];
    Arrays.fill(widths, UNKNOWN);
    return widths;
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

  // ---- types -----------------------------------------------------------------------------------

  /**
   * Checks that the columns of a schema can hold the features.
   *
   * @return this reader with what the schema tells of each column's width
   * @throws IllegalArgumentException if a column is missing or of another type, or if they are
   *     known to hold more or fewer numbers than the network reads, or one is known to hold some of
   *     two inputs
   */
  public FeatureReader on(StructType schema) {
    if (columns.length == 0) {
      FeatureTypes.check(ColumnResolver.field(schema, column, "featuresCol").dataType(), column);
      if (ImageReader.isImage(ColumnResolver.field(schema, column, "featuresCol").dataType())) {
        images.checkInput();
      }
      return this;
    }
    int[] widths = new int[columns.length];
    for (int i = 0; i < columns.length; i++) {
      StructField field = ColumnResolver.field(schema, columns[i], "featuresCols");
      FeatureTypes.checkOneOfSeveral(field.dataType(), columns[i]);
      widths[i] = FeatureTypes.width(field);
    }
    checkSum(widths);
    return new FeatureReader(column, columns, widths, width, inputs, images);
  }

  /** Fails if widths cannot be those of the network's input; sets the only one that is unknown. */
  private void checkSum(int[] widths) {
    long sum = 0;
    int unknown = 0;
    for (int each : widths) {
      sum += Math.max(each, 0);
      unknown += each == UNKNOWN ? 1 : 0;
    }
    if (unknown == 0 ? sum != width : sum + unknown > width) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "the network reads %d features, found %s%d in the %d columns of featuresCols%s",
              width,
              unknown == 0 ? "" : "at least ",
              sum + unknown,
              columns.length,
              listed(widths)));
    }
    for (int i = 0; i < widths.length; i++) {
      if (unknown == 1 && widths[i] == UNKNOWN) {
        widths[i] = (int) (width - sum);
      }
    }
    inputs.check(columns, widths);
  }

  /** Returns the widths other than 1, as the end of a message. */
  private String listed(int[] widths) {
    StringBuilder list = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      if (widths[i] > 1) {
        list.append(list.isEmpty() ? ": " : ", ");
        list.append(widths[i]).append(" in ").append(columns[i]);
      }
    }
    return list.toString();
  }

  /**
   * Returns how many numbers each of several columns holds, as far as it is known. Whoever reads
   * rows one after the other hands the same array to {@link #read} each time.
   */
  public int[] newWidths() {
    return known.clone();
  }

  /** Returns whether only rows tell how many numbers the columns hold. */
  public boolean needsFirstRow() {
    return Arrays.stream(known).anyMatch(each -> each == UNKNOWN);
  }

  /** Returns which column a feature comes from, and where it is in it, for a message. */
  public String describe(int feature) {
    if (columns.length == 0) {
      return "index " + feature + " of column \"" + column + "\"";
    }
    int place = feature;
    for (int i = 0; i < columns.length && known[i] != UNKNOWN; i++) {
      if (place < known[i]) {
        return (known[i] == 1 ? "" : "index " + place + " of ") + "column \"" + columns[i] + "\"";
      }
      place -= known[i];
    }
    return "index " + feature + " of featuresCols";
  }

  /**
   * Returns this reader with the widths of a row.
   *
   * @param row a value of {@link #column()}
   * @throws IllegalArgumentException as {@link #read} does
   */
  public FeatureReader withWidthsOf(Row row) {
    int[] widths = newWidths();
    checkWidths(row, widths);
    return new FeatureReader(column, columns, widths, width, inputs, images);
  }

  // ---- values ----------------------------------------------------------------------------------

  /** Reads a row by itself; see the method below. */
  public void read(Object value, float[] target, int offset) {
    read(value, newWidths(), target, offset);
  }

  /**
   * Reads the features of a row.
   *
   * @param value the value of {@link #column()}; may be null
   * @param widths of {@link #newWidths}; takes the widths of the first row
   * @param target receives the features at {@code offset} to {@code offset + width() - 1}
   * @throws IllegalArgumentException if they are null, of another number, or not finite, or if a
   *     column holds some of two inputs; the message names the column
   */
  public void read(Object value, int[] widths, float[] target, int offset) {
    if (columns.length > 0) {
      Row row = (Row) value;
      checkWidths(row, widths);
      int place = offset;
      for (int i = 0; i < widths.length; i++) {
        readOne(row.get(i), widths[i], columns[i], target, place);
        place += widths[i];
      }
    } else if (value instanceof Row image) {
      try {
        images.read(image, target, offset);
      } catch (IllegalArgumentException e) {
        throw inColumn(column, e);
      }
    } else {
      checkWidth(value, width, column);
      readOne(value, width, column, target, offset);
    }
  }

  private static void readOne(Object value, int count, String column, float[] target, int offset) {
    try {
      FeatureValues.read(value, count, target, offset);
    } catch (IllegalArgumentException e) {
      throw inColumn(column, e);
    }
  }

  private void checkWidths(Row row, int[] widths) {
    long sum = 0;
    boolean learned = false;
    for (int i = 0; i < widths.length; i++) {
      Object value = row.get(i);
      if (value == null) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "features must be numbers, found null in column \"%s\"; fill it, or drop the row",
                columns[i]));
      }
      if (widths[i] == UNKNOWN) {
        widths[i] = count(value, columns[i]);
        learned = true;
      } else {
        checkWidth(value, widths[i], columns[i]);
      }
      sum += widths[i];
    }
    if (sum != width) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "the network reads %d features, found %d in the %d columns of featuresCols%s",
              width,
              sum,
              columns.length,
              listed(widths)));
    }
    if (learned) {
      inputs.check(columns, widths);
    }
  }

  private static void checkWidth(Object value, int expected, String column) {
    int found = count(value, column);
    if (found != expected) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "expected %d features, found %s in column \"%s\"",
              expected,
              found < 0 ? value : found,
              column));
    }
  }

  private static int count(Object value, String column) {
    try {
      return FeatureValues.count(value);
    } catch (IllegalArgumentException e) {
      throw inColumn(column, e);
    }
  }

  /** Returns an exception that names the column, before the advice at its end. */
  public static IllegalArgumentException inColumn(String column, IllegalArgumentException e) {
    String message = e.getMessage();
    int advice = message.lastIndexOf("; ");
    int end = advice < 0 ? message.length() : advice;
    return new IllegalArgumentException(
        message.substring(0, end) + " in column \"" + column + "\"" + message.substring(end), e);
  }

  /**
   * Returns how many numbers of a row must be stored, if some are left out as zeros.
   *
   * @param value the value of {@link #column()}; may be null
   * @return -1 if none are left out
   */
  long storedSparsely(Object value) {
    if (columns.length == 0) {
      return value instanceof SparseVector ? FeatureValues.stored(value) : -1;
    }
    Row row = (Row) value;
    long stored = 0;
    boolean sparse = false;
    for (int i = 0; i < columns.length; i++) {
      sparse |= row.get(i) instanceof SparseVector;
      stored += row.get(i) instanceof Row ? width : Math.max(0, FeatureValues.stored(row.get(i)));
    }
    return sparse ? stored : -1;
  }

  /**
   * Writes a row to the training set; what is sparse stays sparse if the writer is.
   *
   * @param value the value of {@link #column()}; may be null
   * @param widths as for {@link #read}
   * @param scratch at least {@link #width()} long
   * @throws IllegalArgumentException as {@link #read} does
   */
  void write(
      Object value, int[] widths, ShardWriter writer, int label, float weight, float[] scratch) {
    if (value instanceof SparseVector sparse && sparse.size() == width) {
      try {
        writer.addSparse(sparse.indices(), sparse.values(), label, weight);
      } catch (IllegalArgumentException e) {
        throw inColumn(column, e);
      }
    } else if (columns.length > 0 && storedSparsely(value) >= 0) {
      writeJoined((Row) value, widths, writer, label, weight, scratch);
    } else {
      read(value, widths, scratch, 0);
      writer.add(scratch, label, weight);
    }
  }

  private void writeJoined(
      Row row, int[] widths, ShardWriter writer, int label, float weight, float[] scratch) {
    checkWidths(row, widths);
    int stored = 0;
    for (int i = 0; i < widths.length; i++) {
      stored += FeatureValues.stored(row.get(i));
    }
    int[] indices = new int[stored];
    double[] values = new double[stored];
    int end = 0;
    int place = 0;
    for (int c = 0; c < widths.length; c++) {
      if (row.get(c) instanceof SparseVector sparse) {
        for (int i = 0; i < sparse.indices().length; i++) {
          indices[end] = place + sparse.indices()[i];
          values[end++] = finite(sparse, i, columns[c]);
        }
      } else {
        readOne(row.get(c), widths[c], columns[c], scratch, 0);
        for (int i = 0; i < widths[c]; i++) {
          indices[end] = place + i;
          values[end++] = scratch[i];
        }
      }
      place += widths[c];
    }
    writer.addSparse(indices, values, label, weight);
  }

  private static float finite(SparseVector vector, int place, String column) {
    try {
      return FeatureValues.finite(vector.values()[place], vector.indices()[place]);
    } catch (IllegalArgumentException e) {
      throw inColumn(column, e);
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
    if (features == null || features.size() != width) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "expected %d features, found %s",
              width,
              features == null ? null : features.size()));
    }
    FeatureValues.read(features, width, target, offset);
  }
}
