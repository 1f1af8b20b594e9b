package io.github.secateur.train;

import java.io.Serializable;
import java.util.Locale;

/**
 * One optimizer step, by its place.
 *
 * @param epoch the epoch, from 0
 * @param index the step in the epoch, from 0
 * @param stepsInEpoch the number of steps that share the rows of an epoch
 */
public record Step(int epoch, int index, int stepsInEpoch) implements Serializable {
  public Step {
    if (epoch < 0 || index < 0 || index >= stepsInEpoch) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "a step must lie in its epoch, found epoch %d, step %d of %d",
              epoch,
              index,
              stepsInEpoch));
    }
  }

  /** Returns the number of steps before this one in the training. */
  public long number() {
    return (long) epoch * stepsInEpoch + index;
  }

  /** Returns the first of the {@code rows} rows of a shard's order that belong to this step. */
  int firstRow(int rows) {
    return (int) ((long) rows * index / stepsInEpoch);
  }

  /** Returns the row behind the last one that belongs to this step. */
  int endRow(int rows) {
    return (int) ((long) rows * (index + 1) / stepsInEpoch);
  }
}
