package io.github.secateur.spark.prediction;

import static io.github.secateur.spark.prediction.QueryColumns.toScala;

import java.util.List;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.ScalaUDF;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;

/**
 * Lets the operator of a network compute what an operator just above computes from its logits.
 *
 * <pre>
 *   Filter (prediction(logits) = 1)                   Filter (prediction = 1)
 *   +- EvaluateNetwork features, [id], [logits]   ->  +- EvaluateNetwork features, [id], [logits, prediction]
 * </pre>
 */
final class ComputeOutputs implements PlanRule {
  @Override
  public LogicalPlan apply(LogicalPlan plan) {
    if (plan.children().size() != 1
        || !(plan.children().head() instanceof EvaluateNetwork network)) {
      return plan;
    }
    ScalaUDF found =
        QueryFunctions.first(plan.expressions(), inputs -> findOutput(inputs, network));
    if (found == null) {
      return plan;
    }
    NetworkOutput output = (NetworkOutput) found.function();
    Attribute column = output.newColumn();
    return plan.transformExpressions(QueryFunctions.replacingEqual(found, column))
        .withNewChildren(toScala(List.of(network.plus(output, column))));
  }

  /** Returns a function of the logits of a network, or null. */
  private static ScalaUDF findOutput(Expression expression, EvaluateNetwork network) {
    boolean isOne =
        expression instanceof ScalaUDF udf
            && udf.function() instanceof NetworkOutput
            && udf.children().head() instanceof Attribute argument
            && isLogits(argument, network);
    return isOne
        ? (ScalaUDF) expression
        : QueryFunctions.first(expression.children(), input -> findOutput(input, network));
  }

  private static boolean isLogits(Attribute column, EvaluateNetwork network) {
    for (int i = 0; i < network.outputs().size(); i++) {
      if (network.outputs().get(i).isLogits()
          && network.results().get(i).exprId().equals(column.exprId())) {
        return true;
      }
    }
    return false;
  }
}
