package io.github.secateur.spark.internal;

import java.util.function.Supplier;
import org.apache.spark.SparkContext;

/**
 * Describes the jobs of a fit in Spark's UI. The caller's own description comes back after each
 * job; job group and other local properties are never touched, so that a fit can be cancelled by
 * the caller's group.
 *
 * @param context where the jobs run
 * @param fit what the description begins with
 */
public record JobDescription(SparkContext context, String fit) {
  private static final String KEY = "spark.job.description";

  /** Runs jobs under the given description. */
  <T> T during(String what, Supplier<T> jobs) {
    String before = context.getLocalProperty(KEY);
    context.setLocalProperty(KEY, fit + ": " + what);
    try {
      return jobs.get();
    } finally {
      context.setLocalProperty(KEY, before);
    }
  }
}
