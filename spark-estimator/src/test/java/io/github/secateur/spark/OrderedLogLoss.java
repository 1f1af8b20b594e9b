package io.github.secateur.spark;

import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.sql.Dataset;

/**
 * The log loss of predictions, with the same bits each time: over one partition. Over several,
 * Spark adds their sums in the order in which the tasks end.
 */
final class OrderedLogLoss extends MulticlassClassificationEvaluator {
  private static final long serialVersionUID = 1L;

  OrderedLogLoss() {
    setMetricName("logLoss");
  }

  @Override
  public double evaluate(Dataset<?> predictions) {
    return super.evaluate(predictions.coalesce(1));
  }
}
