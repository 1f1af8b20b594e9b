package io.github.secateur.plan;

import io.github.secateur.graph.Cost;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * One figure of a training, with and without pruning and folding.
 *
 * @param quantity what is counted, with its unit
 * @param whole the count without
 * @param kept the count with
 */
public record Saving(String quantity, long whole, long kept) {

  /** Returns how many percent of the figure are saved; negative if it grows. */
  public double percentSaved() {
    return whole == 0 ? 0 : 100.0 * (whole - kept) / whole;
  }

  /** Returns the figures of a plan in the order in which they are printed. */
  static List<Saving> of(TrainingPlan plan) {
    List<Saving> savings = new ArrayList<>();
    savings.add(
        operations(plan, "forward", TrainingPlan.Line::forwardWhole, TrainingPlan.Line::forward));
    savings.add(
        operations(
            plan, "backward", TrainingPlan.Line::backwardWhole, TrainingPlan.Line::backward));
    savings.add(
        new Saving(
            "operations per row, with the loss",
            plan.whole().cost().flopsPerRow(),
            plan.backward().cost().flopsPerRow()));
    savings.add(
        new Saving(
            "workspace bytes per row",
            (long) Float.BYTES * plan.wholeWorkspaceFloatsPerRow(),
            (long) Float.BYTES * plan.workspaceFloatsPerRow()));
    savings.add(
        new Saving(
            "weight bytes per round, each way",
            (long) Float.BYTES * plan.graph().parameterCount(),
            (long) Float.BYTES * plan.roundFloats()));
    if (!plan.folding().isEmpty()) {
      savings.add(
          new Saving("cached bytes per row", plan.inputBytesPerRow(), plan.cachedBytesPerRow()));
    }
    return List.copyOf(savings);
  }

  private static Saving operations(
      TrainingPlan plan,
      String pass,
      Function<TrainingPlan.Line, Cost> whole,
      Function<TrainingPlan.Line, Cost> kept) {
    return new Saving(
        "operations per row, " + pass,
        plan.lines().stream().mapToLong(line -> whole.apply(line).flopsPerRow()).sum(),
        plan.lines().stream().mapToLong(line -> kept.apply(line).flopsPerRow()).sum());
  }
}
