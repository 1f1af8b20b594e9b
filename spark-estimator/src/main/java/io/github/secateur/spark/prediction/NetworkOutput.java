package io.github.secateur.spark.prediction;

import java.io.Serializable;
import java.util.List;
import org.apache.spark.ml.linalg.DenseVector;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.catalyst.expressions.AttributeReference;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import scala.runtime.AbstractFunction1;

/**
 * A column that {@code transform} computes from the logits of a row: the raw prediction, the
 * probabilities, or the prediction; or these logits themselves, which the others read. As a
 * function in a query, it takes the vector of logits; where {@link BatchPrediction} evaluates the
 * network, it takes them as they come out of it.
 */
abstract class NetworkOutput extends AbstractFunction1<Object, Object> implements Serializable {
  private static final long serialVersionUID = 1L;

  private final String name;
  private final boolean isVector;

  private NetworkOutput(String name, boolean isVector) {
    this.name = name;
    this.isVector = isVector;
  }

  /** The logits themselves. */
  static NetworkOutput logits() {
    return new Logit();
  }

  /** The logits less their mean: see {@link Logits#center}. */
  static NetworkOutput rawPrediction() {
    return new RawPrediction();
  }

  /** The probability of each class. */
  static NetworkOutput probability() {
    return new Probability();
  }

  /**
   * The predicted class.
   *
   * @param thresholds one for each class, or null
   */
  static NetworkOutput prediction(double[] thresholds) {
    return new Prediction(thresholds);
  }

  /** Whether the result is a vector with a value for each class; otherwise it is one number. */
  final boolean isVector() {
    return isVector;
  }

  /** Whether these are the logits, which the other outputs follow from. */
  boolean isLogits() {
    return false;
  }

  /** The type of the column. */
  final DataType type() {
    return isVector ? SQLDataTypes.VectorType() : DataTypes.DoubleType;
  }

  /** Makes a column for this output of an {@link EvaluateNetwork}, which no other operator has. */
  final AttributeReference newColumn() {
    return new AttributeReference(
        name,
        type(),
        isVector,
        Metadata.empty(),
        NamedExpression.newExprId(),
        QueryColumns.toScala(List.of()));
  }

  /** Returns the column of this output in a query. */
  final Column of(Column logits) {
    return QueryFunctions.column(name, this, type(), isVector, logits);
  }

  /**
   * Computes the result for a row.
   *
   * @param logits one for each class; unchanged
   * @param result receives as many, or one number
   */
  abstract void compute(double[] logits, double[] result);

  @Override
  public final Object apply(Object vector) {
    double[] logits = ((Vector) vector).toArray();
    double[] result = new double[isVector ? logits.length : 1];
    compute(logits, result);
    if (isVector) {
      return new DenseVector(result);
    }
    return result[0];
  }

  @Override
  public final String toString() {
    return name;
  }

  private static final class Logit extends NetworkOutput {
    private static final long serialVersionUID = 1L;

    Logit() {
      super("logits", true);
    }

    @Override
    boolean isLogits() {
      return true;
    }

    @Override
    void compute(double[] logits, double[] result) {
      System.arraycopy(logits, 0, result, 0, logits.length);
    }
  }

  private static final class RawPrediction extends NetworkOutput {
    private static final long serialVersionUID = 1L;

    RawPrediction() {
      super("rawPrediction", true);
    }

    @Override
    void compute(double[] logits, double[] result) {
      System.arraycopy(logits, 0, result, 0, logits.length);
      Logits.center(result);
    }
  }

  private static final class Probability extends NetworkOutput {
    private static final long serialVersionUID = 1L;

    Probability() {
      super("probability", true);
    }

    @Override
    void compute(double[] logits, double[] result) {
      System.arraycopy(logits, 0, result, 0, logits.length);
      Logits.softmax(result);
    }
  }

  private static final class Prediction extends NetworkOutput {
    private static final long serialVersionUID = 1L;

    private final double[] thresholds;

    Prediction(double[] thresholds) {
      super("prediction", false);
      this.thresholds = thresholds;
    }

    @Override
    void compute(double[] logits, double[] result) {
      result[0] = Logits.predict(thresholds == null ? logits : logits.clone(), thresholds);
    }
  }
}
