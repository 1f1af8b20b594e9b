package io.github.secateur.exchange.reading;

import io.github.secateur.exchange.onnx.Tensor;
import io.github.secateur.graph.Attributes;
import io.github.secateur.graph.OperatorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Operators that name, split, join and move axes. Most of them add no layer. */
final class AxisOperators {
  private AxisOperators() {}

  static void register() {
    Operators.one("Transpose", AxisOperators::transpose);
    Operators.one("Reshape", AxisOperators::reshape);
    Operators.one("Flatten", AxisOperators::flatten);
    Operators.one("Squeeze", AxisOperators::squeeze);
    Operators.one("Unsqueeze", AxisOperators::unsqueeze);
    Operators.one("Expand", AxisOperators::expand);
    Operators.one("Concat", AxisOperators::concat);
    Operators.one("Pad", AxisOperators::pad);
    Operators.one("Gather", AxisOperators::gather);
    Operators.one("Slice", AxisOperators::slice);
    Operators.several("Split", AxisOperators::split);
  }

  private static Flow transpose(Call call) {
    Flow flow = call.flow(0);
    int[] order = call.node().integers("perm");
    List<List<Atom>> axes = new ArrayList<>();
    for (int axis = 0; axis < flow.rank(); axis++) {
      int from = order == null ? flow.rank() - 1 - axis : order[axis];
      if (from < 0 || from >= flow.rank() || (order != null && order.length != flow.rank())) {
        throw new Unreadable("an order of %d axes, found %s", flow.rank(), Arrays.toString(order));
      }
      axes.add(flow.axes().get(from));
    }
    if (Atom.join(axes).stream().distinct().count() != Atom.join(flow.axes()).size()) {
      throw new Unreadable("each axis once, found %s", Arrays.toString(order));
    }
    return flow.withAxes(axes);
  }

  private static Flow flatten(Call call) {
    Flow flow = call.flow(0);
    long axis = call.node().integer("axis", 1);
    int split = axis == flow.rank() ? flow.rank() : flow.axisOf(axis);
    return flow.withAxes(
        List.of(
            Atom.join(flow.axes().subList(0, split)),
            Atom.join(flow.axes().subList(split, flow.rank()))));
  }

  private static Flow squeeze(Call call) {
    Flow flow = call.flow(0);
    int[] axes = call.axes(1);
    boolean[] dropped = new boolean[flow.rank()];
    for (int axis : axes == null ? new int[0] : axes) {
      dropped[flow.axisOf(axis)] = true;
    }
    List<List<Atom>> kept = new ArrayList<>();
    for (int axis = 0; axis < dropped.length; axis++) {
      boolean isOne = flow.axes().get(axis).isEmpty();
      if (dropped[axis] && !isOne) {
        throw new Unreadable(
            "an axis that is dropped must have length 1, found %s",
            Arrays.toString(flow.dimensions(1)));
      }
      if (!(axes == null ? isOne : dropped[axis])) {
        kept.add(flow.axes().get(axis));
      }
    }
    return flow.withAxes(kept);
  }

  private static Flow unsqueeze(Call call) {
    Flow flow = call.flow(0);
    int[] axes = call.axes(1);
    int rank = flow.rank() + axes.length;
    boolean[] added = new boolean[rank];
    for (int axis : axes) {
      added[Flow.axisOf(axis, rank)] = true;
    }
    List<List<Atom>> all = new ArrayList<>();
    int next = 0;
    for (int axis = 0; axis < rank; axis++) {
      all.add(added[axis] ? List.of() : flow.axes().get(next++));
    }
    return flow.withAxes(all);
  }

  private static Flow reshape(Call call) {
    Flow flow = call.flow(0);
    if (!call.isConstant(1)) {
      throw new Unreadable("the new shape must not depend on the numbers of rows");
    }
    Constant shape = (Constant) call.inputs().get(1);
    boolean zeroIsZero = call.node().integer("allowzero", 0) == 1;
    int[] two = ConstantFolding.resolve(shape.two().toInts(), flow.dimensions(2), zeroIsZero);
    int[] three = ConstantFolding.resolve(shape.three().toInts(), flow.dimensions(3), zeroIsZero);
    int batch = call.literalBatch();
    if (batch > 0 && shape.isFixed()) {
      int[] literal =
          ConstantFolding.resolve(shape.two().toInts(), flow.dimensions(batch), zeroIsZero);
      int axis = batchAxis(flow, literal, batch);
      if (axis >= 0) {
        two = literal.clone();
        three = literal.clone();
        two[axis] = literal[axis] / batch * 2;
        three[axis] = literal[axis] / batch * 3;
      }
    }
    return reshape(call, flow, two, three);
  }

