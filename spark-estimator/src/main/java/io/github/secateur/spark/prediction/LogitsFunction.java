package io.github.secateur.spark.prediction;

import io.github.secateur.spark.rows.FeatureReader;
import java.io.Serializable;
import org.apache.spark.ml.linalg.DenseVector;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.sql.Column;
import scala.runtime.AbstractFunction1;

/**
 * The function in a query that gives the logits of a row's features. {@link BatchPrediction} takes
 * it out of the plan and evaluates it for many rows at a time; wherever it stays in the plan, Spark
 * calls it row by row, with the same results.
 */
public final class LogitsFunction extends AbstractFunction1<Object, Object>
    implements Serializable {
  private static final long serialVersionUID = 1L;

  private final InferenceEngines engines;
  private final FeatureReader reader;

  LogitsFunction(InferenceEngines engines, FeatureReader reader) {
    this.engines = engines;
    this.reader = reader;
  }

  /** Returns a column of logits: vectors with one value for each class. */
  public static Column of(InferenceEngines engines, FeatureReader reader) {
    return QueryFunctions.column(
        "logits",
        new LogitsFunction(engines, reader),
        SQLDataTypes.VectorType(),
        true,
        reader.column());
  }

  InferenceEngines engines() {
    return engines;
  }

  FeatureReader reader() {
    return reader;
  }

  @Override
  public Object apply(Object features) {
    InferenceEngines.Predictor predictor = engines.borrow();
    reader.read(features, predictor.input(), predictor.inputOffset(0));
    predictor.forward(1);
    double[] logits = new double[engines.classes()];
    predictor.logits(0, logits);
    engines.giveBack(predictor);
    return new DenseVector(logits);
  }
}
