package io.github.secateur.optim;

import java.io.Serializable;
import java.util.List;
import java.util.Locale;

/**
 * Which learning-rate schedule, and its constants. A schedule reads only those that it names.
 *
 * @param name one of {@link #NAMES}
 * @param stepEpochs "step": the number of epochs between two drops, at least 1
 * @param gamma "step", "plateau": the factor of a drop, in (0, 1]
 * @param dropPatience "plateau": the number of epochs without improvement before a drop, at least 1
 * @param warmupFraction "warmup-cosine": the part of all steps during which the rate rises, in [0,
 *     1)
 * @param finalFraction "cosine", "warmup-cosine": the rate at the end, "plateau": the lowest rate,
 *     as a part of the full one, in [0, 1]
 */
public record ScheduleOptions(
    String name,
    int stepEpochs,
    double gamma,
    int dropPatience,
    double warmupFraction,
    double finalFraction)
    implements Serializable {

  /** The names of the schedules. */
  public static final List<String> NAMES =
      List.of("constant", "step", "cosine", "warmup-cosine", "plateau");

  /**
   * A constant rate; should another name be set, a tenth every 10 epochs, or after 2 epochs without
   * improvement, 5 % warm-up, down to 0.
   */
  public static final ScheduleOptions DEFAULTS =
      new ScheduleOptions("constant", 10, 0.1, 2, 0.05, 0);

  public ScheduleOptions {
    if (!NAMES.contains(name)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "learning-rate schedule must be one of %s, found \"%s\"", NAMES, name));
    }
    Check.that(stepEpochs >= 1, "stepEpochs", "at least 1", stepEpochs, 10);
    Check.that(gamma > 0 && gamma <= 1, "gamma", "in (0, 1]", gamma, 0.1);
    Check.that(dropPatience >= 1, "dropPatience", "at least 1", dropPatience, 2);
    Check.fraction("warmupFraction", warmupFraction, 0.05);
    Check.that(
        finalFraction >= 0 && finalFraction <= 1, "finalFraction", "in [0, 1]", finalFraction, 0);
  }

  /**
   * Returns the schedule of the given name with default constants.
   *
   * @throws IllegalArgumentException if there is none such
   */
  public static ScheduleOptions named(String name) {
    return new ScheduleOptions(
        name,
        DEFAULTS.stepEpochs,
        DEFAULTS.gamma,
        DEFAULTS.dropPatience,
        DEFAULTS.warmupFraction,
        DEFAULTS.finalFraction);
  }
}