  /**
   * Returns the axis of a shape made for one number of rows that holds the batch: as many values
   * stand before it as before; -1 if there is none.
   */
  private static int batchAxis(Flow flow, int[] shape, int batch) {
    List<Atom> all = Atom.join(flow.axes());
    int before = Atom.product(all.subList(0, all.indexOf(Atom.BATCH)));
    int product = 1;
    for (int axis = 0; axis < shape.length; axis++) {
      boolean starts = product == before && (axis == 0 || before > 1);
      boolean holds = product <= before && (long) before * batch <= (long) product * shape[axis];
      if (batch > 1 ? holds && shape[axis] % batch == 0 : starts) {
        return axis;
      }
      product *= shape[axis];
    }
    return -1;
  }

  /**
   * Returns a flow in another shape; where that begins axes within atoms, its order is made plain.
   */
  static Flow reshape(Call call, Flow flow, int[] two, int[] three) {
    Flow reshaped = flow.reshaped(two, three);
    if (reshaped == null) {
      List<Atom> all = Atom.join(flow.axes());
      if (all.get(0) != Atom.BATCH) {
        throw new Unreadable(
            "a shape in which the batch stands apart, found %s for batches of 2",
            Arrays.toString(two));
      }
      List<Atom> row = Atom.ofRow(all);
      String value = call.layers().arrange(flow, List.of(row), call.name());
      List<Atom> plain = Atom.axis(Atom.product(row));
      List<Atom> axis = new ArrayList<>(List.of(Atom.BATCH));
      axis.addAll(plain);
      reshaped =
          new Flow(List.of(axis), value, Flow.shape(List.of(row)), plain).reshaped(two, three);
    }
    if (reshaped == null) {
      throw new Unreadable(
          "a shape in which each row keeps its values, found %s from %s for batches of 2",
          Arrays.toString(two), Arrays.toString(flow.dimensions(2)));
    }
    return reshaped;
  }

  private static Flow expand(Call call) {
    Flow flow = call.flow(0);
    if (!call.isConstant(1)) {
      throw new Unreadable("the new shape must not depend on the numbers of rows");
    }
    Constant shape = (Constant) call.inputs().get(1);
    int rows = call.literalBatch() > 0 ? call.literalBatch() : 2;
    int[] target = ConstantFolding.broadcast(flow.dimensions(rows), shape.two().toInts());
    List<List<Atom>> axes = new ArrayList<>();
    for (int lead = target.length - flow.rank(); lead > 0; lead--) {
      axes.add(List.of());
    }
    axes.addAll(flow.axes());
    Flow aligned = flow.withAxes(axes);
    if (!Arrays.equals(aligned.dimensions(rows), target)) {
      throw new Unreadable(
          "values must not be repeated, found shape %s from %s",
          Arrays.toString(target), Arrays.toString(flow.dimensions(rows)));
    }
    return aligned;
  }

  private static Flow concat(Call call) {
    Flow some = null;
    for (int i = 0; i < call.inputs().size(); i++) {
      some = call.isConstant(i) ? some : call.flow(i);
    }
    List<Flow> flows = new ArrayList<>();
    for (int i = 0; i < call.inputs().size(); i++) {
      flows.add(call.isConstant(i) ? Learned.inEachRow(call, i, some) : call.flow(i));
    }
    if (flows.size() == 1) {
      return flows.get(0);
    }
    int axis = flows.get(0).axisOf(call.node().integer("axis", 0));
    if (flows.get(0).axes().get(axis).contains(Atom.BATCH)) {
      throw new Unreadable("rows of the batch cannot be joined");
    }
    Flow model = flows.get(0);
    for (Flow flow : flows) {
      model = model.axis(axis).isEmpty() ? flow : model;
    }
    Meeting meeting = new Meeting(call, model);
    List<Atom> along = model.axis(axis);
    int at = along.isEmpty() ? 0 : model.order().indexOf(along.get(0));
    List<Atom> others = model.others(along);
    int before = (int) model.order().subList(0, at).stream().filter(others::contains).count();
    List<String> read = new ArrayList<>();
    int length = 0;
    for (Flow flow : flows) {
      Flow met = flow == model ? model : meeting.matching(flow, axis);
      List<List<Atom>> groups = new ArrayList<>(Flow.single(others));
      groups.add(before, met.axis(axis));
      read.add(call.layers().arrange(met, groups, call.name()));
      length += met.length(axis);
    }
    String name = call.layers().concat(call.name(), read, before);
    List<Atom> joined = Atom.axis(length);
    List<Atom> order = new ArrayList<>(others);
    order.addAll(before, joined);
    List<List<Atom>> axes = new ArrayList<>(model.axes());
    axes.set(axis, joined);
    List<List<Atom>> groups = new ArrayList<>(Flow.single(others));
    groups.add(before, joined);
    return new Flow(axes, name, Flow.shape(groups), order);
  }

