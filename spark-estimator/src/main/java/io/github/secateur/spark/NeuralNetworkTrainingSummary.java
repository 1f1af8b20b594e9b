package io.github.secateur.spark;

import io.github.secateur.train.History;
import java.util.function.Supplier;
import org.apache.spark.ml.classification.TrainingSummary;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * The course of a training, and how well the model does on the rows that it was trained on. The
 * course is saved with the model; the rows are not, so that the summary of a loaded model has no
 * predictions and no metrics: {@code model.evaluate(rows)} gives those.
 */
public final class NeuralNetworkTrainingSummary extends NeuralNetworkClassificationSummary
    implements TrainingSummary {
  private static final long serialVersionUID = 1L;

  private final History history;

  NeuralNetworkTrainingSummary(
      Supplier<Dataset<Row>> transform,
      String predictionCol,
      String labelCol,
      String weightCol,
      History history) {
    super(transform, predictionCol, labelCol, weightCol);
    this.history = history;
  }

  /**
   * Returns what each epoch did: loss, validation loss and accuracy, learning rate, time, speed;
   * and why the training ended.
   */
  public History history() {
    return history;
  }

  /**
   * Returns the history as a table to look at or to plot: a row for each epoch, in order, with the
   * columns {@code epoch}, {@code loss}, {@code validationLoss}, {@code validationAccuracy}, {@code
   * learningRate}, {@code seconds}, {@code rowsPerSecond} and what else {@link
   * io.github.secateur.train.EpochRecord} has. Without validation rows, those of the validation are
   * null.
   */
  public Dataset<Row> epochs() {
    return HistoryFrame.of(history, SparkSession.active());
  }

  /** Returns the training loss of each epoch; with solver "l-bfgs", of each iteration. */
  @Override
  public double[] objectiveHistory() {
    return history.objectiveHistory();
  }

  /** Returns the number of epochs; with solver "l-bfgs", of iterations. */
  @Override
  public int totalIterations() {
    return history.epochs().size();
  }
}
