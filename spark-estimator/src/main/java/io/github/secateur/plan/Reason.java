package io.github.secateur.plan;

/** Why the backward plan does what it does with an operator. */
public enum Reason {
  /** It only moves data and nothing before it has weights. */
  COPY_OPERATOR("copy operator"),
  /** Its type has no weights and nothing before it has any. */
  WEIGHTLESS_OPERATOR("weightless operator"),
  /** It has weights, and what comes before it has none that train. */
  ADJACENT_TO_WEIGHTLESS("adjacent to weightless"),
  /** Its own weights are frozen. */
  FROZEN("frozen"),
  /** It has no weights, and those before it are all frozen. */
  REACHES_NO_TRAINABLE_PARAMETER("reaches no trainable parameter"),
  /** A trainable parameter lies before at least one of its inputs. */
  REACHES_TRAINABLE_PARAMETER("reaches a trainable parameter"),
  /** Backward pruning is off. */
  NOT_PRUNED("pruning is off");

  private final String label;

  Reason(String label) {
    this.label = label;
  }

  /** Returns the words for it in a printed plan. */
  public String label() {
    return label;
  }
}