  /** Takes the values at one index of an axis, or at several that follow each other. */
  private static Flow taken(Call call) {
    Flow flow = call.flow(0);
    Tensor indices = call.tensor(1);
    int axis = flow.axisOf(call.node().integer("axis", 0));
    int length = flow.length(axis);
    int count = indices.size();
    if (indices.rank() > 1 || count < 1) {
      throw new Unreadable("one index or several in a row, found %d axes", indices.rank());
    }
    int[] places = indices.toInts();
    int step = count > 1 ? places[1] - places[0] : 1;
    for (int i = 0; i < count; i++) {
      places[i] = places[i] < 0 ? places[i] + length : places[i];
      if (places[i] < 0 || places[i] >= length || places[i] != places[0] + i * step) {
        throw new Unreadable("indices of the axis in equal steps");
      }
    }
    Flow part = part(call, flow, axis, places[0], step, count, call.name());
    if (indices.rank() == 1) {
      return part;
    }
    List<List<Atom>> axes = new ArrayList<>(part.axes());
    axes.remove(axis);
    return part.withAxes(axes);
  }

  private static Flow slice(Call call) {
    Flow flow = call.flow(0);
    boolean old = call.opset() < 10;
    int[] starts = old ? call.node().integers("starts") : call.tensor(1).toInts();
    int[] ends = old ? call.node().integers("ends") : call.tensor(2).toInts();
    int[] axes = call.axes(3);
    Tensor steps = call.optional(4);
    Flow result = flow;
    for (int i = 0; i < starts.length; i++) {
      int axis = flow.axisOf(axes == null ? i : axes[i]);
      int step = steps == null ? 1 : (int) steps.longAt(i);
      if (flow.axes().get(axis).contains(Atom.BATCH)) {
        if (starts[i] == 0 && step == 1 && ends[i] == Integer.MAX_VALUE) {
          continue;
        }
        throw new Unreadable("rows of the batch stay as they are");
      }
      ConstantFolding.Span span =
          ConstantFolding.Span.of(starts[i], ends[i], step, flow.length(axis));
      String name = i == 0 ? call.name() : call.layers().beside(call.name(), "slice");
      result = part(call, result, axis, span.start(), span.step(), span.length(), name);
    }
    return result;
  }

  private static List<Flow> split(Call call) {
    Flow flow = call.flow(0);
    int axis = flow.axisOf(call.node().integer("axis", 0));
    int[] lengths = ConstantFolding.splitLengths(call.node(), call.tensors(), flow.length(axis));
    List<Flow> parts = new ArrayList<>();
    int start = 0;
    boolean first = true;
    for (int i = 0; i < call.used().size(); i++) {
      if (call.used().get(i)) {
        String name = first ? call.name() : call.layers().beside(call.name(), "part");
        parts.add(part(call, flow, axis, start, 1, lengths[i], name));
        first = false;
      } else {
        parts.add(null); // nobody reads it
      }
      start += lengths[i];
    }
    return parts;
  }

  /** Takes so many indices of an axis. */
  private static Flow part(
      Call call, Flow flow, int axis, int start, int step, int count, String name) {
    List<Atom> along = flow.axis(axis);
    if (flow.axes().get(axis).contains(Atom.BATCH) || count < 1) {
      throw new Unreadable("a part of an axis of a row that holds something");
    }
    if (step == 1 && count == flow.length(axis)) {
      return flow;
    }
    List<Atom> others = flow.others(along);
    int lead = leading(flow, along);
    List<List<Atom>> groups = new ArrayList<>(Flow.single(others));
    groups.add(lead, along);
    String value = call.layers().arrange(flow, groups, name);
    int end = start + (count - 1) * step + Integer.signum(step);
    Attributes attributes =
        new Attributes.Slice(lead, start, end < 0 ? -Integer.MAX_VALUE : end, step);
    call.layers().add(name, value, OperatorType.SLICE, attributes);
    List<Atom> left = Atom.axis(count);
    List<List<Atom>> axes = new ArrayList<>(flow.axes());
    axes.set(axis, left);
    List<Atom> order = new ArrayList<>(others);
    order.addAll(lead, left);
    return new Flow(axes, name, call.layers().shape(), order);
  }

