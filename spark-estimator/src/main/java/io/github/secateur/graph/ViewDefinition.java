package io.github.secateur.graph;

import java.util.List;

/** The values of its input where they are, in another shape or in the same. */
abstract class ViewDefinition<A extends Attributes> extends OperatorDefinition<A> {

  ViewDefinition(String label, Class<A> attributesType, AttributeField... fields) {
    super(Kind.COPY, label, attributesType, fields);
  }

  @Override
  final OperatorCost cost(Operator operator) {
    return OperatorCost.nothing(operator);
  }

  @Override
  public final boolean passesThrough(boolean training) {
    return true;
  }

  @Override
  public final boolean passesGradientThrough(Operator operator, int input) {
    return true;
  }

  /** The row's values in a shape that is given. */
  static final class Reshape extends ViewDefinition<Attributes.Reshape> {
    Reshape() {
      super(
          "reshape",
          Attributes.Reshape.class,
          AttributeField.required("shape", AttributeField.Kind.SHAPE, "shape of the output"));
    }

    @Override
    public Attributes.Reshape attributes(AttributeValues values) {
      return new Attributes.Reshape(new Shape(values.integers("shape")));
    }

    @Override
    List<?> valuesOf(Attributes.Reshape reshape) {
      return List.of(reshape.target().dimensions());
    }

    @Override
    Shape inferShape(ShapeCheck check, Attributes.Reshape reshape, List<Shape> inputs) {
      Shape target = reshape.target();
      check.require(
          target.size() == inputs.get(0).size(),
          "a row of " + target.size() + " values to form " + target,
          "shape " + inputs.get(0));
      return target;
    }
  }

  /** The row as a vector, or as it is. */
  static final class Plain extends ViewDefinition<Attributes.None> {
    private final boolean flattens;

    Plain(String label, boolean flattens) {
      super(label, Attributes.None.class);
      this.flattens = flattens;
    }

    @Override
    public Attributes.None attributes(AttributeValues values) {
      return new Attributes.None();
    }

    @Override
    List<?> valuesOf(Attributes.None attributes) {
      return List.of();
    }

    @Override
    Shape inferShape(ShapeCheck check, Attributes.None attributes, List<Shape> inputs) {
      return flattens ? Shape.of(inputs.get(0).size()) : inputs.get(0);
    }
  }
}
