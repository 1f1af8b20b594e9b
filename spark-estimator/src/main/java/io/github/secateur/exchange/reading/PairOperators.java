package io.github.secateur.exchange.reading;

import io.github.secateur.exchange.onnx.Tensor;
import io.github.secateur.graph.Attributes;
import io.github.secateur.graph.OperatorType;
import io.github.secateur.nn.Network;
import java.util.ArrayList;
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
    Operators.one("Div", call -> pair(call, null));
    Operators.one("Max", call -> all(call, Network::maximum));
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
      return withNumbers(call);
    }
    if (join == null) {
      throw new Unreadable("two values that depend on the rows");
    }
    Flow first = aligned(call.flow(0), call.flow(1).rank());
    Flow second = aligned(call.flow(1), call.flow(0).rank());
    boolean firstIsModel = covers(first, second);
    Flow model = firstIsModel ? first : second;
    if (!covers(model, firstIsModel ? second : first)) {
      throw new Unreadable("one of both values must have all axes of the result");
    }
    Flow other = new Meeting(call, model).within(firstIsModel ? second : first);
    String met = meet(call, model, other);
    String left = firstIsModel ? model.value() : met;
    String right = firstIsModel ? met : model.value();
    String name = call.layers().add(call.name(), left, network -> join.add(network, right));
    return new Flow(model.axes(), name, call.layers().shape(), model.order());
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
    List<List<Atom>> blocks = new ArrayList<>();
    int at = 0;
    for (int length : flow.shape().dimensions()) {
      int from = at;
      int product = 1;
      while (product < length && at < flow.order().size()) {
        product *= flow.order().get(at++).size();
      }
      if (product != length) {
        throw new Unreadable("axes that meet, found %s", flow.shape());
      }
      blocks.add(new ArrayList<>(flow.order().subList(from, at)));
    }
    return blocks;
  }

  private static Flow withNumbers(Call call) {
    int side = call.isConstant(0) ? 0 : 1;
    Flow flow = call.flow(1 - side);
    Tensor numbers = call.tensor(side);
    if (numbers.size() != 1) {
      throw new Unreadable("one number for all values, found %d", numbers.size());
    }
    List<List<Atom>> axes = aligned(flow, numbers.rank()).axes();
    float number = numbers.floatAt(0);
    return byNumber(call, flow.withAxes(axes), number, side == 0);
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
        if (numberFirst || number == 0) {
          throw new Unreadable("a divisor that is a number, not 0");
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
