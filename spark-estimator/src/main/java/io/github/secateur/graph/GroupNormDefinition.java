package io.github.secateur.graph;

import static io.github.secateur.graph.OperatorCost.FLOAT;

import io.github.secateur.graph.Parameter.Initializer;
import io.github.secateur.graph.Parameter.Role;
import java.util.List;

/** Normalization of each row over the positions and channels of each group (Wu and He 2018). */
final class GroupNormDefinition extends OperatorDefinition<Attributes.GroupNorm> {

  GroupNormDefinition() {
    super(
        Kind.WEIGHTED,
        "groupNorm",
        Attributes.GroupNorm.class,
        AttributeField.required(
            "groups", AttributeField.Kind.INTEGER, "groups of neighbouring channels"),
        AttributeField.optional(
            "epsilon", AttributeField.Kind.NUMBER, 1e-5f, "added to the variance"));
  }

  @Override
  public Attributes.GroupNorm attributes(AttributeValues values) {
    return new Attributes.GroupNorm(values.integer("groups"), values.number("epsilon"));
  }

  @Override
  List<?> valuesOf(Attributes.GroupNorm norm) {
    return List.of(norm.groups(), norm.epsilon());
  }

  @Override
  Shape inferShape(ShapeCheck check, Attributes.GroupNorm norm, List<Shape> inputs) {
    int channels = inputs.get(0).last();
    check.require(norm.groups() >= 1, "at least 1 group", norm.groups());
    check.require(
        channels % norm.groups() == 0,
        "channels that are a multiple of " + norm.groups() + " groups",
        channels + " channels");
    check.require(norm.epsilon() > 0, "a positive epsilon", norm.epsilon());
    return inputs.get(0);
  }

  @Override
  void addParameters(Attributes.GroupNorm norm, Shape input, ParameterList list) {
    list.channels("gain", Role.GAIN, Initializer.ONES, input.last());
    list.channels("bias", Role.BIAS, Initializer.ZEROS, input.last());
  }

  /** Mean and inverse deviation of each group are saved. */
  @Override
  public GradientRule gradientRule(Operator operator) {
    return new GradientRule(true, true, false, 2 * attributes(operator).groups());
  }

  /** Each row has its own statistics, so its channels are read anew for each. */
  @Override
  OperatorCost cost(Operator operator) {
    long n = operator.shape().size();
    long channels = operator.shape().last();
    return new OperatorCost(
        new Cost(6 * n, (3 * n + 4 * channels) * FLOAT, 0),
        Cost.ZERO,
        new Cost(4 * n, (2 * n + 7 * channels) * FLOAT, 0),
        Cost.ZERO,
        List.of(new Cost(4 * n, (3 * n + 3 * channels) * FLOAT, 0)));
  }
}
