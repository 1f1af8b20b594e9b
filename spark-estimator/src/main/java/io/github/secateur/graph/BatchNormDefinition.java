package io.github.secateur.graph;

import static io.github.secateur.graph.OperatorCost.FLOAT;

import io.github.secateur.graph.Parameter.Initializer;
import io.github.secateur.graph.Parameter.Role;
import java.util.List;

/**
 * Normalization of each channel over the batch (Ioffe and Szegedy 2015); in inference over all
 * batches seen, by running statistics: new = momentum · old + (1 - momentum) · batch.
 */
final class BatchNormDefinition extends OperatorDefinition<Attributes.BatchNorm> {

  BatchNormDefinition() {
    super(
        Kind.WEIGHTED,
        "batchNorm",
        Attributes.BatchNorm.class,
        AttributeField.optional(
            "momentum",
            AttributeField.Kind.NUMBER,
            0.9f,
            "what running statistics keep of their value at each step"),
        AttributeField.optional(
            "epsilon", AttributeField.Kind.NUMBER, 1e-5f, "added to the variance"));
  }

  @Override
  public Attributes.BatchNorm attributes(AttributeValues values) {
    return new Attributes.BatchNorm(values.number("momentum"), values.number("epsilon"));
  }

  @Override
  List<?> valuesOf(Attributes.BatchNorm batchNorm) {
    return List.of(batchNorm.momentum(), batchNorm.epsilon());
  }

  @Override
  Shape inferShape(ShapeCheck check, Attributes.BatchNorm batchNorm, List<Shape> inputs) {
    check.require(batchNorm.epsilon() > 0, "a positive epsilon", batchNorm.epsilon());
    check.require(
        batchNorm.momentum() >= 0 && batchNorm.momentum() < 1,
        "a momentum in [0, 1)",
        batchNorm.momentum());
    return inputs.get(0);
  }

  @Override
  void addParameters(Attributes.BatchNorm batchNorm, Shape input, ParameterList list) {
    int channels = input.last();
    list.channels("gain", Role.GAIN, Initializer.ONES, channels);
    list.channels("bias", Role.BIAS, Initializer.ZEROS, channels);
    list.channels("mean", Role.STATISTIC, Initializer.ZEROS, channels);
    list.channels("variance", Role.STATISTIC, Initializer.ONES, channels);
  }

  @Override
  public GradientRule gradientRule(Operator operator) {
    return operator.frozen() ? GradientRule.INPUT_FOR_WEIGHTS : GradientRule.INPUT;
  }

  @Override
  OperatorCost cost(Operator operator) {
    long n = operator.shape().size();
    long channels = operator.shape().last();
    Cost affine = OperatorCost.affine(n, channels);
    if (operator.frozen()) {
      Cost weightGradient = new Cost(4 * n, 2 * n * FLOAT, 7 * channels * FLOAT);
      return new OperatorCost(affine, Cost.ZERO, Cost.ZERO, weightGradient, List.of(affine));
    }
    Cost statistics = new Cost(4 * n, n * FLOAT, 2 * channels * FLOAT);
    return new OperatorCost(
        affine.plus(statistics),
        Cost.ZERO,
        new Cost(4 * n, 2 * n * FLOAT, 3 * channels * FLOAT),
        new Cost(0, 0, 4 * channels * FLOAT),
        List.of(OperatorCost.values(n, 4, 1)));
  }

  @Override
  public boolean overwritesInput(Operator operator, boolean backwardRuns) {
    return true;
  }

  @Override
  public boolean overwritesGradient() {
    return true;
  }

  @Override
  public MergeSide mergeSide() {
    return MergeSide.LAYER_BEFORE;
  }
}
