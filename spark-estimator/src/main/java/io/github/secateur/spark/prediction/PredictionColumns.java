package io.github.secateur.spark.prediction;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The columns that {@code transform} appends: logits, probabilities, classes. The last two are
 * computed from the logits, whether these are asked for or not.
 */
public final class PredictionColumns {
  private static final Logger LOG = LoggerFactory.getLogger(PredictionColumns.class);

  private final Column logits;
  private final StructType schema;
  private final double[] thresholds;

  /**
   * Describes the columns.
   *
   * @param logits the column of {@link LogitsFunction}
   * @param schema what the result looks like, for the attributes of its columns
   * @param thresholds one for each class, or null
   */
  public PredictionColumns(Column logits, StructType schema, double[] thresholds) {
    this.logits = logits;
    this.schema = schema;
    this.thresholds = thresholds;
  }

  /**
   * Appends the columns.
   *
   * @param rawPrediction the name of the column of logits; a name that is empty leaves it out, here
   *     and below
   */
  public Dataset<Row> append(
      Dataset<Row> rows, String rawPrediction, String probability, String prediction) {
    Dataset<Row> result = rows;
    Column from = logits;
    if (!rawPrediction.isEmpty()) {
      result = append(result, List.of(column(rawPrediction, logits)));
      from = functions.col(quoted(rawPrediction)); // or the network would be evaluated again
    }
    List<Column> others = new ArrayList<>();
    if (!probability.isEmpty()) {
      others.add(column(probability, NetworkOutput.probability().of(from)));
    }
    if (!prediction.isEmpty()) {
      others.add(column(prediction, NetworkOutput.prediction(thresholds).of(from)));
    }
    if (rawPrediction.isEmpty() && others.isEmpty()) {
      LOG.warn("transform() does nothing because no output columns were set");
    }
    return append(result, others);
  }

  private static String quoted(String name) {
    return "`" + name.replace("`", "``") + "`";
  }

  private static Dataset<Row> append(Dataset<Row> rows, List<Column> columns) {
    List<Column> all = new ArrayList<>(columns);
    all.add(0, functions.col("*"));
    return rows.select(all.toArray(Column[]::new));
  }

  private Column column(String name, Column values) {
    return values.as(name, schema.apply(name).metadata());
  }
}
