package io.github.secateur.spark.prediction;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.spark.ml.linalg.DenseVector;
import org.apache.spark.ml.linalg.VectorUDT;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.sql.catalyst.util.GenericArrayData;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.CalendarInterval;
import org.apache.spark.unsafe.types.UTF8String;
import org.junit.jupiter.api.Test;

class BatchRowsTest {
  private static final VectorUDT VECTORS = new VectorUDT();
  private static final DataType[] TYPES = {
    DataTypes.IntegerType,
    DataTypes.DoubleType,
    DataTypes.BooleanType,
    DataTypes.StringType,
    DataTypes.BinaryType,
    DataTypes.CalendarIntervalType,
    DataTypes.createDecimalType(12, 2),
    DataTypes.createDecimalType(38, 2),
    DataTypes.createArrayType(DataTypes.FloatType),
    new StructType().add("a", DataTypes.StringType).add("b", DataTypes.LongType),
    VECTORS.sqlType()
  };
  private static final DataType[] TEXTS = {DataTypes.LongType, DataTypes.StringType};
  private static final UnsafeProjection TEXT_ROWS = UnsafeProjection.create(TEXTS);

  private static Object value(DataType type, Random random) {
    int number = random.nextInt(1000);
    UTF8String text = UTF8String.fromString("x".repeat(random.nextInt(20)));
    return switch (Arrays.asList(TYPES).indexOf(type)) {
      case 0 -> number;
      case 1 -> random.nextGaussian();
      case 2 -> random.nextBoolean();
      case 3 -> text;
      case 4 -> new byte[random.nextInt(20)];
      case 5 -> new CalendarInterval(number, 2, 3);
      case 6 -> Decimal.apply(new BigDecimal(number + ".25"), 12, 2);
      case 7 -> Decimal.apply(new BigDecimal(number + "0000000000000000000.25"), 38, 2);
      case 8 -> new GenericArrayData(new Object[] {1f, null, (float) number});
      case 9 -> new GenericInternalRow(new Object[] {text, null});
      default -> VECTORS.serialize(new DenseVector(random.doubles(number % 7).toArray()));
    };
  }

  /** As Spark itself writes a row that has the results as columns, byte by byte. */
  @Test
  void resultsAreAppendedAsSparkWritesThem() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    NetworkOutput[] choice = {
      NetworkOutput.logits(), NetworkOutput.probability(), NetworkOutput.prediction(null)
    };
    for (int repeat = 0; repeat < 200; repeat++) {
      int columns = random.nextInt(random.nextInt(4) == 0 ? 140 : 8);
      DataType[] types = new DataType[columns];
      Arrays.setAll(types, i -> TYPES[random.nextInt(TYPES.length)]);
      NetworkOutput[] outputs = new NetworkOutput[random.nextInt(5)];
      Arrays.setAll(outputs, i -> choice[random.nextInt(choice.length)]);
      DataType[] all = Arrays.copyOf(types, columns + outputs.length);
      for (int i = 0; i < outputs.length; i++) {
        all[columns + i] = outputs[i].isVector() ? VECTORS.sqlType() : DataTypes.DoubleType;
      }
      int classes = 2 + random.nextInt(5);
      UnsafeProjection projection = UnsafeProjection.create(types);
      UnsafeProjection whole = UnsafeProjection.create(all);
      BatchRows rows = new BatchRows(types, outputs, classes, 20);
      for (int batch = 0; batch < 3; batch++) {
        rows.clear();
        List<UnsafeRow> expected = new ArrayList<>();
        for (int row = 0; row < 20; row++) {
          Object[] values = new Object[all.length];
          for (int i = 0; i < columns; i++) {
            // for an interval that is null, Spark leaves in the row what was in memory
            boolean mayBeNull = types[i] != DataTypes.CalendarIntervalType;
            values[i] = mayBeNull && random.nextInt(4) == 0 ? null : value(types[i], random);
          }
          rows.add(projection.apply(new GenericInternalRow(Arrays.copyOf(values, columns))));
          for (int i = 0; i < outputs.length; i++) {
            double[] result = random.doubles(outputs[i].isVector() ? classes : 1).toArray();
            rows.setResult(row, i, result);
            values[columns + i] =
                outputs[i].isVector() ? VECTORS.serialize(new DenseVector(result)) : result[0];
          }
          expected.add(whole.apply(new GenericInternalRow(values)).copy());
        }
        for (int row = 0; row < 20; row++) {
          String what = "seed " + seed + ", repeat " + repeat + ", row " + row;
          assertEquals(expected.get(row), rows.get(row), what);
        }
      }
    }
  }

  private static BatchRows texts() {
    NetworkOutput[] outputs = {NetworkOutput.prediction(null)};
    return new BatchRows(TEXTS, outputs, 2, 40);
  }

  /** Each call writes to the memory of the one before. */
  private static UnsafeRow text(long id, int length) {
    UTF8String text = UTF8String.fromString(Long.toString(id % 10).repeat(length));
    return TEXT_ROWS.apply(new GenericInternalRow(new Object[] {id, text}));
  }

  @Test
  void rowsOfAllSizesStayAsTheyWereUntilTheyAreCleared() {
    BatchRows rows = texts();
    for (int batch = 0; batch < 3; batch++) {
      rows.clear();
      for (int i = 0; i < 40; i++) {
        rows.add(text(100 * batch + i, length(i)));
        rows.setResult(i, 0, new double[] {i});
      }
      assertEquals(40, rows.count());
      for (int i = 0; i < 40; i++) {
        UnsafeRow expected = text(100 * batch + i, length(i));
        assertEquals(expected.getLong(0), rows.get(i).getLong(0));
        assertEquals(expected.getUTF8String(1), rows.get(i).getUTF8String(1));
        assertEquals(i, rows.get(i).getDouble(2));
      }
    }
  }

  private static int length(int i) {
    return i == 17 ? 2_000_000 : i * i * 50;
  }

  @Test
  void memoryIsUsedAgainButNotThatOfLargeRows() {
    BatchRows rows = texts();
    Object memory = rows.add(text(1, 10)).getBaseObject();
    rows.clear();
    assertSame(memory, rows.add(text(2, 10)).getBaseObject());
    assertNotSame(memory, rows.add(text(3, 2_000_000)).getBaseObject());
    assertSame(memory, rows.add(text(4, 10)).getBaseObject());
  }
}
