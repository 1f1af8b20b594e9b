package io.github.secateur.exchange.reading;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Two values that meet axis by axis: the atoms of one are made those of the other. */
final class Meeting {
  private final Call call;
  private final Flow model;

  Meeting(Call call, Flow model) {
    this.call = call;
    this.model = model;
  }

  /**
   * Returns a flow that has the model's atoms in all axes but one. Both have the same lengths
   * there.
   */
  Flow matching(Flow flow, int butAxis) {
    if (flow.rank() != model.rank()) {
      throw new Unreadable("values of %d axes, found %d", model.rank(), flow.rank());
    }
    return renamed(flow, axis -> axis == butAxis);
  }

  /**
   * Returns a flow with the model's atoms in axes of the model's lengths; in others it has length
   * 1.
   */
  Flow within(Flow flow) {
    return renamed(flow, axis -> flow.axes().get(axis).isEmpty());
  }

  private interface Left {
    boolean asItIs(int axis);
  }

  private Flow renamed(Flow flow, Left left) {
    int[] two = flow.dimensions(2);
    List<List<Atom>> fine = new ArrayList<>();
    List<Integer> twos = new ArrayList<>();
    List<Integer> threes = new ArrayList<>();
    for (int axis = 0; axis < flow.rank(); axis++) {
      if (left.asItIs(axis)) {
        fine.add(null);
        twos.add(two[axis]);
        threes.add(flow.dimensions(3)[axis]);
        continue;
      }
      if (two[axis] != model.dimensions(2)[axis]) {
        throw new Unreadable(
            "shapes that meet, found %s and %s for batches of 2",
            Arrays.toString(model.dimensions(2)), Arrays.toString(two));
      }
      for (Atom atom : model.axes().get(axis)) {
        fine.add(List.of(atom));
        twos.add(atom.size(2));
        threes.add(atom.size(3));
      }
    }
    Flow split =
        AxisOperators.reshape(
            call,
            flow,
            twos.stream().mapToInt(Integer::intValue).toArray(),
            threes.stream().mapToInt(Integer::intValue).toArray());
    return named(contiguous(split), flow.rank(), left);
  }

  /** Returns a flow in which the network has the atoms of each axis one after the other. */
  private Flow contiguous(Flow flow) {
    for (List<Atom> axis : flow.axes()) {
      List<Atom> row = Atom.ofRow(axis);
      int at = row.isEmpty() ? 0 : flow.order().indexOf(row.get(0));
      if (!flow.order().subList(at, Math.min(flow.order().size(), at + row.size())).equals(row)) {
        List<List<Atom>> groups =
            flow.axes().stream().map(Atom::ofRow).filter(group -> !group.isEmpty()).toList();
        String value = call.layers().arrange(flow, groups, call.name());
        return new Flow(flow.axes(), value, Flow.shape(groups), Atom.join(groups));
      }
    }
    return flow;
  }

  /** Gives a flow, each of whose axes is an atom of the model or stays, the model's atoms. */
  private Flow named(Flow split, int rank, Left left) {
    List<Atom> order = new ArrayList<>(split.order());
    List<List<Atom>> axes = new ArrayList<>();
    int next = 0;
    for (int axis = 0; axis < rank; axis++) {
      if (left.asItIs(axis)) {
        axes.add(split.axes().get(next++));
        continue;
      }
      for (Atom atom : model.axes().get(axis)) {
        List<Atom> own = Atom.ofRow(split.axes().get(next++));
        if (!own.isEmpty()) {
          int at = order.indexOf(own.get(0));
          order.subList(at, at + own.size()).clear();
          order.add(at, atom);
        }
      }
      axes.add(model.axes().get(axis));
    }
    return new Flow(axes, split.value(), split.shape(), order);
  }
}
