package io.github.secateur.exchange.reading;

import io.github.secateur.exchange.onnx.Tensor;
import io.github.secateur.graph.Attributes;
import io.github.secateur.graph.OperatorType;
import io.github.secateur.nn.Network;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Arithmetic of two values, or of a value and numbers. */
final class PairOperators {
  private PairOperators() {}

  /** Joins the value of the network so far with a named one. */
  private interface Join {
    Network add(Network network, String other);
  }

  static void register() {
    Operators.one("Add", call -> pair(call, Network::add));
    Operators.one("Sum", call -> all(call, Network::add));
    Operators.one("Sub", call -> pair(call, Network::subtract));
    Operators.one("Mul", call -> pair(call, Network::multiply));
    Operators.one("Div", call -> pair(call, Network::divide));
    Operators.one("Max", call -> all(call, Network::maximum));
    Operators.one("Min", call -> all(call, Network::minimum));
  }

  private static Flow all(Call call, Join join) {
    if (call.inputs().size() == 1) {
      return call.flow(0);
    }
    if (call.inputs().size() != 2) {
      throw new Unreadable("two inputs, found %d", call.inputs().size());
    }
    return pair(call, join);
  }

  private static Flow pair(Call call, Join join) {
    if (call.isConstant(0) || call.isConstant(1)) {
      int side = call.isConstant(0) ? 0 : 1;
      Constant constant = (Constant) call.inputs().get(side);
      if (constant.isFixed() && (constant.two().size() == 1 || isWeightless(call, side))) {
        return withNumbers(call);
      }
      Flow row = call.flow(1 - side);
      Flow learned = Learned.of(call, side, row);
      return side == 0 ? pair(call, learned, row, join) : pair(call, row, learned, join);
    }
    return pair(call, call.flow(0), call.flow(1), join);
  }

  /**
   * Returns whether numbers along one axis are subtracted or divided by, as inputs are prepared.
   */
  private static boolean isWeightless(Call call, int side) {
    Tensor numbers = ((Constant) call.inputs().get(side)).two();
    boolean along = Arrays.stream(numbers.dimensions()).filter(length -> length > 1).count() == 1;
    return side == 1 && along && !isCommutative(call);
  }

  private static Flow pair(Call call, Flow left, Flow right, Join join) {
    Flow first = aligned(left, right.rank());
    Flow second = aligned(right, left.rank());
    boolean firstIsModel = covers(first, second);
    Flow model = firstIsModel ? first : second;
    if (!covers(model, firstIsModel ? second : first)) {
      return crossing(call, first, second, join);
    }
    Flow other = new Meeting(call, model).within(firstIsModel ? second : first);
    model = apart(call, model, other);
    String met = meet(call, model, other);
    String one = firstIsModel ? model.value() : met;
    String two = firstIsModel ? met : model.value();
    String name = call.layers().add(call.name(), one, network -> join.add(network, two));
    return new Flow(model.axes(), name, call.layers().shape(), model.order());
  }

  /**
   * Joins two values each of which has axes that the other one has not: both in the file's order.
   */
  private static Flow crossing(Call call, Flow first, Flow second, Join join) {
    List<List<Atom>> ofFirst = new ArrayList<>();
    List<List<Atom>> ofSecond = new ArrayList<>();
    List<List<Atom>> axes = new ArrayList<>();
    for (int axis = 0; axis < first.rank(); axis++) {
      List<Atom> left = first.axes().get(axis);
      List<Atom> right = second.axes().get(axis);
      if (left.contains(Atom.BATCH) || right.contains(Atom.BATCH)) {
        if (left.size() != 1 || right.size() != 1 || left.get(0) != right.get(0)) {
          throw new Unreadable("the batch in the same axis of both values, and alone");
        }
        axes.add(left);
        continue;
      }
      if (!left.isEmpty() && !right.isEmpty() && first.length(axis) != second.length(axis)) {
        throw new Unreadable("shapes that meet");
      }
      ofFirst.add(left);
      ofSecond.add(right);
      axes.add(Atom.axis(Math.max(first.length(axis), second.length(axis))));
    }
    String left = call.layers().arrange(first, ofFirst, call.name());
    String right = call.layers().arrange(second, ofSecond, call.name());
    String name = call.layers().add(call.name(), left, network -> join.add(network, right));
    return new Flow(axes, name, call.layers().shape(), Atom.ofRow(Atom.join(axes)));
  }

  private static Flow aligned(Flow flow, int rank) {
    List<List<Atom>> axes = new ArrayList<>();
    for (int lead = rank - flow.rank(); lead > 0; lead--) {
      axes.add(List.of());
    }
    axes.addAll(flow.axes());
    return flow.withAxes(axes);
  }

  /** Returns whether a value has length 1 only where another one has. */
  private static boolean covers(Flow flow, Flow other) {
    for (int axis = 0; axis < flow.rank(); axis++) {
      if (flow.axes().get(axis).isEmpty() && !other.axes().get(axis).isEmpty()) {
        return false;
      }
    }
    return true;
  }

  /** Returns a value with an axis for each atom if another one has but a part of an axis. */
  private static Flow apart(Call call, Flow model, Flow other) {
    for (List<Atom> group : blocks(model)) {
      long own = group.stream().filter(other.order()::contains).count();
      if (own > 0 && own < group.size()) {
        List<List<Atom>> single = Flow.single(model.order());
        String value = call.layers().arrange(model, single, call.name());
        return new Flow(model.axes(), value, Flow.shape(single), model.order());
      }
    }
    return model;
  }

