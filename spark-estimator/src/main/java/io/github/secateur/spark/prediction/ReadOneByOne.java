package io.github.secateur.spark.prediction;

import static io.github.secateur.spark.prediction.QueryColumns.toJava;
import static io.github.secateur.spark.prediction.QueryColumns.toScala;

import java.util.List;
import org.apache.spark.sql.catalyst.expressions.CallMethodViaReflection;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.ScalaUDF;
import org.apache.spark.sql.catalyst.expressions.UserDefinedExpression;
import org.apache.spark.sql.catalyst.plans.logical.Aggregate;
import org.apache.spark.sql.catalyst.plans.logical.CollectMetrics;
import org.apache.spark.sql.catalyst.plans.logical.LocalLimit;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.ObjectConsumer;
import org.apache.spark.sql.catalyst.plans.logical.ObjectProducer;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.catalyst.plans.logical.RepartitionOperation;
import org.apache.spark.sql.catalyst.plans.logical.Sort;
import org.apache.spark.sql.catalyst.plans.logical.TypedFilter;
import org.apache.spark.sql.catalyst.plans.logical.Window;
import org.apache.spark.sql.execution.LogicalRDD;

/**
 * Lets a network read no further than the row that is asked for, where somebody could tell: a limit
 * above may end the query at any row, since a filter or another operator lies between, and code of
 * the user below may count, or do something else, for each row.
 *
 * <pre>
 *   LocalLimit 3                                             LocalLimit 3
 *   +- Filter (prediction = 1)                               +- Filter (prediction = 1)
 *      +- EvaluateNetwork features, [id], [prediction]   ->     +- EvaluateNetwork features, [id], [prediction], one by one
 *         +- Project [id, udf(x) AS features]                      +- Project [id, udf(x) AS features]
 * </pre>
 *
 * <p>Looks at the whole plan. Where nothing lies between, {@link PushLimits} has done it.
 */
final class ReadOneByOne implements PlanRule {
  /** How the operators above may end reading before the last row. */
  private enum End {
    /** Not at all. */
    NEVER,
    /** After a number of rows that a limit below knows too. */
    AT_LIMIT,
    /** After any row. */
    ANYWHERE
  }

  /**
   * Where the functions are whose calls nobody can tell. Those of other packages of Spark's wrap
   * code of the user, as a function in Java is.
   */
  private static final List<String> OURS_AND_ML =
      List.of("io.github.secateur.", "org.apache.spark.ml.", "org.apache.spark.sql.ml.");

  @Override
  public LogicalPlan apply(LogicalPlan plan) {
    return visit(plan, End.NEVER);
  }

  private static LogicalPlan visit(LogicalPlan plan, End above) {
    End end = end(plan, above);
    List<LogicalPlan> children =
        toJava(plan.children()).stream().map(child -> visit(child, end)).toList();
    LogicalPlan result =
        children.equals(toJava(plan.children())) ? plan : plan.withNewChildren(toScala(children));
    return end == End.ANYWHERE
            && result instanceof EvaluateNetwork network
            && !network.isOneByOne()
            && runsCode(network.child())
        ? network.oneByOne()
        : result;
  }

  private static End end(LogicalPlan plan, End above) {
    if (plan instanceof LocalLimit && !plan.isStreaming()) {
      return End.AT_LIMIT;
    }
    if (plan instanceof Aggregate
        || plan instanceof Sort
        || plan instanceof Window
        || plan instanceof RepartitionOperation) {
      return End.NEVER; // these read all rows first
    }
    boolean isOneToOne = plan instanceof Project || plan instanceof EvaluateNetwork;
    return above == End.AT_LIMIT && !isOneToOne ? End.ANYWHERE : above;
  }

  /** Whether a plan runs code of the user, or counts rows for them. */
  private static boolean runsCode(LogicalPlan plan) {
    return plan instanceof ObjectProducer
        || plan instanceof ObjectConsumer
        || plan instanceof TypedFilter
        || plan instanceof CollectMetrics
        || plan instanceof LogicalRDD
        || toJava(plan.expressions()).stream().anyMatch(ReadOneByOne::isCode)
        || toJava(plan.children()).stream().anyMatch(ReadOneByOne::runsCode);
  }

  private static boolean isCode(Expression expression) {
    boolean isOne =
        expression instanceof UserDefinedExpression
            || expression instanceof CallMethodViaReflection;
    if (expression instanceof ScalaUDF udf) {
      String name = udf.function().getClass().getName();
      isOne = OURS_AND_ML.stream().noneMatch(name::startsWith);
    }
    return isOne || toJava(expression.children()).stream().anyMatch(ReadOneByOne::isCode);
  }
}
