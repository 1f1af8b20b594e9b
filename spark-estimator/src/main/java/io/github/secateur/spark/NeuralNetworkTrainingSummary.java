package io.github.secateur.spark;

import io.github.secateur.spark.report.TrainingPage;
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
  private final transient Supplier<String> plan;

  NeuralNetworkTrainingSummary(
      Supplier<Dataset<Row>> transform,
      String predictionCol,
      String labelCol,
      String weightCol,
      History history,
      Supplier<String> plan) {
    super(transform, predictionCol, labelCol, weightCol);
    this.history = history;
    this.plan = plan;
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

  /**
   * Returns the course of the training as one self-contained HTML page: curves of loss and
   * accuracy, time, all numbers, and the backward plan. No script, nothing loaded from elsewhere;
   * it follows the reader's choice of a light or a dark scheme. Starts no job.
   *
   * <pre>{@code
   * Files.writeString(Path.of("training.html"), model.summary().toHtml());
   * }</pre>
   */
  public String toHtml() {
    return new TrainingPage(history, plan.get()).html();
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
