package io.github.secateur.graph;

import java.util.ArrayList;
import java.util.List;

/** The values of its inputs at other places. The gradient copies back. */
abstract class CopyDefinition<A extends Attributes> extends OperatorDefinition<A> {

  CopyDefinition(String label, Class<A> attributesType, AttributeField... fields) {
    super(Kind.COPY, label, attributesType, fields);
  }

  @Override
  OperatorCost cost(Operator operator) {
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

  /** A part of an axis. */
  static final class Slice extends CopyDefinition<Attributes.Slice> {
    Slice() {
      super(
          "slice",
          Attributes.Slice.class,
          AttributeField.required(
              "axis", AttributeField.Kind.INTEGER, "axis of a row, counted from 0"),
          AttributeField.required(
              "start",
              AttributeField.Kind.INTEGER,
              "the first index; a negative one counts from the end"),
          AttributeField.required(
              "end",
              AttributeField.Kind.INTEGER,
              "the index to stop before; a negative one counts from the end"),
          AttributeField.optional(
              "step",
              AttributeField.Kind.INTEGER,
              1,
              "from one index to the next; a negative one descends"));
    }

    @Override
    public Attributes.Slice attributes(AttributeValues values) {
      return new Attributes.Slice(
          values.integer("axis"),
          values.integer("start"),
          values.integer("end"),
          values.integer("step"));
    }

    @Override
    List<?> valuesOf(Attributes.Slice slice) {
      return List.of(slice.axis(), slice.start(), slice.end(), slice.step());
    }

    @Override
    Shape inferShape(ShapeCheck check, Attributes.Slice slice, List<Shape> inputs) {
      Shape input = inputs.get(0);
      int axis = slice.axis();
      check.require(axis >= 0 && axis < input.rank(), "an axis in [0, " + input.rank() + ")", axis);
      check.require(slice.step() != 0, "a step other than 0", slice.step());
      int count = slice.count(input.dimension(axis));
      check.require(
          count >= 1,
          "a part of axis " + axis + " of shape " + input,
          "none from " + slice.start() + " to " + slice.end() + " by " + slice.step());
      List<Integer> dimensions = new ArrayList<>(input.dimensions());
      dimensions.set(axis, count);
      return new Shape(dimensions);
    }

    @Override
    OperatorCost cost(Operator operator) {
      long copied = operator.shape().size();
      return OperatorCost.weightless(
          operator, OperatorCost.values(copied, 0, 2), input -> copied, 0, 2);
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
