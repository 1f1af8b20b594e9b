package io.github.secateur.graph;

import java.util.ArrayList;
import java.util.List;

/** The values of its inputs at other places. The gradient copies back. */
abstract class CopyDefinition<A extends Attributes> extends OperatorDefinition<A> {

  CopyDefinition(String label, Class<A> attributesType, AttributeField... fields) {
    super(Kind.COPY, label, attributesType, fields);
  }

  @Override
  final OperatorCost cost(Operator operator) {
    long copied = operator.inputShapes().stream().mapToLong(Shape::size).sum();
    return OperatorCost.weightless(
        operator, OperatorCost.values(copied, 0, 2), input -> input, 0, 2);
  }

  /** Axes in another order: output axis i is input axis order[i]. */
  static final class Permute extends CopyDefinition<Attributes.Permute> {
    Permute() {
      super(
          "permute",
          Attributes.Permute.class,
          AttributeField.required(
              "order", AttributeField.Kind.INTEGERS, "for each output axis its input axis"));
    }

    @Override
    public Attributes.Permute attributes(AttributeValues values) {
      return new Attributes.Permute(values.integers("order"));
    }

    @Override
    List<?> valuesOf(Attributes.Permute permute) {
      return List.of(permute.order());
    }

    @Override
    Shape inferShape(ShapeCheck check, Attributes.Permute permute, List<Shape> inputs) {
      Shape input = inputs.get(0);
      List<Integer> sorted = permute.order().stream().sorted().toList();
      List<Integer> axes = new ArrayList<>();
      for (int axis = 0; axis < input.rank(); axis++) {
        axes.add(axis);
      }
      check.require(sorted.equals(axes), "an order of the axes " + axes, permute.order());
      return new Shape(permute.order().stream().map(input::dimension).toList());
    }
  }

  /** Zeros before and after each axis. */
  static final class Pad extends CopyDefinition<Attributes.Pad> {
    Pad() {
      super(
          "pad",
          Attributes.Pad.class,
          AttributeField.required("before", AttributeField.Kind.INTEGERS, "zeros before each axis"),
          AttributeField.required("after", AttributeField.Kind.INTEGERS, "zeros after each axis"));
    }

    @Override
    public Attributes.Pad attributes(AttributeValues values) {
      return new Attributes.Pad(values.integers("before"), values.integers("after"));
    }

    @Override
    List<?> valuesOf(Attributes.Pad pad) {
      return List.of(pad.before(), pad.after());
    }

    @Override
    Shape inferShape(ShapeCheck check, Attributes.Pad pad, List<Shape> inputs) {
      Shape input = inputs.get(0);
      check.require(
          pad.before().size() == input.rank() && pad.after().size() == input.rank(),
          "zeros before and after each of the " + input.rank() + " axes of shape " + input,
          pad.before() + " and " + pad.after());
      List<Integer> dimensions = new ArrayList<>();
      for (int axis = 0; axis < input.rank(); axis++) {
        check.require(
            pad.before().get(axis) >= 0 && pad.after().get(axis) >= 0, "no negative padding", pad);
        dimensions.add(input.dimension(axis) + pad.before().get(axis) + pad.after().get(axis));
      }
      return new Shape(dimensions);
    }
  }

  /** Inputs joined along an axis. */
  static final class Concat extends CopyDefinition<Attributes.Concat> {
    Concat() {
      super(
          "concat",
          Attributes.Concat.class,
          AttributeField.required(
              "axis", AttributeField.Kind.INTEGER, "axis of a row, counted from 0"));
    }

    @Override
    public Attributes.Concat attributes(AttributeValues values) {
      return new Attributes.Concat(values.integer("axis"));
    }

    @Override
    List<?> valuesOf(Attributes.Concat concat) {
      return List.of(concat.axis());
    }

    @Override
    public boolean joins() {
      return true;
    }

    @Override
    Shape inferShape(ShapeCheck check, Attributes.Concat concat, List<Shape> inputs) {
      int axis = concat.axis();
      Shape first = inputs.get(0);
      check.require(axis >= 0 && axis < first.rank(), "an axis in [0, " + first.rank() + ")", axis);
      List<Integer> dimensions = new ArrayList<>(first.dimensions());
      for (Shape other : inputs.subList(1, inputs.size())) {
        check.require(
            other.rank() == first.rank(), "branches of rank " + first.rank(), "shape " + other);
        for (int i = 0; i < first.rank(); i++) {
          check.require(
              i == axis || other.dimension(i) == first.dimension(i),
              "branches equal to " + first + " but for axis " + axis,
              "shape " + other);
        }
        dimensions.set(axis, dimensions.get(axis) + other.dimension(axis));
      }
      return new Shape(dimensions);
    }
  }
}
