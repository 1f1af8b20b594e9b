package io.github.secateur.train;

import java.util.Arrays;
import java.util.Locale;

/** What tells whether an epoch was better than another: a figure over the validation rows. */
public enum ValidationMetric {
  /** The mean loss: softmax cross-entropy, of labels that are not smoothed. */
  LOSS("loss"),
  /** The part of the rows, by weight, that is classified correctly. */
  ACCURACY("accuracy");

  private final String label;

  ValidationMetric(String label) {
    this.label = label;
  }

  /** Returns the name, as in {@code setValidationMetric}. */
  public String label() {
    return label;
  }

  /** Returns the metric of an epoch as a number that is better if it is lower. */
  double cost(EpochRecord epoch) {
    return this == LOSS ? epoch.validationLoss() : -epoch.validationAccuracy();
  }

  /**
   * Returns the metric with the given name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static ValidationMetric parse(String name) {
    for (ValidationMetric metric : values()) {
      if (metric.label.equals(name)) {
        return metric;
      }
    }
    throw new IllegalArgumentException(
        String.format(
            Locale.ROOT,
            "validation metric must be one of %s, found \"%s\"",
            Arrays.toString(labels()),
            name));
  }

  /** Returns all names. */
  public static String[] labels() {
    return Arrays.stream(values()).map(ValidationMetric::label).toArray(String[]::new);
  }
}
