package io.github.secateur.plan;

import io.github.secateur.graph.Attributes;
import io.github.secateur.graph.Operator;
import io.github.secateur.graph.Parameter;
import io.github.secateur.graph.Shape;
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
record OperatorCost(
    Cost forward,
    Cost saving,
    Cost sharedBackward,
    Cost weightGradient,
    List<Cost> inputGradients) {
  private static final int FLOAT = Float.BYTES;

  /**
   * Returns the cost of the loss, softmax cross-entropy with its gradient, over {@code classes}
   * logits.
   */
  static Cost loss(int classes) {
    return new Cost(5L * classes, FLOAT * (2L * classes + 2), 0);
  }

  /** Returns the forward cost, with or without what the backward computation reads. */
  Cost forward(boolean saves) {
    return saves ? forward.plus(saving) : forward;
  }

  /** Returns the cost of the part of the backward computation that an entry keeps. */
  Cost backward(BackwardPlan.Entry entry) {
    Cost cost = entry.runs() ? sharedBackward : Cost.ZERO;
    cost = entry.weightGradient() ? cost.plus(weightGradient) : cost;
    for (int i = 0; i < inputGradients.size(); i++) {
      cost = entry.inputGradients().get(i) ? cost.plus(inputGradients.get(i)) : cost;
    }
    return cost;
  }

  /** Returns the cost of an operator other than the input. */
  static OperatorCost of(Operator operator) {
    long n = operator.shape().size();
    long in = operator.inputShape().size();
    long channels = operator.shape().last();
    return switch (operator.type()) {
      case INPUT, RESHAPE, IDENTITY -> simple(operator, Cost.ZERO, input -> 0, 0, 0);
      case SCALE -> simple(operator, values(n, 1, 2), input -> input, 1, 2);
      case RELU, LEAKY_RELU, ELU, GELU, SILU, TANH, SIGMOID, SOFTPLUS ->
          simple(operator, values(n, 1, 2), input -> input, 1, 3);
      case NORMALIZE -> {
        Cost affine = affine(n, channels);
        yield new OperatorCost(affine, Cost.ZERO, Cost.ZERO, Cost.ZERO, List.of(affine));
      }
      case PERMUTE, PAD, CONCAT -> {
        long copied = operator.inputShapes().stream().mapToLong(Shape::size).sum();
        yield simple(operator, values(copied, 0, 2), input -> input, 0, 2);
      }
      case SLICE -> simple(operator, values(n, 0, 2), input -> 0, 0, 0);
      case ADD ->
          simple(operator, values(n * (operator.inputs().size() - 1), 1, 3), input -> 0, 0, 0);
      case DROPOUT ->
          operator.frozen()
              ? simple(operator, Cost.ZERO, input -> 0, 0, 0)
              : simple(operator, new Cost(2 * n, 4 * n * FLOAT, 0), input -> input, 1, 3);
      case DENSE -> dense(operator, in, n);
      case CONV2D -> conv2d(operator, in, n);
      case MAX_POOL2D ->
          new OperatorCost(
              new Cost(n * window(operator), (in + n) * FLOAT, 0),
              values(n, 0, 1),
              Cost.ZERO,
              Cost.ZERO,
              List.of(new Cost(n, (2 * n + in) * FLOAT, 0)));
      case AVG_POOL2D -> pooling(new Cost(n * window(operator), (in + n) * FLOAT, 0));
      case GLOBAL_AVG_POOL2D -> pooling(new Cost(in, (in + n) * FLOAT, 0));
      case BATCH_NORM -> batchNorm(operator, n, channels);
      case LAYER_NORM -> layerNorm(n, channels);
    };
  }

  /**
   * An operator without weights whose input gradients take some work and arrays for each value of
   * the input.
   */
  private static OperatorCost simple(
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

  private static OperatorCost pooling(Cost pass) {
    return new OperatorCost(pass, Cost.ZERO, Cost.ZERO, Cost.ZERO, List.of(pass));
  }

  private static Cost values(long n, long flopsPerValue, long arrays) {
    return new Cost(n * flopsPerValue, n * arrays * FLOAT, 0);
  }

  private static Cost affine(long n, long channels) {
    return new Cost(2 * n, 2 * n * FLOAT, 2 * channels * FLOAT);
  }

  private static OperatorCost dense(Operator operator, long in, long n) {
    long weights = in * n;
    Cost product = new Cost(2 * weights, (in + n) * FLOAT, weights * FLOAT);
    Cost weightGradient = new Cost(2 * weights, (in + n) * FLOAT, 2 * weights * FLOAT);
    if (operator.parameters().size() == 1) {
      return new OperatorCost(product, Cost.ZERO, Cost.ZERO, weightGradient, List.of(product));
    }
    // Y is filled with the bias and the product added to it.
    Cost forward = product.plus(new Cost(0, 2 * n * FLOAT, n * FLOAT));
    return new OperatorCost(
        forward, Cost.ZERO, Cost.ZERO, weightGradient.plus(biasGradient(1, n)), List.of(product));
  }

  private static OperatorCost conv2d(Operator operator, long in, long n) {
    Parameter kernel = operator.parameters().get(0);
    long weights = kernel.size();
    long filters = operator.shape().last();
    long positions = n / filters;
    Cost product = new Cost(2 * positions * weights, (in + n) * FLOAT, weights * FLOAT);
    Cost weightGradient =
        new Cost(product.flopsPerRow(), product.bytesPerRow(), 2 * weights * FLOAT);
    if (operator.parameters().size() == 1) {
      return new OperatorCost(product, Cost.ZERO, Cost.ZERO, weightGradient, List.of(product));
    }
    return new OperatorCost(
        product.plus(new Cost(0, 0, filters * FLOAT)),
        Cost.ZERO,
        Cost.ZERO,
        weightGradient.plus(biasGradient(positions, filters)),
        List.of(product));
  }

  private static Cost biasGradient(long positions, long units) {
    return new Cost(positions * units, positions * units * FLOAT, 2 * units * FLOAT);
  }

  private static long window(Operator operator) {
    Attributes.Pool2d pool = (Attributes.Pool2d) operator.attributes();
    return (long) pool.height() * pool.width();
  }

  private static OperatorCost batchNorm(Operator operator, long n, long channels) {
    if (operator.frozen()) {
      Cost weightGradient = new Cost(4 * n, 2 * n * FLOAT, 7 * channels * FLOAT);
      Cost affine = affine(n, channels);
      return new OperatorCost(affine, Cost.ZERO, Cost.ZERO, weightGradient, List.of(affine));
    }
    Cost statistics = new Cost(4 * n, n * FLOAT, 2 * channels * FLOAT);
    return new OperatorCost(
        affine(n, channels).plus(statistics),
        Cost.ZERO,
        new Cost(4 * n, 2 * n * FLOAT, 3 * channels * FLOAT),
        new Cost(0, 0, 4 * channels * FLOAT),
        List.of(values(n, 4, 1)));
  }

  private static OperatorCost layerNorm(long n, long width) {
    long rows = n / width;
    return new OperatorCost(
        new Cost(8 * n, 2 * n * FLOAT, 2 * width * FLOAT),
        values(2 * rows, 0, 1),
        values(2 * (n + rows), 0, 1),
        new Cost(4 * n, 0, 4 * width * FLOAT),
        List.of(new Cost(8 * n, n * FLOAT, width * FLOAT)));
  }
}
