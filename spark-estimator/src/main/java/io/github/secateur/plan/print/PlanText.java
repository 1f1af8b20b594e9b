package io.github.secateur.plan.print;

import io.github.secateur.graph.Operator;
import io.github.secateur.plan.Action;
import io.github.secateur.plan.Saving;
import io.github.secateur.plan.TrainingPlan;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Draws a training plan as a table for people, with what it saves against the same network unpruned
 * and unfolded.
 */
final class PlanText {
  private final TrainingPlan plan;
  private final List<TrainingPlan.Line> lines;

  PlanText(TrainingPlan plan) {
    this.plan = plan;
    this.lines = plan.lines();
  }

  @Override
  public String toString() {
    String notes =
        PlanNotes.of(plan).stream().map(note -> note + "\n").collect(Collectors.joining());
    return heading() + "\n" + table() + "\n" + totals() + (notes.isEmpty() ? "" : "\n" + notes);
  }

  private String heading() {
    StringBuilder heading = new StringBuilder("Backward plan: " + lines.size() + " operators");
    long folded = lines.stream().filter(TrainingPlan.Line::folded).count();
    heading.append(folded == 0 ? "" : ", " + folded + " folded");
    for (Action action : Action.values()) {
      long count = lines.stream().filter(line -> !line.folded() && line.action() == action).count();
      heading.append(count == 0 ? "" : ", " + count + " " + action.label());
    }
    return heading
        .append(plan.backward().pruning() ? "" : " (pruning is off)")
        .append('\n')
        .toString();
  }

  private String table() {
    TextTable table =
        new TextTable(false, false, false, true, false, false, true, true, true, true);
    table.add(
        "layer",
        "type",
        "output",
        "weights",
        "plan",
        "reason",
        "forward",
        "→ kept",
        "backward",
        "→ kept");
    for (TrainingPlan.Line line : lines) {
      Operator operator = line.operator();
      long weights = operator.parameters().stream().mapToLong(p -> p.size()).sum();
      table.add(
          operator.name(),
          operator.type().label(),
          operator.shape().toString(),
          weights == 0 ? "-" : TextTable.number(weights) + (operator.frozen() ? " frozen" : ""),
          line.label(),
          line.reason().label(),
          TextTable.number(line.forwardWhole().flopsPerRow()),
          TextTable.number(line.forward().flopsPerRow()),
          TextTable.number(line.backwardWhole().flopsPerRow()),
          TextTable.number(line.backward().flopsPerRow()));
    }
    return table.toString();
  }

  private String totals() {
    TextTable table = new TextTable(false, true, true, true);
    table.add("each epoch", "whole", "→ kept", "saved");
    for (Saving saving : plan.savings()) {
      table.add(
          saving.quantity(),
          TextTable.number(saving.whole()),
          TextTable.number(saving.kept()),
          String.format(Locale.ROOT, "%.1f %%", saving.percentSaved()));
    }
    return table.toString();
  }
}
