package io.github.secateur.train;

import io.github.secateur.optim.ScheduleOptions;
import java.util.List;

/**
 * The schedule "plateau": the learning rate drops when the training has not improved for some
 * epochs. A pure function of the epochs so far, so that a resumed training continues with the same
 * rates.
 */
final class Plateau {
  private Plateau() {}

  /**
   * Returns what the full learning rate is multiplied by in the next epoch.
   *
   * @param epochs the epochs so far
   */
  static double factor(List<EpochRecord> epochs, TrainingOptions options) {
    ScheduleOptions schedule = options.schedule();
    if (!schedule.name().equals("plateau")) {
      return 1;
    }
    double best = Double.POSITIVE_INFINITY;
    int worse = 0;
    double factor = 1;
    for (EpochRecord epoch : epochs) {
      double cost = epoch.hasValidation() ? options.validationMetric().cost(epoch) : epoch.loss();
      if (cost < best - options.minDelta()) {
        best = cost;
        worse = 0;
      } else if (++worse >= schedule.dropPatience()) {
        factor = Math.max(factor * schedule.gamma(), schedule.finalFraction());
        worse = 0;
      }
    }
    return factor;
  }
}
