package io.github.secateur.plan.print;

import io.github.secateur.plan.ForwardPlan;
import io.github.secateur.plan.InferencePlan;
import io.github.secateur.plan.TrainingPlan;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Stream;

/** What people should know of a plan beside its table: one sentence a note. */
final class PlanNotes {
  private PlanNotes() {}

  /** Says what is not folded, which layers apply an activation, and what transform merges. */
  static List<String> of(TrainingPlan plan) {
    return Stream.of(folded(plan), fused(plan), merged(plan)).flatMap(Function.identity()).toList();
  }

  private static Stream<String> folded(TrainingPlan plan) {
    return Stream.of(plan.folding().note()).filter(note -> !note.isEmpty());
  }

  /** Says which layers apply the activation behind them. */
  private static Stream<String> fused(TrainingPlan plan) {
    List<String> names =
        ForwardPlan.forTraining(plan.backward()).entries().stream()
            .filter(entry -> entry.activation() != null)
            .map(entry -> entry.operator().name() + " with " + entry.activation().name())
            .toList();
    return names.isEmpty()
        ? Stream.empty()
        : Stream.of("computed together: " + String.join(", ", names));
  }

  private static Stream<String> merged(TrainingPlan plan) {
    return InferencePlan.of(plan.graph()).merges().stream()
        .map(
            merge ->
                String.format(
                    Locale.ROOT,
                    "transform merges %s into the kernel of %s",
                    merge.constant().name(),
                    merge.layer().name()));
  }
}
