package io.github.secateur.graph;

import java.util.List;
import java.util.function.ToLongFunction;

/**
 * The cost of one operator in training. Computed from shapes; the engine's counters, which look at
 * what the kernels were really given, must agree exactly.
 *
 * @param forward evaluating the operator
 * @param saving storing what only its backward computation reads
 * @param sharedBackward what its backward computation costs whatever part of it runs
 * @param weightGradient adding the gradients with respect to its parameters
 * @param inputGradients the gradient with respect to each input
 */
public record OperatorCost(
    Cost forward,
    Cost saving,
    Cost sharedBackward,
    Cost weightGradient,
    List<Cost> inputGradients) {
  static final int FLOAT = Float.BYTES;

  /**
   * Returns the cost of the loss, softmax cross-entropy with its gradient, over {@code classes}
   * logits.
   */
  public static Cost loss(int classes) {
    return new Cost(5L * classes, FLOAT * (2L * classes + 2), 0);
  }

  /** Returns the forward cost, with or without what the backward computation reads. */
  public Cost forward(boolean saves) {
    return saves ? forward.plus(saving) : forward;
  }

  /** Returns the cost of an operator other than the input. */
  public static OperatorCost of(Operator operator) {
    return operator.definition().cost(operator);
  }

  /**
   * Returns the cost of an operator without weights whose input gradients take some work and arrays
   * for each value of the input.
   *
   * @param values how many values the gradient with respect to an input of so many takes
   */
  static OperatorCost weightless(
      Operator operator,
      Cost forward,
      ToLongFunction<Long> values,
      long flopsPerValue,
      long arrays) {
    List<Cost> inputGradients =
        operator.inputShapes().stream()
            .map(shape -> values(values.applyAsLong((long) shape.size()), flopsPerValue, arrays))
            .toList();
    return new OperatorCost(forward, Cost.ZERO, Cost.ZERO, Cost.ZERO, inputGradients);
  }

  /** Returns the cost of an operator that computes nothing. */
  static OperatorCost nothing(Operator operator) {
    return weightless(operator, Cost.ZERO, input -> 0, 0, 0);
  }

  /** Returns the cost of an operator of one input whose gradient costs what it costs itself. */
  static OperatorCost symmetric(Cost pass) {
    return new OperatorCost(pass, Cost.ZERO, Cost.ZERO, Cost.ZERO, List.of(pass));
  }

  /**
   * Returns the cost of maxima of windows, whose places are saved if the gradient runs.
   *
   * @param in values of the input
   * @param n maxima
   */
  static OperatorCost maxPool(Cost pass, long in, long n) {
    Cost inputGradient = new Cost(n, (2 * n + in) * FLOAT, 0);
    return new OperatorCost(pass, values(n, 0, 1), Cost.ZERO, Cost.ZERO, List.of(inputGradient));
  }

  /** Returns the cost of n values with some operations each, in so many arrays. */
  static Cost values(long n, long flopsPerValue, long arrays) {
    return new Cost(n * flopsPerValue, n * arrays * FLOAT, 0);
  }

  /** Returns the cost of multiplying and adding a constant for each channel. */
  static Cost affine(long n, long channels) {
    return new Cost(2 * n, 2 * n * FLOAT, 2 * channels * FLOAT);
  }

  /** Returns the cost of adding up the bias gradient over positions. */
  static Cost biasGradient(long positions, long units) {
    return new Cost(positions * units, positions * units * FLOAT, 2 * units * FLOAT);
  }
}
