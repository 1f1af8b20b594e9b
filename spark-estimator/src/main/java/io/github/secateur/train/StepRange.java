package io.github.secateur.train;

import java.io.Serializable;
import java.util.Locale;

/**
 * Consecutive steps of an epoch: those of one round.
 *
 * @param epoch the epoch, from 0
 * @param first the first step, from 0
 * @param end the step behind the last one; above {@code first}
 * @param stepsInEpoch the number of steps that share the rows of an epoch
 */
public record StepRange(int epoch, int first, int end, int stepsInEpoch) implements Serializable {
  public StepRange {
    if (epoch < 0 || first < 0 || end <= first || end > stepsInEpoch) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "a round must lie in its epoch, found epoch %d, steps [%d, %d) of %d",
              epoch,
              first,
              end,
              stepsInEpoch));
    }
  }

  /** Returns the number of steps. */
  public int size() {
    return end - first;
  }

  /** Returns one of the steps, counted from 0. */
  Step step(int index) {
    return new Step(epoch, first + index, stepsInEpoch);
  }
}
