package io.github.secateur.graph;

import static io.github.secateur.graph.OperatorCost.FLOAT;

import io.github.secateur.graph.Parameter.Initializer;
import io.github.secateur.graph.Parameter.Role;
import java.util.List;

/** Normalization of each row over the last axis (Ba et al. 2016). */
final class LayerNormDefinition extends OperatorDefinition<Attributes.LayerNorm> {

  LayerNormDefinition() {
    super(
        Kind.WEIGHTED,
        "layerNorm",
        Attributes.LayerNorm.class,
        AttributeField.optional(
            "epsilon", AttributeField.Kind.NUMBER, 1e-5f, "added to the variance"));
  }

  @Override
  public Attributes.LayerNorm attributes(AttributeValues values) {
    return new Attributes.LayerNorm(values.number("epsilon"));
  }

  @Override
  List<?> valuesOf(Attributes.LayerNorm layerNorm) {
    return List.of(layerNorm.epsilon());
  }

  @Override
  Shape inferShape(ShapeCheck check, Attributes.LayerNorm layerNorm, List<Shape> inputs) {
    check.require(layerNorm.epsilon() > 0, "a positive epsilon", layerNorm);
    return inputs.get(0);
  }

  @Override
  void addParameters(Attributes.LayerNorm layerNorm, Shape input, ParameterList list) {
    list.channels("gain", Role.GAIN, Initializer.ONES, input.last());
    list.channels("bias", Role.BIAS, Initializer.ZEROS, input.last());
  }

  /** Mean and inverse deviation of each vector are saved. */
  @Override
  public GradientRule gradientRule(Operator operator) {
    int vectors = operator.shape().size() / operator.shape().last();
    return new GradientRule(true, true, false, 2 * vectors);
  }

  @Override
  OperatorCost cost(Operator operator) {
    long n = operator.shape().size();
    long width = operator.shape().last();
    long rows = n / width;
    return new OperatorCost(
        new Cost(8 * n, 2 * n * FLOAT, 2 * width * FLOAT),
        OperatorCost.values(2 * rows, 0, 1),
        OperatorCost.values(2 * (n + rows), 0, 1),
        new Cost(4 * n, 0, 4 * width * FLOAT),
        List.of(new Cost(8 * n, n * FLOAT, width * FLOAT)));
  }

  @Override
  public boolean overwritesGradient() {
    return true;
  }
}
