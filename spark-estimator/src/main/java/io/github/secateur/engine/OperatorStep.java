package io.github.secateur.engine;

import io.github.secateur.graph.Operator;
import io.github.secateur.graph.OperatorType;
import io.github.secateur.plan.Contribution;

/**
 * The forward and backward computation of one operator, bound to its places in memory. Holds no
 * state between batches.
 */
abstract class OperatorStep {
  protected final Operator operator;
  protected final Contribution[] contributions;

  /** Index of the first value of the first input, or -1: none, or it arrives as compressed rows. */
  protected final int x;

  protected final int y;
  protected final int dy;

  /** Where the gradient with respect to the first input is written, or -1. */
  protected final int dx;

  private final int[] targets;
  private final int[] sums;

  OperatorStep(Binding binding) {
    operator = binding.operator();
    int inputs = operator.inputs().size();
    contributions = new Contribution[inputs];
    targets = new int[inputs];
    sums = new int[inputs];
    boolean runs = binding.weightGradient();
    for (int i = 0; i < inputs; i++) {
      contributions[i] = binding.contribution(i);
      boolean wanted = contributions[i] != Contribution.NONE;
      targets[i] = wanted ? binding.inputGradientTarget(i) : -1;
      sums[i] = wanted ? binding.inputGradientSum(i) : -1;
      runs |= wanted;
    }
    x = inputs == 0 ? -1 : binding.input(0);
    y = binding.output();
    dy = runs ? binding.outputGradient() : -1;
    dx = inputs == 0 ? -1 : targets[0];
  }

  final OperatorType type() {
    return operator.type();
  }

  /**
   * Returns where the gradient begins that the step writes in one piece unless the frame
   * {@linkplain Frame#adds adds}, or -1: what others write is zero before.
   */
  int writtenGradient() {
    return -1;
  }

  /** Returns the length of {@link #writtenGradient}. */
  int writtenGradientLength() {
    return 0;
  }

  /** Evaluates the operator for the rows of the frame. */
  abstract void forward(Frame frame);

  /**
   * Adds its weight gradients and writes its input gradients, as far as the backward plan keeps
   * them.
   */
  abstract void backward(Frame frame);

  /** Runs the backward computation, then adds up gradients that have several contributions. */
  final void runBackward(Frame frame) {
    backward(frame);
    for (int i = 0; i < contributions.length; i++) {
      if (contributions[i] == Contribution.WRITE_AND_ADD) {
        int n = frame.rows * operator.inputShapes().get(i).size();
        frame.kernels.add(
            n, frame.workspace, sums[i], frame.workspace, targets[i], frame.workspace, sums[i]);
      }
    }
  }

  /** Copies the gradient of the value to that of an input, or adds it there, as is planned. */
  protected final void passGradient(Frame frame, int input) {
    int n = count(frame);
    float[] workspace = frame.workspace;
    if (contributions[input] == Contribution.COPY) {
      frame.kernels.copyRows(1, n, workspace, dy, n, workspace, sums[input], n);
    } else if (contributions[input] == Contribution.ADD) {
      frame.kernels.add(n, workspace, sums[input], workspace, dy, workspace, sums[input]);
    }
  }

  /** Returns where the gradient with respect to an input is written, or -1 if it is not wanted. */
  protected final int target(int input) {
    return targets[input];
  }

  /** Returns whether the gradient with respect to the first input is computed. */
  protected final boolean hasInputGradient() {
    return dx >= 0;
  }

  /** Returns the number of values of the operator's value for the rows of the frame. */
  protected final int count(Frame frame) {
    return frame.rows * operator.shape().size();
  }

  /** Returns the number of vectors along the last dimension for the rows of the frame. */
  protected final int vectors(Frame frame) {
    return frame.rows * (operator.shape().size() / operator.shape().last());
  }
}
