package io.github.secateur.spark.prediction;

import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;

/** One thing that {@link BatchPrediction} does to a query's plan. */
interface PlanRule {
  /**
   * Returns what takes the place of a plan: itself where there is nothing to do. The result has the
   * columns of the plan, by their ids, and may have more and in another order; {@link
   * BatchPrediction} leaves those out in the end.
   *
   * @param plan its topmost operator is what the rule looks at; the operators below are done
   */
  LogicalPlan apply(LogicalPlan plan);
}
