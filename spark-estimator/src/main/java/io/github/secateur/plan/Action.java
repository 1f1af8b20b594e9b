package io.github.secateur.plan;

/**
 * What the backward plan does with the backward operator of one layer, in the order in which plans
 * count them.
 */
public enum Action {
  /** Nothing of it runs. */
  REMOVED("removed"),
  /** The gradient with respect to its weights runs, the one with respect to its input does not. */
  WEIGHT_GRADIENT_ONLY("weight gradient only"),
  /** The gradient with respect to its input runs, the one with respect to its weights does not. */
  INPUT_GRADIENT_ONLY("input gradient only"),
  /** Its whole backward computation runs. */
  KEPT("kept");

  private final String label;

  Action(String label) {
    this.label = label;
  }

  /** Returns the words for it in a printed plan. */
  public String label() {
    return label;
  }
}
