package io.github.secateur.graph;

import static io.github.secateur.graph.OperatorCost.FLOAT;

import java.util.ArrayList;
import java.util.List;

/**
 * Combines two values, or adds several, value by value. Two meet by {@link Broadcast}: what has
 * length 1 along an axis, or no such axis, stands for all along it; its gradient is a sum.
 */
final class ArithmeticDefinition extends PlainDefinition {

  /** Which of the operands a gradient reads. */
  enum Reads {
    /** None: it is the gradient of the result, or its negative. */
    NOTHING,
    /** The other operand. */
    OTHER,
    /** The other operand for the first, both for the second. */
    DIVISOR,
    /** Both. */
    BOTH
  }

  private final Reads reads;
  private final boolean[] passes;

  /**
   * Makes the definition of an operation.
   *
   * @param reads which operands a gradient reads
   * @param passesFirst whether the gradient of the result is that of the first operand
   * @param passesOthers whether it is that of the others
   */
  ArithmeticDefinition(String label, Reads reads, boolean passesFirst, boolean passesOthers) {
    super(Kind.WEIGHTLESS, label);
    this.reads = reads;
    this.passes = new boolean[] {passesFirst, passesOthers};
  }

  @Override
  Shape inferShape(ShapeCheck check, Attributes.None attributes, List<Shape> inputs) {
    check.require(inputs.size() >= 2, "at least 2 values", inputs.size());
    boolean severalAdded = check.type() == OperatorType.ADD && inputs.size() > 2;
    check.require(severalAdded || inputs.size() == 2, "2 values", inputs.size());
    Shape first = inputs.get(0);
    for (Shape other : inputs) {
      check.require(
          severalAdded ? other.equals(first) : Broadcast.shape(first, other) != null,
          severalAdded
              ? "branches of equal shape " + first
              : "values of equal shape " + first + ", or of length 1 where they differ",
          "shape " + other);
    }
    return Broadcast.shape(first, inputs.get(1));
  }

  @Override
  public boolean joins() {
    return true;
  }

  @Override
  public GradientRule gradientRule(Operator operator) {
    return reads == Reads.NOTHING ? GradientRule.NOTHING : GradientRule.INPUT;
  }

  @Override
  OperatorCost cost(Operator operator) {
    int inputs = operator.inputs().size();
    long n = operator.shape().size();
    if (inputs > 2) {
      return OperatorCost.weightless(
          operator, OperatorCost.values(n * (inputs - 1), 1, 3), input -> 0, 0, 0);
    }
    Broadcast broadcast =
        Broadcast.of(operator.inputShapes().get(0), operator.inputShapes().get(1));
    long read = broadcast.valuesRead(0) + broadcast.valuesRead(1);
    List<Cost> inputGradients = new ArrayList<>();
    for (int i = 0; i < inputs; i++) {
      inputGradients.add(inputGradient(operator, broadcast, i));
    }
    return new OperatorCost(
        new Cost(n, (n + read) * FLOAT, 0), Cost.ZERO, Cost.ZERO, Cost.ZERO, inputGradients);
  }

  private Cost inputGradient(Operator operator, Broadcast broadcast, int input) {
    if (passesGradientThrough(operator, input)) {
      return Cost.ZERO;
    }
    long n = operator.shape().size();
    long read =
        switch (reads) {
          case NOTHING -> 0;
          case OTHER -> broadcast.valuesRead(1 - input);
          case DIVISOR -> broadcast.valuesRead(1) + (input == 1 ? broadcast.valuesRead(0) : 0);
          case BOTH -> broadcast.valuesRead(0) + broadcast.valuesRead(1);
        };
    // A sum is read and written.
    long arrays = isWhole(operator, input) ? 1 : 2;
    return new Cost(n, (n + read + arrays * broadcast.valuesRead(input)) * FLOAT, 0);
  }

  private static boolean isWhole(Operator operator, int input) {
    return operator.inputShapes().get(input).size() == operator.shape().size();
  }

  @Override
  public boolean passesGradientThrough(Operator operator, int input) {
    return passes[Math.min(input, 1)] && isWhole(operator, input);
  }

  @Override
  public boolean overwritesInput(Operator operator, boolean backwardRuns) {
    return isWhole(operator, 0);
  }
}
