package io.github.secateur.spark;

import io.github.secateur.train.History;
import java.util.function.Supplier;
import org.apache.spark.ml.classification.TrainingSummary;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** The course of a training, and how well the model does on the rows that it was trained on. */
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
