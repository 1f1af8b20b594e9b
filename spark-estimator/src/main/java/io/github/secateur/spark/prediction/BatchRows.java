package io.github.secateur.spark.prediction;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.apache.spark.ml.linalg.DenseVector;
import org.apache.spark.ml.linalg.VectorUDT;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.unsafe.Platform;

/**
 * The rows of a batch: copies of those that came, with the results of the network appended. They
 * lie one after the other in one array, which {@link #clear} frees to be used again: it stays in
 * the cache of the processor, where a new array for each row would stream through it. An array of
 * doubles, so that vectors in a row can be read and written as what they are.
 *
 * <p>A row in Spark's format ({@link UnsafeRow}) is a bit for each field that is null, a word for
 * each field, then the values that are longer than a word. The words of such fields hold where the
 * value is, in the upper half, and its length.
 */
final class BatchRows {
  private static final int WORD = UnsafeRow.WORD_SIZE;
  private static final int FIRST_LENGTH = 1 << 13;

  /** In bytes. Larger rows get memory of their own, or that of the largest would be kept. */
  private static final int LARGE_ROW = 1 << 20;

  private static final VectorUDT VECTORS = new VectorUDT();

  // fields of a vector in Spark's format, see VectorUDT
  private static final int VECTOR_FIELDS = 4;
  private static final int VECTOR_VALUES = 3;

  private final int columns;
  private final int columnBits; // words
  private final int bits; // of a row here, in words
  private final int fixed; // words of a row before its long values
  private final int shift; // bytes that long values of the columns move
  private final int[] longColumns;

  private final UnsafeRow results;
  private final long[] resultWords;
  private final int resultsLength; // words of the results' long values
  private final int[] valuePlaces; // words after the fixed part of the results, or -1

  private final UnsafeRow[] rows;
  private int count;
  private double[] memory = {};
  private int used;

  /**
   * Makes room for the rows of a partition, one batch after the other.
   *
   * @param columnTypes of the rows that are copied
   * @param outputs what is appended to each
   * @param classes the length of an output that is a vector
   * @param maxRows of a batch
   */
  BatchRows(DataType[] columnTypes, NetworkOutput[] outputs, int classes, int maxRows) {
    columns = columnTypes.length;
    columnBits = bitWords(columns);
    int fields = columns + outputs.length;
    bits = bitWords(fields);
    fixed = bits + fields;
    shift = WORD * (fixed - columnBits - columns);
    longColumns =
        IntStream.range(0, columns).filter(i -> !UnsafeRow.isFixedLength(columnTypes[i])).toArray();

    results = exampleOf(outputs, classes);
    int resultsFixed = bitWords(outputs.length) + outputs.length;
    resultsLength = results.getSizeInBytes() / WORD - resultsFixed;
    resultWords = new long[outputs.length];
    valuePlaces = new int[outputs.length];
    for (int i = 0; i < outputs.length; i++) {
      valuePlaces[i] = -1;
      if (outputs[i].isVector()) {
        resultWords[i] = results.getLong(i) - ((long) WORD * resultsFixed << Integer.SIZE);
        UnsafeArrayData values = results.getStruct(i, VECTOR_FIELDS).getArray(VECTOR_VALUES);
        long place =
            values.getBaseOffset()
                + UnsafeArrayData.calculateHeaderPortionInBytes(classes)
                - results.getBaseOffset();
        valuePlaces[i] = (int) (place / WORD) - resultsFixed;
      }
    }
    rows = new UnsafeRow[maxRows];
    Arrays.setAll(rows, i -> new UnsafeRow(fields));
  }

  /** Returns a row of results as Spark writes it; later ones differ in their numbers only. */
  private static UnsafeRow exampleOf(NetworkOutput[] outputs, int classes) {
    DataType[] types = new DataType[outputs.length];
    Object[] values = new Object[outputs.length];
    for (int i = 0; i < outputs.length; i++) {
      boolean isVector = outputs[i].isVector();
      types[i] = isVector ? VECTORS.sqlType() : DataTypes.DoubleType;
      values[i] = isVector ? VECTORS.serialize(new DenseVector(new double[classes])) : (Object) 0.0;
    }
    return UnsafeProjection.create(types).apply(new GenericInternalRow(values));
  }