  /** Returns a value in the shape in which it meets the model's: its axes are the model's last. */
  private static String meet(Call call, Flow model, Flow other) {
    if (model.order().equals(other.order()) && model.shape().equals(other.shape())) {
      return other.value();
    }
    List<List<Atom>> groups = blocks(model);
    int from = groups.size();
    for (int i = groups.size() - 1; i >= 0; i--) {
      List<Atom> group = groups.get(i);
      List<Atom> own = group.stream().filter(other.order()::contains).toList();
      if (!own.isEmpty() && own.size() < group.size()) {
        throw new Unreadable("a value that has all or nothing of an axis of the other");
      }
      groups.set(i, own);
      from = own.isEmpty() ? from : i;
    }
    List<List<Atom>> last =
        new ArrayList<>(groups.subList(Math.min(from, groups.size() - 1), groups.size()));
    return call.layers().arrange(other, last, call.name());
  }

  /** Returns the atoms of each axis that a value has in the network. */
  private static List<List<Atom>> blocks(Flow flow) {
    List<List<Atom>> blocks = flow.blocks();
    if (blocks == null) {
      throw new Unreadable("axes that meet, found %s", flow.shape());
    }
    return blocks;
  }

  private static Flow withNumbers(Call call) {
    int side = call.isConstant(0) ? 0 : 1;
    Flow flow = call.flow(1 - side);
    Tensor numbers = call.tensor(side);
    if (numbers.size() != 1) {
      return channels(call, flow, numbers, side == 0);
    }
    List<List<Atom>> axes = aligned(flow, numbers.rank()).axes();
    float number = numbers.floatAt(0);
    return byNumber(call, flow.withAxes(axes), number, side == 0);
  }

  /** Adds arithmetic with one number for each index along an axis. */
  private static Flow channels(Call call, Flow flow, Tensor numbers, boolean numbersFirst) {
    int axis = flow.rank() - numbers.rank();
    for (int length : numbers.dimensions()) {
      if (length == numbers.size()) {
        break;
      }
      axis++;
    }
    if (axis < 0 || axis >= flow.rank() || flow.length(axis) != numbers.size()) {
      throw new Unreadable(
          "numbers along one axis of the value, found shape %s",
          Arrays.toString(numbers.dimensions()));
    }
    List<Float> mean = new ArrayList<>();
    List<Float> deviation = new ArrayList<>();
    List<Atom> last = flow.inNetworkOrder(flow.axis(axis));
    for (int place : Flow.positions(last, flow.axis(axis))) {
      float number = numbers.floatAt(place);
      switch (numbersFirst && !isCommutative(call) ? "" : call.node().type()) {
        case "Add", "Sum" -> add(mean, -number, deviation, 1);
        case "Sub" -> add(mean, number, deviation, 1);
        case "Mul" -> add(mean, 0, deviation, 1 / number);
        case "Div" -> add(mean, 0, deviation, number);
        default -> throw new Unreadable("the value first, then numbers along an axis");
      }
    }
    Flow read = NormOperators.withLast(call, flow, last);
    Attributes attributes = new Attributes.Normalize(mean, deviation);
    return read.withValue(
        call.layers().add(call.name(), read.value(), OperatorType.NORMALIZE, attributes));
  }

  private static boolean isCommutative(Call call) {
    return !call.node().type().equals("Sub") && !call.node().type().equals("Div");
  }

  private static void add(List<Float> mean, float shift, List<Float> deviation, float scale) {
    if (scale == 0 || !Float.isFinite(scale)) {
      throw new Unreadable("factors that are not 0");
    }
    mean.add(shift);
    deviation.add(scale);
  }

  private static Flow byNumber(Call call, Flow flow, float number, boolean numberFirst) {
    String type = call.node().type();
    return switch (type) {
      case "Add", "Sum" -> number == 0 ? flow : shifted(call, flow, -number);
      case "Sub" ->
          numberFirst
              ? shifted(call, scaled(call, flow, -1, "negated"), -number)
              : shifted(call, flow, number);
      case "Mul" -> number == 1 ? flow : scaled(call, flow, number, null);
      case "Div" -> {
        if (number == 0) {
          throw new Unreadable("a number that is not 0");
        }
        if (numberFirst) {
          String inverse = call.layers().beside(call.name(), "inverse");
          Flow inverted =
              flow.withValue(
                  call.layers()
                      .add(inverse, flow.value(), OperatorType.POW, new Attributes.Slope(-1)));
          yield scaled(call, inverted, number, null);
        }
        yield scaled(call, flow, 1 / number, null);
      }
      default -> throw new Unreadable("two values that depend on the rows");
    };
  }

  private static Flow shifted(Call call, Flow flow, float mean) {
    Attributes attributes = new Attributes.Normalize(List.of(mean), List.of(1f));
    return flow.withValue(
        call.layers().add(call.name(), flow.value(), OperatorType.NORMALIZE, attributes));
  }

  private static Flow scaled(Call call, Flow flow, float factor, String role) {
    String name = role == null ? call.name() : call.layers().beside(call.name(), role);
    return flow.withValue(
        call.layers().add(name, flow.value(), OperatorType.SCALE, new Attributes.Scale(factor)));
  }
}
