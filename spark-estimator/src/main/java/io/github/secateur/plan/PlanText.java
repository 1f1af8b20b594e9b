package io.github.secateur.plan;

import io.github.secateur.graph.Graph;
import io.github.secateur.graph.Operator;
import java.util.Locale;

/**
 * Draws a backward plan as a table for people, with what it saves against the same network
 * unpruned.
 */
final class PlanText {
  private final BackwardPlan plan;
  private final BackwardPlan whole;

  PlanText(BackwardPlan plan) {
    this.plan = plan;
    this.whole = BackwardPlan.of(plan.graph(), false);
  }

  @Override
  public String toString() {
    return heading() + "\n" + table() + "\n" + totals();
  }

  private String heading() {
    StringBuilder heading =
        new StringBuilder("Backward plan: " + plan.entries().size() + " operators");
    for (Action action :
        new Action[] {
          Action.REMOVED, Action.WEIGHT_GRADIENT_ONLY, Action.INPUT_GRADIENT_ONLY, Action.KEPT
        }) {
      long count = plan.entries().stream().filter(entry -> entry.action() == action).count();
      heading.append(count == 0 ? "" : ", " + count + " " + action.label());
    }
    return heading.append(plan.pruning() ? "" : " (pruning is off)").append('\n').toString();
  }

  private String table() {
    TextTable table = new TextTable(false, false, false, true, false, false, true, true, true);
    table.add(
        "layer",
        "type",
        "output",
        "weights",
        "backward",
        "reason",
        "FLOPs forward",
        "backward whole",
        "kept");
    for (BackwardPlan.Entry entry : plan.entries()) {
      Operator operator = entry.operator();
      long weights = operator.parameters().stream().mapToLong(p -> p.size()).sum();
      table.add(
          operator.name(),
          operator.type().label(),
          operator.shape().toString(),
          weights == 0 ? "-" : number(weights) + (operator.frozen() ? " frozen" : ""),
          action(entry),
          entry.reason().label(),
          number(plan.forwardCost(entry).flopsPerRow()),
          number(whole.backwardCost(whole.entry(operator.id())).flopsPerRow()),
          number(plan.backwardCost(entry).flopsPerRow()));
    }
    return table.toString();
  }

  private static String action(BackwardPlan.Entry entry) {
    long inputs = entry.inputGradients().size();
    long kept = entry.inputGradients().stream().filter(wanted -> wanted).count();
    boolean partly = kept > 0 && kept < inputs;
    return entry.action().label() + (partly ? " for " + kept + " of " + inputs + " inputs" : "");
  }

  private String totals() {
    Graph graph = plan.graph();
    TextTable table = new TextTable(false, true, true, true);
    table.add("a training step", "whole", "kept", "saved");
    add(table, "FLOPs per row, backward", backwardFlops(whole), backwardFlops(plan));
    add(table, "FLOPs per row, all", whole.cost().flopsPerRow(), plan.cost().flopsPerRow());
    add(table, "workspace bytes per row", workspaceBytes(whole), workspaceBytes(plan));
    long stateBytes = (long) Float.BYTES * TrainableLayout.of(graph).stateLength();
    add(
        table,
        "weight bytes sent each way",
        (long) Float.BYTES * graph.parameterCount(),
        plan.pruning() ? stateBytes : (long) Float.BYTES * graph.parameterCount());
    return table.toString();
  }

  private static void add(TextTable table, String name, long before, long after) {
    double saved = before == 0 ? 0 : 100.0 * (before - after) / before;
    table.add(name, number(before), number(after), String.format(Locale.ROOT, "%.1f %%", saved));
  }

  private static long backwardFlops(BackwardPlan plan) {
    return plan.entries().stream().mapToLong(entry -> plan.backwardCost(entry).flopsPerRow()).sum();
  }

  private static long workspaceBytes(BackwardPlan plan) {
    return (long) Float.BYTES * BufferPlan.forTraining(plan, false).floatsPerRow();
  }

  private static String number(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }
}