  private static int bitWords(int fields) {
    return UnsafeRow.calculateBitSetWidthInBytes(fields) / WORD;
  }

  /** Frees all rows: what {@link #get} returned is valid until then. */
  void clear() {
    count = 0;
    used = 0;
  }

  /** Forgets the rows behind the first {@code rows}, of which there are as many at least. */
  void keepFirst(int rows) {
    count = rows;
  }

  /** Returns the number of rows. */
  int count() {
    return count;
  }

  /** Returns a row. */
  UnsafeRow get(int row) {
    return rows[row];
  }

  /** Copies a row, without results as yet, and returns the copy. */
  UnsafeRow add(UnsafeRow row) {
    Object source = row.getBaseObject();
    long from = row.getBaseOffset();
    int longBytes = row.getSizeInBytes() - WORD * (columnBits + columns); // whole words
    int length = fixed + longBytes / WORD + resultsLength;
    int start = allocate(length);
    double[] target = memory;
    if (length > memory.length - start) {
      target = new double[length];
      start = 0;
    }
    long to = Platform.DOUBLE_ARRAY_OFFSET + (long) WORD * start;
    for (int i = 0; i < bits; i++) {
      long word = i < columnBits ? Platform.getLong(source, from + (long) WORD * i) : 0;
      Platform.putLong(target, to + (long) WORD * i, word);
    }
    long words = to + (long) WORD * bits;
    Platform.copyMemory(source, from + (long) WORD * columnBits, target, words, WORD * columns);
    for (int column : longColumns) {
      long place = words + (long) WORD * column;
      long word = Platform.getLong(target, place);
      if (word != 0) { // as it is where there is none
        Platform.putLong(target, place, word + ((long) shift << Integer.SIZE));
      }
    }
    long longValues = from + (long) WORD * (columnBits + columns);
    Platform.copyMemory(source, longValues, target, to + (long) WORD * fixed, longBytes);
    addResults(target, words + (long) WORD * columns, to, WORD * fixed + longBytes);
    UnsafeRow copy = rows[count++];
    copy.pointTo(target, to, WORD * length);
    return copy;
  }

  /** Writes the example of results: words at {@code words}, long values at the end of the row. */
  private void addResults(double[] target, long words, long row, int end) {
    for (int i = 0; i < resultWords.length; i++) {
      long word = resultWords[i] == 0 ? 0 : resultWords[i] + ((long) end << Integer.SIZE);
      Platform.putLong(target, words + (long) WORD * i, word);
    }
    int length = WORD * resultsLength;
    long from = results.getBaseOffset() + results.getSizeInBytes() - length;
    Platform.copyMemory(results.getBaseObject(), from, target, row + end, length);
  }

  /** Returns where in {@link #memory} there is room, unless the row is large. */
  private int allocate(int length) {
    if (length > memory.length - used && WORD * (long) length <= LARGE_ROW) {
      // earlier rows keep the array that they are in
      memory = new double[Math.max(length, Math.max(FIRST_LENGTH, 2 * memory.length))];
      used = 0;
    }
    int start = used;
    if (length <= memory.length - used) {
      used += length;
    }
    return start;
  }

  /**
   * Writes a result of a row.
   *
   * @param output its number among the outputs
   * @param values the elements of the vector, or the number
   */
  void setResult(int row, int output, double[] values) {
    UnsafeRow target = rows[row];
    double[] array = (double[]) target.getBaseObject();
    int start = (int) ((target.getBaseOffset() - Platform.DOUBLE_ARRAY_OFFSET) / WORD);
    int place = valuePlaces[output];
    if (place < 0) {
      array[start + bits + columns + output] = values[0];
    } else {
      int end = start + target.getSizeInBytes() / WORD;
      System.arraycopy(values, 0, array, end - resultsLength + place, values.length);
    }
  }
}
