package io.github.secateur.spark;

import io.github.secateur.train.EpochRecord;
import io.github.secateur.train.History;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** The history of a training as a DataFrame: a row for each epoch. */
final class HistoryFrame {
  private HistoryFrame() {}

  /**
   * Returns the epochs, in order, with a column for each component of {@link EpochRecord}, named as
   * it is; null where a number is not known.
   */
  static Dataset<Row> of(History history, SparkSession session) {
    StructType schema = new StructType();
    for (RecordComponent component : EpochRecord.class.getRecordComponents()) {
      schema = schema.add(component.getName(), type(component.getType()));
    }
    List<Row> rows = new ArrayList<>();
    for (EpochRecord epoch : history.epochs()) {
      rows.add(row(epoch));
    }
    return session.createDataFrame(rows, schema);
  }

  private static Row row(EpochRecord epoch) {
    List<Object> values = new ArrayList<>();
    for (RecordComponent component : EpochRecord.class.getRecordComponents()) {
      try {
        Object value = component.getAccessor().invoke(epoch);
        values.add(value instanceof Double number && number.isNaN() ? null : value);
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException(e); // a record and its accessors are public
      }
    }
    return RowFactory.create(values.toArray());
  }

  private static DataType type(Class<?> type) {
    if (type == int.class) {
      return DataTypes.IntegerType;
    }
    return type == long.class ? DataTypes.LongType : DataTypes.DoubleType;
  }
}
