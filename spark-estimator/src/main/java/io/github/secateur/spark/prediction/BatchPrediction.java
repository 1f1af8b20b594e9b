package io.github.secateur.spark.prediction;

import static io.github.secateur.spark.prediction.QueryColumns.toJava;
import static io.github.secateur.spark.prediction.QueryColumns.toScala;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.ExperimentalMethods;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.catalyst.rules.Rule;
import org.apache.spark.sql.catalyst.trees.TreePattern;
import org.apache.spark.sql.connector.read.streaming.ContinuousStream;
import org.apache.spark.sql.execution.SparkStrategy;
import org.apache.spark.sql.execution.datasources.v2.StreamingDataSourceV2ScanRelation;
import scala.runtime.AbstractFunction1;
import scala.runtime.AbstractPartialFunction;

/**
 * Evaluates networks for many rows at a time. A rule of the optimizer that runs after all of
 * Spark's, as Spark's own does for functions in Python: it finds each {@link LogitsFunction} that a
 * query still needs, and computes its column below the operator that reads it, with {@link
 * EvaluateNetwork}; there also what is computed from it ({@link NetworkOutput}), if an operator
 * just above asks for it. Until then the functions are columns like any other, so that columns are
 * pruned and filters are pushed down through {@code transform}.
 *
 * <p>It goes through a plan from the scans upwards, and applies its rules, in order, to each
 * operator until none of them changes it.
 *
 * <p>Queries with a trigger for continuous processing stay as they are, since a row must not wait
 * for others there.
 */
public final class BatchPrediction extends Rule<LogicalPlan> {
  /** Set to false in a session to evaluate row by row, to compare. */
  static final String SETTING = "spark.secateur.batchPrediction";

  private static final List<PlanRule> RULES =
      List.of(
          new SplitFilters(),
          new ReuseNetworks(),
          new InsertNetworks(),
          new ComputeOutputs(),
          new MergeProjections(),
          new PushSelections(),
          new PushLimits());

  private static final PlanRule LAST = new ReadOneByOne();

  private BatchPrediction() {}

  /** Adds the rule, and how to carry out what it puts into plans, to a session, once. */
  public static void install(SparkSession session) {
    ExperimentalMethods methods = session.experimental();
    synchronized (BatchPrediction.class) {
      List<SparkStrategy> strategies = new ArrayList<>(toJava(methods.extraStrategies()));
      if (strategies.stream().noneMatch(EvaluateNetworkExec.Strategy.class::isInstance)) {
        strategies.add(new EvaluateNetworkExec.Strategy());
        methods.extraStrategies_$eq(toScala(strategies));
      }
      List<Rule<LogicalPlan>> rules = new ArrayList<>(toJava(methods.extraOptimizations()));
      if (rules.stream().noneMatch(BatchPrediction.class::isInstance)) {
        rules.add(new BatchPrediction());
        methods.extraOptimizations_$eq(toScala(rules));
      }
    }
  }

  @Override
  public LogicalPlan apply(LogicalPlan plan) {
    boolean enabled = Boolean.parseBoolean(conf().getConfString(SETTING, "true"));
    if (!enabled || !plan.containsPattern(TreePattern.SCALA_UDF()) || isContinuous(plan)) {
      return plan;
    }
    LogicalPlan rewritten =
        plan.transformUp(
            new AbstractPartialFunction<LogicalPlan, LogicalPlan>() {
              @Override
              public boolean isDefinedAt(LogicalPlan node) {
                return node.children().size() == 1;
              }

              @Override
              public LogicalPlan apply(LogicalPlan node) {
                return withOutputOf(node, rewrite(node));
              }
            });
    return LAST.apply(rewritten);
  }

  private static boolean isContinuous(LogicalPlan plan) {
    return plan.exists(
        new AbstractFunction1<LogicalPlan, Object>() {
          @Override
          public Object apply(LogicalPlan node) {
            return node instanceof StreamingDataSourceV2ScanRelation relation
                && relation.stream() instanceof ContinuousStream
                && relation.startOffset().isEmpty();
          }
        });
  }

  private static LogicalPlan rewrite(LogicalPlan node) {
    for (PlanRule rule : RULES) {
      LogicalPlan result = rule.apply(node);
      if (result != node) {
        return rewrite(result);
      }
    }
    return node;
  }

  private static LogicalPlan withOutputOf(LogicalPlan node, LogicalPlan result) {
    return result.output().equals(node.output())
        ? result
        : new Project(toScala(new ArrayList<NamedExpression>(toJava(node.output()))), result);
  }
}
