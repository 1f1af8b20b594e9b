package io.github.secateur.spark;

import io.github.secateur.nn.Network;
import io.github.secateur.spark.rows.ColumnResolver;
import io.github.secateur.spark.rows.FeatureReader;
import java.util.function.BiFunction;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.param.shared.HasFeaturesCol;
import org.apache.spark.ml.util.SchemaUtils$;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;

/** Which columns hold the features: {@code featuresCol}, or {@code featuresCols} in its place. */
final class FeatureColumns {
  private FeatureColumns() {}

  /**
   * Returns a reader of the columns that an estimator or a model names.
   *
   * @param network what reads the features
   * @throws IllegalArgumentException if both params are set
   */
  static <P extends NeuralNetworkParams & HasFeaturesCol> FeatureReader reader(
      P stage, Network network) {
    if (stage.getFeaturesCols().length > 0 && stage.isSet(stage.featuresCol())) {
      throw new IllegalArgumentException(
          "either featuresCol or featuresCols must be set, found both; clear one of them");
    }
    return new FeatureReader(stage.getFeaturesCol(), stage.getFeaturesCols(), network);
  }

  /**
   * Checks the types of the columns, then lets Spark check and transform the schema. Spark insists
   * on a column {@code featuresCol} of a type that it is told; the reader knows better.
   *
   * @param featuresCol the param's value
   * @param spark Spark's own transformation of a schema, given the type of the column
   */
  static StructType transform(
      StructType schema,
      FeatureReader reader,
      String featuresCol,
      BiFunction<StructType, DataType, StructType> spark) {
    reader.on(schema);
    if (ColumnResolver.exists(schema, featuresCol)) {
      return spark.apply(schema, SchemaUtils$.MODULE$.getSchemaFieldType(schema, featuresCol));
    }
    DataType vector = SQLDataTypes.VectorType();
    StructType transformed = spark.apply(schema.add(featuresCol, vector), vector);
    StructType result = new StructType();
    for (var field : transformed.fields()) {
      result = field.name().equals(featuresCol) ? result : result.add(field);
    }
    return result;
  }
}
