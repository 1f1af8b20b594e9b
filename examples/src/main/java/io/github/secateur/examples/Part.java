package io.github.secateur.examples;

/** What a row is used for. */
public enum Part {
  /** The weights are fitted to it. */
  TRAINING,
  /** It tells, after each epoch, when to stop. */
  VALIDATION,
  /** Seen only once, by the finished model. */
  TEST
}
