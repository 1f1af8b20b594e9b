package io.github.secateur.engine;

import io.github.secateur.kernel.Activation;

/**
 * The step of a layer whose kernels can apply an activation to its outputs while they are in the
 * cache. The backward computation of the activation stays a step of its own.
 */
abstract class ActivatedStep extends OperatorStep {
  private ActivationStep next;

  ActivatedStep(Binding binding) {
    super(binding);
  }

  /**
   * Takes over the forward computation of the step behind this one, if that is an activation in
   * place: then nobody reads what it is applied to.
   *
   * @return whether that step can be left out of the forward pass
   */
  final boolean takeOver(OperatorStep step) {
    boolean inPlace = step instanceof ActivationStep && step.x == y && step.y == y;
    if (!inPlace || step.operator.inputs().get(0) != operator.id()) {
      return false;
    }
    next = (ActivationStep) step;
    return true;
  }

  /** Returns the activation to apply, or null for none. */
  final Activation activation() {
    return next == null ? null : next.activation();
  }

  /** Returns the slope of the activation, if it has one. */
  final float slope() {
    return next == null ? 0 : next.slope();
  }
}