  /** Adds the rows of a table that whole numbers are the indices of. */
  private static Flow gather(Call call) {
    if (!call.isConstant(0)) {
      return taken(call);
    }
    Tensor table = call.tensor(0);
    Flow flow = call.flow(1);
    if (table.rank() != 2 || Flow.axisOf(call.node().integer("axis", 0), 2) != 0) {
      throw new Unreadable("a table of vectors, found %d axes", table.rank());
    }
    Attributes attributes =
        new Attributes.Embedding(
            table.dimension(0), table.dimension(1), Attributes.Embedding.NO_PADDING);
    call.layers().add(call.name(), flow.value(), OperatorType.EMBEDDING, attributes);
    call.layers().weights(call.name(), "kernel", table.toFloats());
    List<Atom> width = Atom.axis(table.dimension(1));
    List<List<Atom>> axes = new ArrayList<>(flow.axes());
    axes.add(width);
    List<Atom> order = new ArrayList<>(flow.order());
    order.addAll(width);
    return new Flow(axes, call.name(), call.layers().shape(), order);
  }

  private static Flow pad(Call call) {
    Flow flow = call.flow(0);
    String mode = call.node().text("mode", "constant");
    float value = call.has(2) ? call.scalar(2, 0) : call.node().number("value", 0);
    if (!mode.equals("constant") || value != 0) {
      throw new Unreadable("only zeros are added, found mode \"%s\" with value %s", mode, value);
    }
    int[] pads = call.has(1) ? call.tensor(1).toInts() : call.node().integers("pads");
    Tensor named = call.optional(3);
    int[] before = new int[flow.rank()];
    int[] after = new int[flow.rank()];
    int count = pads.length / 2;
    for (int i = 0; i < count; i++) {
      int axis = flow.axisOf(named == null ? i : named.longAt(i));
      before[axis] = pads[i];
      after[axis] = pads[count + i];
    }
    return padded(call, flow, before, after);
  }

  /** Adds zeros before and after each axis. */
  static Flow padded(Call call, Flow flow, int[] before, int[] after) {
    List<List<Atom>> groups = new ArrayList<>();
    List<Integer> zerosBefore = new ArrayList<>();
    List<Integer> zerosAfter = new ArrayList<>();
    List<List<Atom>> axes = new ArrayList<>(flow.axes());
    List<List<Atom>> padded = new ArrayList<>();
    List<Atom> moved = new ArrayList<>();
    for (int axis = 0; axis < flow.rank(); axis++) {
      if (before[axis] == 0 && after[axis] == 0) {
        continue;
      }
      if (before[axis] < 0 || after[axis] < 0 || axes.get(axis).contains(Atom.BATCH)) {
        throw new Unreadable(
            "zeros are added to axes of a row only, found %d and %d for axis %d",
            before[axis], after[axis], axis);
      }
      moved.addAll(flow.axis(axis));
    }
    if (before.length == 0
        || Arrays.stream(before).allMatch(i -> i == 0)
            && Arrays.stream(after).allMatch(i -> i == 0)) {
      return flow;
    }
    List<Atom> still = flow.others(moved);
    int lead = leading(flow, moved);
    for (int i = 0; i < lead; i++) {
      none(List.of(still.get(i)), groups, padded, zerosBefore, zerosAfter);
    }
    for (int axis = 0; axis < flow.rank(); axis++) {
      if (before[axis] > 0 || after[axis] > 0) {
        groups.add(flow.axis(axis));
        zerosBefore.add(before[axis]);
        zerosAfter.add(after[axis]);
        List<Atom> longer = Atom.axis(flow.length(axis) + before[axis] + after[axis]);
        padded.add(longer);
        axes.set(axis, longer);
      }
    }
    for (int i = lead; i < still.size(); i++) {
      none(List.of(still.get(i)), groups, padded, zerosBefore, zerosAfter);
    }
    String value = call.layers().arrange(flow, groups, call.name());
    String name =
        call.layers()
            .add(call.name(), value, OperatorType.PAD, new Attributes.Pad(zerosBefore, zerosAfter));
    return new Flow(axes, name, Flow.shape(padded), Atom.join(padded));
  }

  private static void none(
      List<Atom> group,
      List<List<Atom>> groups,
      List<List<Atom>> padded,
      List<Integer> before,
      List<Integer> after) {
    groups.add(group);
    padded.add(group);
    before.add(0);
    after.add(0);
  }

  /** Returns how many atoms stand before the first of these in the network. */
  static int leading(Flow flow, List<Atom> atoms) {
    int lead = 0;
    while (lead < flow.order().size() && !atoms.contains(flow.order().get(lead))) {
      lead++;
    }
    return atoms.isEmpty() ? 0 : lead;
  }
}
