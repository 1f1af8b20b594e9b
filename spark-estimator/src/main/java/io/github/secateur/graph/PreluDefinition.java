package io.github.secateur.graph;

import static io.github.secateur.graph.OperatorCost.FLOAT;

import io.github.secateur.graph.Parameter.Role;
import java.util.List;

/**
 * y = x for x &gt; 0, slope[c] · x otherwise for the last dimension c, with slopes that are learned
 * (He et al. 2015).
 */
final class PreluDefinition extends OperatorDefinition<Attributes.Prelu> {
  private static final float START = 0.25f;

  PreluDefinition() {
    super(
        Kind.WEIGHTED,
        "prelu",
        Attributes.Prelu.class,
        AttributeField.optional(
            "perChannel",
            AttributeField.Kind.BOOLEAN,
            true,
            "whether each channel has a slope, or all have one"));
  }

  @Override
  public Attributes.Prelu attributes(AttributeValues values) {
    return new Attributes.Prelu(values.bool("perChannel"));
  }

  @Override
  List<?> valuesOf(Attributes.Prelu prelu) {
    return List.of(prelu.perChannel());
  }

  @Override
  Shape inferShape(ShapeCheck check, Attributes.Prelu prelu, List<Shape> inputs) {
    return inputs.get(0);
  }

  @Override
  void addParameters(Attributes.Prelu prelu, Shape input, ParameterList list) {
    list.normal("slope", Shape.of(prelu.perChannel() ? input.last() : 1), Role.GAIN, START, 0);
  }

  @Override
  public GradientRule gradientRule(Operator operator) {
    return GradientRule.INPUT;
  }

  @Override
  OperatorCost cost(Operator operator) {
    long n = operator.shape().size();
    long channels = operator.shape().last();
    return new OperatorCost(
        new Cost(n, 2 * n * FLOAT, channels * FLOAT),
        Cost.ZERO,
        Cost.ZERO,
        new Cost(2 * n, 2 * n * FLOAT, 2 * channels * FLOAT),
        List.of(new Cost(n, 3 * n * FLOAT, channels * FLOAT)));
  }

  @Override
  public boolean overwritesInput(Operator operator, boolean backwardRuns) {
    return true;
  }

  @Override
  public boolean overwritesGradient() {
    return true;
  }
}
