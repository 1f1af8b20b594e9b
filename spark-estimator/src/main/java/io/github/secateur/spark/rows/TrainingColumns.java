package io.github.secateur.spark.rows;

import io.github.secateur.graph.Vocabularies;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;

/**
 * The columns that a training reads, and what their values must be.
 *
 * <p>Names are those that {@link ColumnResolver} takes.
 *
 * @param features reads the features
 * @param label name of the column of labels, of any numeric type
 * @param classes the number of classes
 * @param weight name of the column of row weights, of any numeric type; null if all rows have
 *     weight 1
 * @param validation name of the boolean column that marks validation rows; null if there are none
 * @param vocabularies which features must be indices of an embedding
 */
public record TrainingColumns(
    FeatureReader features,
    String label,
    int classes,
    String weight,
    String validation,
    Vocabularies vocabularies)
    implements Serializable {
  private static final int FEATURES = 0;
  private static final int LABEL = 1;

  /** Returns these columns alone, in the order in which the methods below read them. */
  Dataset<Row> select(Dataset<?> dataset) {
    List<Column> columns = new ArrayList<>(List.of(features.column(), number(label)));
    if (weight != null) {
      columns.add(number(weight));
    }
    if (validation != null) {
      columns.add(functions.col(validation));
    }
    return dataset.select(columns.toArray(Column[]::new));
  }

  private static Column number(String column) {
    return functions.col(column).cast(DataTypes.DoubleType);
  }

  /** Returns the features of a row, a value for {@link FeatureReader}; may be null. */
  static Object features(Row row) {
    return row.get(FEATURES);
  }

  /**
   * Returns the label of a row.
   *
   * @throws IllegalArgumentException if it is no class
   */
  int label(Row row) {
    Object found = row.get(LABEL);
    if (found instanceof Double number
        && number >= 0
        && number < classes
        && number == number.intValue()) {
      return number.intValue();
    }
    throw new IllegalArgumentException(
        String.format(
            Locale.ROOT,
            "labels must be integers in [0, %d), found %s in column \"%s\"; index it with"
                + " StringIndexer, or widen the last layer",
            classes,
            found,
            label));
  }

  /**
   * Returns the weight of a row.
   *
   * @throws IllegalArgumentException if it is null, negative or not finite
   */
  float weight(Row row) {
    if (weight == null) {
      return 1;
    }
    Object found = row.get(LABEL + 1);
    if (found instanceof Double number && number >= 0 && number <= Float.MAX_VALUE) {
      return number.floatValue();
    }
    throw new IllegalArgumentException(
        String.format(
            Locale.ROOT,
            "weights must be finite numbers of at least 0, found %s in column \"%s\"",
            found,
            weight));
  }

  /**
   * Returns whether a row is for validation.
   *
   * @throws IllegalArgumentException if that is unknown
   */
  boolean isValidation(Row row) {
    if (validation == null) {
      return false;
    }
    if (row.get(weight == null ? LABEL + 1 : LABEL + 2) instanceof Boolean marked) {
      return marked;
    }
    throw new IllegalArgumentException(
        String.format(
            Locale.ROOT,
            "validation indicators must be true or false, found null in column \"%s\"",
            validation));
  }
}
