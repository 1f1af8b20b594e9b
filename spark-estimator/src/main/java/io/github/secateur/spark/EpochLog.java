package io.github.secateur.spark;

import io.github.secateur.train.EpochRecord;
import io.github.secateur.train.StepRecord;
import io.github.secateur.train.TrainingListener;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs a line for each epoch, at INFO under the name of the estimator, and once a warning if a fit
 * is bound by its rounds; and tells another listener.
 */
final class EpochLog implements TrainingListener {
  private static final Logger LOG = LoggerFactory.getLogger(NeuralNetworkClassifier.class);

  private static final double WORTH_A_HINT_SECONDS = 5;

  private final String fit;
  private final int epochs;
  private final TrainingListener next;
  private boolean hasWarned;

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
    if (!hasWarned && isBoundByRounds(epoch)) {
      hasWarned = true;
      LOG.warn(hint(epoch));
    }
    next.epoch(epoch);
  }

  /** The first epoch also warms up JVMs, and nobody waits for one of a few seconds. */
  static boolean isBoundByRounds(EpochRecord epoch) {
    return epoch.epoch() > 1
        && epoch.seconds() > WORTH_A_HINT_SECONDS
        && epoch.broadcastSeconds() + epoch.reduceSeconds() > epoch.seconds() / 2;
  }

  private String hint(EpochRecord epoch) {
    return String.format(
        Locale.ROOT,
        "%s: %.0f %% of the %.0f s of epoch %d went into its %,d rounds, not into arithmetic; set a larger batchSize or"
            + " localSteps, or fewer partitions",
        fit,
        100 * (epoch.broadcastSeconds() + epoch.reduceSeconds()) / epoch.seconds(),
        epoch.seconds(),
        epoch.epoch(),
        epoch.rounds());
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
        "%s: epoch %d/%d, loss %.4f%s, %.0f rows/s; %d rounds: %.1f s compute, %.1f s broadcast, %.1f s reduce",
        fit,
        epoch.epoch(),
        epochs,
        epoch.loss(),
        validation,
        epoch.rowsPerSecond(),
        epoch.rounds(),
        epoch.computeSeconds(),
        epoch.broadcastSeconds(),
        epoch.reduceSeconds());
  }
}
