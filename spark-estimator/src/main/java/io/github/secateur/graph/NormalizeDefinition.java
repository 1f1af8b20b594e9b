package io.github.secateur.graph;

import java.util.List;

/** y = (x - mean[c]) / deviation[c] for the last dimension c. */
final class NormalizeDefinition extends OperatorDefinition<Attributes.Normalize> {

  NormalizeDefinition() {
    super(
        Kind.WEIGHTLESS,
        "normalize",
        Attributes.Normalize.class,
        AttributeField.required(
            "mean", AttributeField.Kind.NUMBERS, "one for all or one for each channel"),
        AttributeField.required(
            "deviation", AttributeField.Kind.NUMBERS, "one for all or one for each channel"));
  }

  @Override
  public Attributes.Normalize attributes(AttributeValues values) {
    return new Attributes.Normalize(values.numbers("mean"), values.numbers("deviation"));
  }

  @Override
  List<?> valuesOf(Attributes.Normalize normalize) {
    return List.of(normalize.mean(), normalize.deviation());
  }

  @Override
  Shape inferShape(ShapeCheck check, Attributes.Normalize normalize, List<Shape> inputs) {
    int channels = inputs.get(0).last();
    for (List<Float> values : List.of(normalize.mean(), normalize.deviation())) {
      check.require(
          values.size() == 1 || values.size() == channels,
          "a mean and a deviation for all or for each of " + channels + " channels",
          values.size() + " values");
      check.require(
          values.stream().allMatch(v -> Float.isFinite(v)), "finite means and deviations", values);
    }
    check.require(
        normalize.deviation().stream().noneMatch(d -> d <= 0),
        "positive deviations",
        normalize.deviation());
    return inputs.get(0);
  }

  @Override
  OperatorCost cost(Operator operator) {
    return OperatorCost.symmetric(
        OperatorCost.affine(operator.shape().size(), operator.shape().last()));
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
    return MergeSide.LAYER_BEHIND;
  }
}
