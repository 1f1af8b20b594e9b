package io.github.secateur.plan.print;

import io.github.secateur.graph.Graph;
import io.github.secateur.graph.Operator;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * Places the operators of a graph, one to a row, in lanes, so that a line can be drawn straight
 * down from each operator to its last reader: a lane belongs to a value until all its readers have
 * come.
 */
final class GraphLanes {
  private final int[] lanes;
  private final int count;

  GraphLanes(Graph graph) {
    lanes = new int[graph.operators().size()];
    int[] unread = graph.consumers().stream().mapToInt(List::size).toArray();
    List<Boolean> taken = new ArrayList<>();
    for (Operator operator : graph.operators()) {
      for (int input : operator.inputs()) {
        unread[input]--;
        if (unread[input] == 0) {
          taken.set(lanes[input], false);
        }
      }
      int lane = lane(operator, unread, taken);
      lanes[operator.id()] = lane;
      taken.set(lane, true);
    }
    count = taken.size();
  }

  /** Takes over the first of the lanes of inputs that nobody else waits for, or else a free one. */
  private int lane(Operator operator, int[] unread, List<Boolean> taken) {
    OptionalInt own =
        operator.inputs().stream()
            .filter(input -> unread[input] == 0)
            .mapToInt(input -> lanes[input])
            .min();
    if (own.isPresent()) {
      return own.getAsInt();
    }
    int free = taken.indexOf(false);
    if (free >= 0) {
      return free;
    }
    taken.add(false);
    return taken.size() - 1;
  }

  /** Returns the lane of an operator, from 0. */
  int of(int operatorId) {
    return lanes[operatorId];
  }

  /** Returns the number of lanes. */
  int count() {
    return count;
  }
}
