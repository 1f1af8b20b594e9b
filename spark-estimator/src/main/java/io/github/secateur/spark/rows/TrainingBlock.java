package io.github.secateur.spark.rows;

import java.io.Serializable;

/**
 * An element of the cached training set: rows of one partition as an Arrow IPC stream, or the
 * reason why the partition cannot be trained on. No record, and fields of plain types only: Kryo
 * must be able to write it.
 */
final class TrainingBlock implements Serializable {
  private static final long serialVersionUID = 1L;

  private final boolean validation;
  private final byte[] bytes;
  private final String problem;

  // On the first block of a partition only. It lives and dies with the block, under Spark's
  // storage.
  private transient volatile PartitionRows decoded;

  private TrainingBlock(boolean validation, byte[] bytes, String problem) {
    this.validation = validation;
    this.bytes = bytes;
    this.problem = problem;
  }

  /** Returns a block of rows. */
  static TrainingBlock rows(boolean validation, byte[] bytes) {
    return new TrainingBlock(validation, bytes, null);
  }

  /** Returns a block that says what is wrong with a row of the partition. */
  static TrainingBlock problem(String problem) {
    return new TrainingBlock(false, null, problem);
  }

  /** Returns whether its rows are for validation. */
  boolean isValidation() {
    return validation;
  }

  /** Returns its rows, or null. */
  byte[] bytes() {
    return bytes;
  }

  /** Returns what is wrong, or null. */
  String problem() {
    return problem;
  }

  PartitionRows decoded() {
    return decoded;
  }

  void setDecoded(PartitionRows rows) {
    decoded = rows;
  }
}
