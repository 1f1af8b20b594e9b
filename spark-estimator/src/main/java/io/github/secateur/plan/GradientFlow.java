package io.github.secateur.plan;

import io.github.secateur.graph.Cost;
import io.github.secateur.graph.Graph;
import io.github.secateur.graph.Operator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How gradients of values that several operators read are added up. The backward pass runs from the
 * last operator to the first, so the last reader of a value contributes first; that is the order of
 * the additions.
 */
final class GradientFlow {
  private final List<List<Contribution>> contributions = new ArrayList<>();

  GradientFlow(Graph graph, List<BackwardPlan.Entry> entries) {
    int count = graph.operators().size();
    int[] readings = new int[count];
    for (BackwardPlan.Entry entry : entries) {
      for (int i = 0; i < entry.inputGradients().size(); i++) {
        readings[entry.operator().inputs().get(i)] += entry.inputGradients().get(i) ? 1 : 0;
      }
    }
    int[] seen = new int[count];
    Contribution[][] result = new Contribution[count][];
    result[0] = new Contribution[0];
    for (int id = count - 1; id >= 1; id--) {
      BackwardPlan.Entry entry = entries.get(id - 1);
      result[id] = new Contribution[entry.inputGradients().size()];
      for (int i = 0; i < result[id].length; i++) {
        int input = entry.operator().inputs().get(i);
        result[id][i] =
            entry.inputGradients().get(i)
                ? contribution(entry.operator(), i, readings[input], seen[input]++)
                : Contribution.NONE;
      }
    }
    for (Contribution[] row : result) {
      contributions.add(Arrays.asList(row));
    }
  }

  /** Returns how each input of an operator gets its gradient from it. */
  List<Contribution> of(int operatorId) {
    return contributions.get(operatorId);
  }

  /** Returns what moving and adding gradients costs for one operator, beyond computing them. */
  Cost cost(Operator operator) {
    Cost cost = Cost.ZERO;
    List<Contribution> row = of(operator.id());
    for (int i = 0; i < row.size(); i++) {
      long bytes = (long) Float.BYTES * operator.inputShapes().get(i).size();
      cost =
          cost.plus(
              switch (row.get(i)) {
                case NONE, WRITE, ALIAS -> Cost.ZERO;
                case COPY -> new Cost(0, 2 * bytes, 0);
                case ADD, WRITE_AND_ADD -> new Cost(bytes / Float.BYTES, 3 * bytes, 0);
              });
    }
    return cost;
  }

  private static Contribution contribution(Operator operator, int input, int readings, int seen) {
    boolean passesThrough = operator.definition().passesGradientThrough(operator, input);
    if (seen > 0) {
      return passesThrough ? Contribution.ADD : Contribution.WRITE_AND_ADD;
    }
    if (!passesThrough) {
      return Contribution.WRITE;
    }
    return readings == 1 ? Contribution.ALIAS : Contribution.COPY;
  }
}
