package io.github.secateur.train;

import java.io.Serializable;
import java.util.List;

/**
 * The course of a training.
 *
 * @param epochs one record for each epoch, in order
 * @param bestEpoch the number, counted from 1, of the epoch whose weights were kept; 0 for the
 *     initial weights
 * @param stopReason why it ended
 */
public record History(List<EpochRecord> epochs, int bestEpoch, StopReason stopReason)
    implements Serializable {
  public History {
    epochs = List.copyOf(epochs);
  }

  /** Returns the loss of each epoch, in order. */
  public double[] objectiveHistory() {
    return epochs.stream().mapToDouble(EpochRecord::loss).toArray();
  }
}
