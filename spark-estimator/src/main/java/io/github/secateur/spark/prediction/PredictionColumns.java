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
 * The columns that {@code transform} appends: centered logits, probabilities, classes. Each is
 * computed from the logits as the network gives them, so that it does not depend on which others
 * are asked for.
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
   * @param rawPrediction the name of the column of centered logits; a name that is empty leaves it
   *     out, here and below
   */
  public Dataset<Row> append(
      Dataset<Row> rows, String rawPrediction, String probability, String prediction) {
    List<Column> columns = new ArrayList<>();
    columns.add(functions.col("*"));
    add(rawPrediction, NetworkOutput.rawPrediction(), columns);
    add(probability, NetworkOutput.probability(), columns);
    add(prediction, NetworkOutput.prediction(thresholds), columns);
    if (columns.size() == 1) {
      LOG.warn("transform() does nothing because no output columns were set");
    }
    return rows.select(columns.toArray(Column[]::new));
  }

  /**
   * All of them read one column of logits: where it is in a query several times, it is computed
   * once.
   */
  private void add(String name, NetworkOutput output, List<Column> target) {
    if (!name.isEmpty()) {
      target.add(output.of(logits).as(name, schema.apply(name).metadata()));
    }
  }
}
