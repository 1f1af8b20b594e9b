package io.github.secateur.spark.prediction;

import static io.github.secateur.spark.prediction.QueryColumns.indexOf;
import static io.github.secateur.spark.prediction.QueryColumns.toJava;
import static io.github.secateur.spark.prediction.QueryColumns.toScala;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.Alias;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeSet;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.expressions.ScalaUDF;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.types.Metadata;
import scala.Option;

/**
 * Evaluates a network below the operator that reads its logits, for many rows at a time. Only the
 * columns that are read above pass by it.
 *
 * <pre>
 *   Project [id, logits(features)]         Project [id, logits]
 *   +- child                           ->  +- EvaluateNetwork features, [id], [logits]
 *                                             +- child
 * </pre>
 *
 * <p>A function whose value is needed for some rows only, as in a branch of {@code CASE}, stays.
 */
final class InsertNetworks implements PlanRule {
  @Override
  public LogicalPlan apply(LogicalPlan plan) {
    if (plan.children().size() != 1) {
      return plan;
    }
    LogicalPlan child = plan.children().head();
    AttributeSet known = child.outputSet();
    ScalaUDF network =
        QueryFunctions.first(
            plan.expressions(), inputs -> QueryFunctions.findNetwork(inputs, known));
    return network == null ? plan : withNetwork(plan, child, network);
  }

  private static LogicalPlan withNetwork(LogicalPlan plan, LogicalPlan child, ScalaUDF network) {
    Attribute logits = NetworkOutput.logits().newColumn();
    LogicalPlan reading = plan.transformExpressions(QueryFunctions.replacingEqual(network, logits));
    List<Attribute> kept = new ArrayList<>(toJava(child.output()));
    if (QueryColumns.areChosenBy(reading)) {
      kept.removeIf(column -> !reading.references().contains(column));
    }
    Expression features = network.children().head();
    List<NamedExpression> columns = new ArrayList<>(kept);
    if (!(features instanceof Attribute)) {
      Alias named = alias(features, "features");
      columns.add(named);
      features = named.toAttribute();
    } else if (indexOf((Attribute) features, kept) < 0) {
      columns.add((Attribute) features);
    }
    LogicalPlan source = child;
    if (!columns.equals(toJava(child.output()))) {
      source = new Project(toScala(columns), child); // a scan then reads these only
    }
    LogicalPlan evaluated =
        new EvaluateNetwork(
            (LogitsFunction) network.function(),
            (Attribute) features,
            toScala(kept),
            toScala(List.of(NetworkOutput.logits())),
            toScala(List.of(logits)),
            false,
            source);
    return reading.withNewChildren(toScala(List.of(evaluated)));
  }

  private static Alias alias(Expression value, String name) {
    return new Alias(
        value,
        name,
        NamedExpression.newExprId(),
        toScala(List.<String>of()),
        Option.apply(Metadata.empty()),
        toScala(List.<String>of()));
  }
}
