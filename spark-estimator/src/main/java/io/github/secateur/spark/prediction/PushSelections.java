package io.github.secateur.spark.prediction;

import static io.github.secateur.spark.prediction.QueryColumns.toScala;

import java.util.List;
import org.apache.spark.sql.catalyst.plans.logical.Filter;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.catalyst.plans.logical.Sample;

/**
 * Chooses rows before a network sees them, where the choice does not depend on the network. Spark
 * leaves filters such as {@code rand() < 0.5} and samples above, since they count rows; but a
 * network passes each row, in order.
 *
 * <pre>
 *   Filter (rand(1) &lt; 0.5)                              EvaluateNetwork features, [id], [prediction]
 *   +- EvaluateNetwork features, [id], [prediction]   ->  +- Filter (rand(1) &lt; 0.5)
 *      +- child                                              +- child
 * </pre>
 */
final class PushSelections implements PlanRule {
  @Override
  public LogicalPlan apply(LogicalPlan plan) {
    if (!(plan instanceof Filter || plan instanceof Sample)) {
      return plan;
    }
    LogicalPlan pushed = pushed(plan, plan.children().head(), false);
    return pushed == null ? plan : pushed;
  }

  /** Returns a plan with a selection as far below as it can go, or null if no network is passed. */
  private static LogicalPlan pushed(
      LogicalPlan selection, LogicalPlan plan, boolean passedNetwork) {
    boolean isNetwork = plan instanceof EvaluateNetwork;
    boolean keepsRows = isNetwork || plan instanceof Project project && project.deterministic();
    if (keepsRows && selection.references().subsetOf(plan.children().head().outputSet())) {
      LogicalPlan below = pushed(selection, plan.children().head(), passedNetwork || isNetwork);
      return below == null ? null : plan.withNewChildren(toScala(List.of(below)));
    }
    return passedNetwork ? selection.withNewChildren(toScala(List.of(plan))) : null;
  }
}
