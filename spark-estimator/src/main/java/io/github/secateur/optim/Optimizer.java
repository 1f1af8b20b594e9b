package io.github.secateur.optim;

import java.io.Serializable;
import java.util.List;

/**
 * Moves weights against a gradient. Keeps what it remembers between steps in arrays beside the
 * weights. Not thread-safe; serializable with all that it remembers.
 */
public interface Optimizer extends Serializable {

  /**
   * Added to what an optimizer remembers and subtracted again: this rounds to a multiple of 2⁻¹⁰⁰
   * what is below 2⁻⁷⁷, and leaves larger values alone but for the last bit of some. So what
   * shrinks by a factor at each step, as it does where the gradient stays zero, stops shrinking
   * while it is a normal number, and is one after factors such as the learning rate. Otherwise it
   * would end among the subnormal numbers and stay there (0.9 times the smallest is the smallest),
   * and each operation on a vector with one of them takes processors some hundred cycles.
   */
  float TINY = 0x1p-77f;

  /**
   * Returns a new optimizer for one of the solvers that take steps.
   *
   * @param count the number of weights
   * @param kernels the ranges of the weights to which decay applies; AdamW only
   * @param decay the decoupled weight decay; AdamW only
   * @throws IllegalArgumentException for {@link Solver#LBFGS}, which does not take single steps
   */
  static Optimizer of(
      Solver solver,
      int count,
      SgdOptions sgd,
      AdamOptions adam,
      List<IndexRange> kernels,
      double decay) {
    return switch (solver) {
      case SGD -> new Sgd(count, sgd);
      case ADAM -> new Adam(count, adam);
      case ADAMW -> Adam.decoupled(count, adam, kernels, decay);
      case LBFGS ->
          throw new IllegalArgumentException("l-bfgs does not take single steps; see Lbfgs");
    };
  }

  /**
   * Takes one step.
   *
   * @param weights the weights are its first values, as many as the optimizer was made for; they
   *     are changed
   * @param gradient the gradient of the loss with respect to the weights, at the same indices
   * @param learningRate the rate of this step
   */
  default void step(float[] weights, float[] gradient, double learningRate) {
    begin(learningRate);
    move(weights, gradient, 0, count());
  }

  /**
   * Begins a step: {@link #move} must follow for all weights.
   *
   * @param learningRate the rate of this step
   */
  void begin(double learningRate);

  /**
   * Moves the weights [from, to) for the step that has begun. Each weight is moved once in a step,
   * in any order; several threads may move ranges that do not overlap.
   *
   * @param weights as for {@link #step}
   * @param gradient as for {@link #step}
   */
  void move(float[] weights, float[] gradient, int from, int to);

  /** Returns the number of weights that it was made for. */
  int count();

  /** Returns one that continues as this one does, and shares nothing that steps change. */
  Optimizer copy();

  /** Returns the number of steps taken. */
  long steps();

  /**
   * Returns what it remembers: its own arrays, not copies, each as long as the weights or empty.
   */
  float[][] memory();

  /**
   * Says to how many steps the values belong that {@link #memory()} was given.
   *
   * @param steps the number of steps that it is to have taken
   */
  void continueAfter(long steps);

  /**
   * Remembers something else.
   *
   * @param steps the number of steps that it is to have taken
   * @param values what it is to remember; copied
   * @throws IllegalArgumentException if the arrays do not fit
   */
  default void restore(long steps, float[][] values) {
    float[][] memory = memory();
    Check.memory(values, memory);
    for (int i = 0; i < memory.length; i++) {
      System.arraycopy(values[i], 0, memory[i], 0, memory[i].length);
    }
    continueAfter(steps);
  }
}
