package io.github.secateur.spark.prediction;

import static io.github.secateur.spark.prediction.QueryColumns.toScala;

import java.util.List;
import org.apache.spark.sql.catalyst.plans.logical.LocalLimit;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;

/**
 * Ends reading below a network where a limit above it ends: a batch then holds no row that the
 * query does not ask for.
 *
 * <pre>
 *   LocalLimit 3                                          LocalLimit 3
 *   +- EvaluateNetwork features, [id], [prediction]   ->  +- EvaluateNetwork features, [id], [prediction]
 *      +- child                                              +- LocalLimit 3
 *                                                               +- child
 * </pre>
 *
 * <p>The limit above stays, for Spark's ways to carry out a limit. Streams read all of a batch, so
 * that what remembers rows below commits them.
 */
final class PushLimits implements PlanRule {
  @Override
  public LogicalPlan apply(LogicalPlan plan) {
    if (!(plan instanceof LocalLimit limit) || plan.isStreaming()) {
      return plan;
    }
    LogicalPlan child = pushed(limit, limit.child(), false);
    return child == null ? plan : limit.withNewChildren(toScala(List.of(child)));
  }

  /** Returns a plan with a limit as far below as it can go, or null if there is nothing to do. */
  private static LogicalPlan pushed(LocalLimit limit, LogicalPlan plan, boolean passedNetwork) {
    boolean isNetwork = plan instanceof EvaluateNetwork;
    if (isNetwork || plan instanceof Project) {
      LogicalPlan below = pushed(limit, plan.children().head(), passedNetwork || isNetwork);
      return below == null ? null : plan.withNewChildren(toScala(List.of(below)));
    }
    boolean isShort =
        plan.maxRowsPerPartition().isDefined()
            && limit.maxRowsPerPartition().isDefined()
            && (long) plan.maxRowsPerPartition().get() <= (long) limit.maxRowsPerPartition().get();
    return passedNetwork && !isShort ? new LocalLimit(limit.limitExpr(), plan) : null;
  }
}
