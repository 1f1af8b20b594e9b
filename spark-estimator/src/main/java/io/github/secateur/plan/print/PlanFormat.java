package io.github.secateur.plan.print;

import io.github.secateur.plan.TrainingPlan;
import java.util.Arrays;
import java.util.Locale;

/** How a training plan is printed. */
public enum PlanFormat {
  /** A table, with each operator's action, its reason, and what is saved. */
  TEXT,
  /** One self-contained page with the graph drawn. */
  HTML,
  /** The same drawing as a {@code <div>} that can stand in another page, such as a note. */
  FRAGMENT;

  /**
   * Returns the format with a name.
   *
   * @param name "text", "html" or "fragment"
   * @throws IllegalArgumentException if the name is another one
   */
  public static PlanFormat named(String name) {
    return Arrays.stream(values())
        .filter(format -> format.name().toLowerCase(Locale.ROOT).equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "the format of a plan must be \"text\", \"html\" or \"fragment\", found \""
                        + name
                        + "\""));
  }

  /** Prints a plan. */
  public String print(TrainingPlan plan) {
    return switch (this) {
      case TEXT -> new PlanText(plan).toString();
      case HTML -> new PlanHtml(plan).page();
      case FRAGMENT -> new PlanHtml(plan).fragment();
    };
  }
}
