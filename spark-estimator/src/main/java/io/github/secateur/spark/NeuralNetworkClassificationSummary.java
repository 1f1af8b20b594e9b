package io.github.secateur.spark;

import io.github.secateur.spark.rows.ColumnResolver;
import java.util.function.Supplier;
import org.apache.spark.ml.classification.ClassificationSummary;
import org.apache.spark.mllib.evaluation.MulticlassMetrics;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import scala.Tuple3;

/**
 * How well a model does on a dataset: accuracy, and precision, recall and F-measure by label. The
 * metrics are computed by a Spark job when the first one is asked for.
 */
public class NeuralNetworkClassificationSummary implements ClassificationSummary {
  private static final long serialVersionUID = 1L;

  private final transient Supplier<Dataset<Row>> transform;
  private transient Dataset<Row> predictions;
  private final String predictionCol;
  private final String labelCol;
  private final String weightCol;
  private transient MulticlassMetrics metrics;

  NeuralNetworkClassificationSummary(
      Supplier<Dataset<Row>> transform, String predictionCol, String labelCol, String weightCol) {
    this.transform = transform;
    this.predictionCol = predictionCol;
    this.labelCol = labelCol;
    this.weightCol = weightCol;
  }

  /** Returns the dataset with the model's predictions. */
  @Override
  public Dataset<Row> predictions() {
    if (predictions == null) {
      predictions = transform.get(); // not before: most summaries are only asked for the history
    }
    return predictions;
  }

  /** Returns the name of the column of predicted labels. */
  @Override
  public String predictionCol() {
    return predictionCol;
  }

  /** Returns the name of the column of true labels. */
  @Override
  public String labelCol() {
    return labelCol;
  }

  /**
   * Returns the name of the column of row weights, or an empty string if all rows weigh the same.
   */
  @Override
  public String weightCol() {
    return weightCol;
  }

  /**
   * @hidden
   */
  @Override
  public MulticlassMetrics
      org$apache$spark$ml$classification$ClassificationSummary$$multiclassMetrics() {
    if (metrics == null) {
      // not ClassificationSummary.$init$, which takes no weights from inside a struct
      boolean isWeighted =
          !weightCol.isEmpty() && ColumnResolver.exists(predictions().schema(), weightCol);
      Column weight = isWeighted ? functions.col(weightCol) : functions.lit(1.0);
      metrics =
          new MulticlassMetrics(
              predictions()
                  .select(
                      functions.col(ColumnResolver.quoted(predictionCol)),
                      functions.col(labelCol).cast(DataTypes.DoubleType),
                      weight.cast(DataTypes.DoubleType))
                  .javaRDD()
                  .map(row -> new Tuple3<>(row.get(0), row.get(1), row.get(2)))
                  .rdd());
    }
    return metrics;
  }

  /**
   * @hidden
   */
  @Override
  public void
      org$apache$spark$ml$classification$ClassificationSummary$_setter_$org$apache$spark$ml$classification$ClassificationSummary$$multiclassMetrics_$eq(
          MulticlassMetrics value) {
    metrics = value;
  }
}
