package io.github.secateur.train;

/** Why a training ended. */
public enum StopReason {
  /** All epochs are done. */
  EPOCHS("all epochs are done"),
  /** The loss hardly changes any more; see {@link TrainingOptions#tolerance()}. */
  CONVERGED("the loss has converged"),
  /** The validation metric has not improved for {@link TrainingOptions#patience()} epochs. */
  PATIENCE("the validation metric has stopped improving"),
  /** L-BFGS finds no better point along its direction; the best point is kept. */
  LINE_SEARCH("no better point was found along the search direction");

  private final String text;

  StopReason(String text) {
    this.text = text;
  }

  /** Returns the reason in words. */
  public String text() {
    return text;
  }
}
