package io.github.secateur.engine;

import io.github.secateur.graph.Operator;
import io.github.secateur.graph.Parameter;
import io.github.secateur.plan.BackwardPlan;
import io.github.secateur.plan.BufferPlan;
import io.github.secateur.plan.Contribution;
import io.github.secateur.plan.ForwardPlan;
import io.github.secateur.plan.TrainableLayout;

/**
 * Where the arrays of one operator stand in the workspace, the parameters and the gradient of one
 * program.
 */
final class Binding {
  private final ForwardPlan.Entry forward;
  private final Operator operator;
  private final BufferPlan buffers;
  private final BackwardPlan.Entry backward;
  private final TrainableLayout layout;
  private final int maxRows;

  Binding(
      ForwardPlan.Entry forward,
      BufferPlan buffers,
      BackwardPlan.Entry backward,
      TrainableLayout layout,
      int maxRows) {
    this.forward = forward;
    this.operator = forward.operator();
    this.buffers = buffers;
    this.backward = backward;
    this.layout = layout;
    this.maxRows = maxRows;
  }

  Operator operator() {
    return operator;
  }

  /** Whether the operator runs in training mode: it is part of training and not frozen. */
  boolean training() {
    return forward.training();
  }

  /** The operator whose activation this one applies to its outputs, or null. */
  Operator activation() {
    return forward.activation();
  }

  boolean weightGradient() {
    return backward != null && backward.weightGradient();
  }

  boolean inputGradient(int input) {
    return contribution(input) != Contribution.NONE;
  }

  Contribution contribution(int input) {
    return backward == null ? Contribution.NONE : buffers.contribution(operator.id(), input);
  }

  int input(int input) {
    return place(buffers.value(operator.inputs().get(input)));
  }

  /** Whether this input arrives as compressed rows and has no place in the workspace. */
  boolean sparseInput(int input) {
    return buffers.value(operator.inputs().get(input)) == BufferPlan.NONE;
  }

  int output() {
    return place(buffers.value(operator.id()));
  }

  int saved() {
    return place(buffers.saved(operator.id()));
  }

  int outputGradient() {
    return place(buffers.gradient(operator.id()));
  }

  /** Where the operator writes its gradient with respect to an input. */
  int inputGradientTarget(int input) {
    return place(buffers.contributionTarget(operator.id(), input));
  }

  /** Where the gradient of an input is summed. */
  int inputGradientSum(int input) {
    return place(buffers.gradient(operator.inputs().get(input)));
  }

  /** Where a parameter's gradient stands in its array. */
  GradientTarget gradientTarget(Parameter parameter) {
    int offset = layout.stateOffset(parameter);
    return offset >= 0
        ? new GradientTarget(false, offset)
        : new GradientTarget(true, parameter.offset());
  }

  private int place(int offsetPerRow) {
    return offsetPerRow == BufferPlan.NONE ? BufferPlan.NONE : offsetPerRow * maxRows;
  }

  /**
   * The place of a parameter's gradient.
   *
   * @param discarded whether it is computed only because pruning is off, and thrown away
   * @param offset the index in the gradient vector, or in the array of discarded gradients
   */
  record GradientTarget(boolean discarded, int offset) {
    float[] array(Frame frame) {
      return discarded ? frame.discarded : frame.gradient;
    }
  }
}
