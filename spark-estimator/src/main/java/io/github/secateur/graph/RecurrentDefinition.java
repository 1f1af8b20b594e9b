package io.github.secateur.graph;

import static io.github.secateur.graph.OperatorCost.FLOAT;

import java.util.List;

/**
 * A recurrent layer over the steps of [steps × inputs], from a state of 0. Its gates start from X·W
 * + b of the step plus H·U + b′ of the output before, in PyTorch's order.
 */
final class RecurrentDefinition extends OperatorDefinition<Attributes.Recurrent> {
  private final int gates;
  private final int states;
  private final int stepFlops;
  private final boolean apart;

  /**
   * Makes the definition of a type.
   *
   * @param gates the gates of a unit
   * @param states the further values that are kept of each unit and step
   * @param stepFlops operations of a unit in a step besides the products; as many in its gradient
   * @param apart whether the recurrent part of the last gate is kept apart from its sum
   */
  RecurrentDefinition(String label, int gates, int states, int stepFlops, boolean apart) {
    super(
        Kind.WEIGHTED,
        label,
        Attributes.Recurrent.class,
        AttributeField.required("units", AttributeField.Kind.INTEGER, "width of the output"),
        AttributeField.optional(
            "allOutputs",
            AttributeField.Kind.BOOLEAN,
            false,
            "whether it gives the outputs of all steps, and not that of the last one alone"),
        AttributeField.optional(
            "reverse",
            AttributeField.Kind.BOOLEAN,
            false,
            "whether it goes from the last step to the first"));
    this.gates = gates;
    this.states = states;
    this.stepFlops = stepFlops;
    this.apart = apart;
  }

  @Override
  public Attributes.Recurrent attributes(AttributeValues values) {
    return new Attributes.Recurrent(
        values.integer("units"), values.bool("allOutputs"), values.bool("reverse"));
  }

  @Override
  List<?> valuesOf(Attributes.Recurrent recurrent) {
    return List.of(recurrent.units(), recurrent.allOutputs(), recurrent.reverse());
  }

  @Override
  Shape inferShape(ShapeCheck check, Attributes.Recurrent recurrent, List<Shape> inputs) {
    Shape input = inputs.get(0);
    int units = recurrent.units();
    check.require(units >= 1, "at least 1 unit", units);
    check.require(input.rank() == 2, "steps [steps × inputs]", "shape " + input);
    return recurrent.allOutputs() ? Shape.of(input.dimension(0), units) : Shape.of(units);
  }

  /** Kernels are drawn uniform in ±1 / √units, as in PyTorch, for a layer drawn by He's rule. */
  @Override
  void addParameters(Attributes.Recurrent recurrent, Shape input, ParameterList list) {
    int units = recurrent.units();
    int width = gates * units;
    list.kernel("kernel", Shape.of(input.last(), width), 6 * units, width);
    list.kernel("recurrentKernel", Shape.of(units, width), 6 * units, width);
    list.bias("bias", width, input.last(), width);
    list.bias("recurrentBias", width, units, width);
  }

  /** What the forward pass computes on the way is saved. */
  @Override
  public GradientRule gradientRule(Operator operator) {
    return new GradientRule(true, false, false, scratchPerRow(operator));
  }

  /**
   * For each step and unit the gates, the state and the output before; and the gradients of one
   * output and one state.
   */
  @Override
  public int scratchPerRow(Operator operator) {
    int steps = operator.inputShape().dimension(0);
    return (steps * (gates + states + 1) + 2) * attributes(operator).units();
  }

  @Override
  OperatorCost cost(Operator operator) {
    Attributes.Recurrent recurrent = attributes(operator);
    long steps = operator.inputShape().dimension(0);
    long in = operator.inputShape().last();
    long units = recurrent.units();
    long width = gates * units;
    long added = apart ? width - units : width; // columns of a product that are added to the sums
    Cost step = new Cost(stepFlops * units, 2 * (gates + states + 1) * units * FLOAT, 0);
    Cost copy = OperatorCost.values(recurrent.allOutputs() ? units : 0, 0, 2);
    Cost forward =
        withBias(steps, width, in)
            .plus(times(steps, product(added, units, true).plus(step)))
            .plus(times(steps - 1, copy));
    Cost back = product(units, added, apart);
    if (apart) {
      forward = forward.plus(times(steps, withBias(1, units, units)));
      back = back.plus(product(units, units, true));
    }
    Cost sum = OperatorCost.values(recurrent.allOutputs() ? units : 0, 1, 3);
    Cost shared =
        OperatorCost.values(units, 0, 2)
            .plus(times(steps, step))
            .plus(times(steps - 1, sum.plus(back)));
    Cost weightGradient =
        kernelGradient(steps, in, width)
            .plus(kernelGradient(steps, units, added))
            .plus(OperatorCost.biasGradient(steps, width));
    if (apart) {
      weightGradient =
          weightGradient
              .plus(kernelGradient(steps, units, units))
              .plus(OperatorCost.biasGradient(steps, units));
    }
    Cost inputGradient =
        new Cost(2 * steps * in * width, steps * (in + width) * FLOAT, in * width * FLOAT);
    return new OperatorCost(forward, Cost.ZERO, shared, weightGradient, List.of(inputGradient));
  }

  /** Returns the cost of a product with a matrix [k × n] for each row, written or added. */
  private static Cost product(long n, long k, boolean adds) {
    return new Cost(2 * n * k, (k + (adds ? 2 : 1) * n) * FLOAT, n * k * FLOAT);
  }

  /** Returns the cost of products of some vectors of a row that start from a bias. */
  private static Cost withBias(long vectors, long n, long k) {
    return new Cost(2 * vectors * n * k, vectors * (k + 3 * n) * FLOAT, (n * k + n) * FLOAT);
  }

  private static Cost kernelGradient(long steps, long k, long n) {
    return new Cost(2 * steps * k * n, steps * (k + n) * FLOAT, 2 * k * n * FLOAT);
  }

  private static Cost times(long count, Cost cost) {
    return new Cost(
        count * cost.flopsPerRow(), count * cost.bytesPerRow(), count * cost.bytesPerBatch());
  }
}
