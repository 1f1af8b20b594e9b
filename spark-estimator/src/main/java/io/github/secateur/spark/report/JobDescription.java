package io.github.secateur.spark.report;

import java.util.function.Supplier;
import org.apache.spark.SparkContext;

/**
 * Describes the jobs of a fit in Spark's UI. The caller's own description comes back after each
 * job. A caller's job group stays, so that a fit can be cancelled by it; without one, the name of
 * the fit is the group of its jobs. Other local properties are never touched.
 *
 * @param context where the jobs run
 * @param fit what the description begins with
 */
public record JobDescription(SparkContext context, String fit) {
  private static final String KEY = "spark.job.description";
  private static final String GROUP = "spark.jobGroup.id";

  /** Runs jobs under the given description. */
  public <T> T during(String what, Supplier<T> jobs) {
    String before = context.getLocalProperty(KEY);
    String groupBefore = context.getLocalProperty(GROUP);
    context.setLocalProperty(KEY, fit + ": " + what);
    if (groupBefore == null) {
      context.setLocalProperty(GROUP, fit);
    }
    try {
      return jobs.get();
    } finally {
      context.setLocalProperty(KEY, before);
      context.setLocalProperty(GROUP, groupBefore);
    }
  }
}
