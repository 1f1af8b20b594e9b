package io.github.secateur.spark.prediction;

import io.github.secateur.spark.rows.FeatureReader;
import java.util.Arrays;
import org.apache.spark.ml.linalg.VectorUDT;
import org.apache.spark.sql.catalyst.CatalystTypeConverters;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.unsafe.Platform;
import org.apache.spark.unsafe.bitset.BitSetMethods;
import scala.Function1;

/**
 * Reads features in Spark's internal format: the numbers and errors of {@link FeatureReader},
 * without an object for each row where the features are a vector or an array. Belongs to one
 * thread.
 */
final class CatalystFeatures {
  // the fields of VectorUDT
  private static final int VECTOR_TYPE = 0;
  private static final int VECTOR_SIZE = 1;
  private static final int VECTOR_INDICES = 2;
  private static final int VECTOR_VALUES = 3;
  private static final int VECTOR_FIELDS = 4;
  private static final byte DENSE = 1;

  /** Of the number of elements, before the null bits of an array. */
  private static final int COUNT_BYTES = 8;

  private final FeatureReader reader;
  private final DataType type;
  private final int width;
  private final int[] widths;
  private final boolean isVector;
  private final DataType element;
  private final Elements elements;
  private final Function1<Object, Object> converter;
  private double[] doubles; // of a row; made for the first that needs it

  /**
   * Makes a reader of a column.
   *
   * @param type the type of the column that {@code reader} reads
   */
  CatalystFeatures(FeatureReader reader, DataType type) {
    this.reader = reader;
    this.type = type;
    this.width = reader.width();
    this.widths = reader.newWidths();
    this.isVector = type instanceof VectorUDT;
    this.element = type instanceof ArrayType array ? array.elementType() : null;
    this.elements = Elements.of(element == null ? DataTypes.DoubleType : element);
    this.converter = CatalystTypeConverters.createToScalaConverter(type);
  }

  /**
   * Reads the features of a row.
   *
   * @param source holds the features, which may be null, in column {@code place}
   * @param predictor receives them
   * @param row where they belong in its batch
   * @throws IllegalArgumentException as {@link FeatureReader#read}
   */
  void read(InternalRow source, int place, InferenceEngines.Predictor predictor, int row) {
    boolean isNull = source.isNullAt(place);
    boolean done = false;
    if (isVector && !isNull) {
      InternalRow vector = source.getStruct(place, VECTOR_FIELDS);
      done =
          vector.getByte(VECTOR_TYPE) == DENSE
              ? readArray(vector.getArray(VECTOR_VALUES), DataTypes.DoubleType, predictor, row)
              : readSparse(vector, predictor.input(), predictor.inputOffset(row));
    } else if (element != null && !isNull) {
      done = readArray(source.getArray(place), element, predictor, row);
    }
    if (!done) {
      // another type, or an error that the reader describes
      Object value = isNull ? null : converter.apply(source.get(place, type));
      reader.read(value, widths, predictor.input(), predictor.inputOffset(row));
    }
  }

  /** Returns false if the values cannot be features. */
  private boolean readArray(
      ArrayData values, DataType type, InferenceEngines.Predictor predictor, int row) {
    if (values.numElements() != width) {
      return false;
    }
    if (type.equals(DataTypes.DoubleType) && values instanceof UnsafeArrayData unsafe) {
      return readDoubles(unsafe, predictor, row);
    }
    float[] target = predictor.input();
    int offset = predictor.inputOffset(row);
    for (int i = 0; i < width; i++) {
      if (values.isNullAt(i)) {
        return false;
      }
      float value = elements.read(values, i);
      if (!Float.isFinite(value)) {
        return false;
      }
      target[offset + i] = value + 0f; // -0 becomes 0, as in sparse rows
    }
    return true;
  }

  /** Reads an element of an array as {@link FeatureReader} does: as a double that is rounded. */
  private interface Elements {
    float read(ArrayData values, int index);

    static Elements of(DataType type) {
      if (type instanceof DecimalType decimal) {
        return (values, i) -> {
          Decimal value = values.getDecimal(i, decimal.precision(), decimal.scale());
          return (float) value.toJavaBigDecimal().doubleValue();
        };
      }
      return switch (type.typeName()) {
        case "float" -> ArrayData::getFloat;
        case "double" -> (values, i) -> (float) values.getDouble(i);
        case "byte" -> (values, i) -> values.getByte(i) & 0xff;
        case "short" -> ArrayData::getShort;
        case "integer" -> ArrayData::getInt;
        case "long" -> (values, i) -> (float) (double) values.getLong(i);
        case "boolean" -> (values, i) -> values.getBoolean(i) ? 1 : 0;
        default -> throw new IllegalArgumentException("no element of features: " + type);
      };
    }
  }

  private boolean readDoubles(
      UnsafeArrayData values, InferenceEngines.Predictor predictor, int row) {
    long header = UnsafeArrayData.calculateHeaderPortionInBytes(width);
    Object base = values.getBaseObject();
    long offset = values.getBaseOffset();
    if (BitSetMethods.anySet(base, offset + COUNT_BYTES, header / Double.BYTES - 1)) {
      return false; // a null
    }
    offset += header;
    if (base instanceof double[] array) { // of a row in a RowArena
      long index = (offset - Platform.DOUBLE_ARRAY_OFFSET) / Double.BYTES;
      return predictor.setRow(row, array, (int) index);
    }
    if (doubles == null) {
      doubles = new double[width];
    }
    // in one piece, which is several times faster than one by one
    long length = (long) Double.BYTES * width;
    Platform.copyMemory(base, offset, doubles, Platform.DOUBLE_ARRAY_OFFSET, length);
    return predictor.setRow(row, doubles, 0);
  }

  private boolean readSparse(InternalRow vector, float[] target, int offset) {
    if (vector.getInt(VECTOR_SIZE) != width) {
      return false;
    }
    ArrayData indices = vector.getArray(VECTOR_INDICES);
    ArrayData values = vector.getArray(VECTOR_VALUES);
    Arrays.fill(target, offset, offset + width, 0);
    for (int i = 0; i < indices.numElements(); i++) {
      float value = (float) values.getDouble(i);
      if (!Float.isFinite(value)) {
        return false;
      }
      target[offset + indices.getInt(i)] = value + 0f;
    }
    return true;
  }
}
