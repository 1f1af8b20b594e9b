package io.github.secateur.engine;

import io.github.secateur.graph.Operator;
import io.github.secateur.kernel.Activation;

/**
 * The step of a layer whose kernels can apply an activation to its outputs while they are in the
 * cache, if the forward plan says so. The backward computation of the activation stays a step of
 * its own.
 */
abstract class ActivatedStep extends OperatorStep {
  private final Activation activation;
  private final float slope;

  ActivatedStep(Binding binding) {
    super(binding);
    Operator applied = binding.activation();
    activation = applied == null ? null : ActivationStep.function(applied);
    slope = applied == null ? 0 : ActivationStep.slope(applied);
  }

  /** Returns the activation to apply, or null for none. */
  final Activation activation() {
    return activation;
  }

  /** Returns the slope of the activation, if it has one. */
  final float slope() {
    return slope;
  }
}
