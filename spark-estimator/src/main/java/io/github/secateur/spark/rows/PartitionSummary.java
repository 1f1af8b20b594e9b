package io.github.secateur.spark.rows;

import java.io.Serializable;

/**
 * What the driver learns of a partition when it has been cached. No record: Kryo must be able to
 * write it.
 */
final class PartitionSummary implements Serializable {
  private static final long serialVersionUID = 1L;

  private final String problem;
  private final long rows;
  private final long validationRows;
  private final double weightSum;
  private final long storedBytes;

  PartitionSummary(PartitionRows rows) {
    this.problem = rows.problem();
    this.rows = problem == null ? rows.training().rows() : 0;
    this.validationRows = problem == null ? rows.validation().rows() : 0;
    this.weightSum = problem == null ? rows.training().shard().weightSum() : 0;
    this.storedBytes =
        problem == null
            ? rows.training().shard().storedBytes() + rows.validation().shard().storedBytes()
            : 0;
  }

  /** Returns what is wrong with a row of the partition, or null. */
  String problem() {
    return problem;
  }

  long rows() {
    return rows;
  }

  long validationRows() {
    return validationRows;
  }

  /** Returns the bytes that the rows of both kinds take as they are stored. */
  long storedBytes() {
    return storedBytes;
  }

  /** Returns the sum of the weights of the training rows. */
  double weightSum() {
    return weightSum;
  }
}
