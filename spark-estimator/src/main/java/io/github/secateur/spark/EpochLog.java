package io.github.secateur.spark;

import io.github.secateur.train.EpochRecord;
import io.github.secateur.train.StepRecord;
import io.github.secateur.train.TrainingListener;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs a line for each epoch, at INFO under the name of the estimator, and tells another listener.
 */
final class EpochLog implements TrainingListener {
  private static final Logger LOG = LoggerFactory.getLogger(NeuralNetworkClassifier.class);

  private final String fit;
  private final int epochs;
  private final TrainingListener next;

  EpochLog(String fit, int epochs, TrainingListener next) {
    this.fit = fit;
    this.epochs = epochs;
    this.next = next;
  }

  @Override
  public void step(StepRecord step) {
    next.step(step);
  }

  @Override
  public void epoch(EpochRecord epoch) {
    if (LOG.isInfoEnabled()) {
      LOG.info(line(epoch));
    }
    next.epoch(epoch);
  }

  private String line(EpochRecord epoch) {
    String validation =
        epoch.hasValidation()
            ? String.format(
                Locale.ROOT,
                ", validation loss %.4f, validation accuracy %.4f",
                epoch.validationLoss(),
                epoch.validationAccuracy())
            : "";
    return String.format(
        Locale.ROOT,
        "%s: epoch %d/%d, loss %.4f%s, %.0f rows/s",
        fit,
        epoch.epoch(),
        epochs,
        epoch.loss(),
        validation,
        epoch.rowsPerSecond());
  }
}
