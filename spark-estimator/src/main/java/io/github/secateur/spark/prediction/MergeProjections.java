package io.github.secateur.spark.prediction;

import static io.github.secateur.spark.prediction.QueryColumns.indexOf;
import static io.github.secateur.spark.prediction.QueryColumns.toJava;
import static io.github.secateur.spark.prediction.QueryColumns.toScala;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.Alias;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;

/**
 * Lets the operator of a network name its results as a projection above it does, and leave out
 * those that it does not read; the projection ends if it then has nothing to do.
 *
 * <pre>
 *   Project [id, prediction AS p]                                ->  EvaluateNetwork features, [id], [p]
 *   +- EvaluateNetwork features, [id], [logits, prediction]
 * </pre>
 */
final class MergeProjections implements PlanRule {
  @Override
  public LogicalPlan apply(LogicalPlan plan) {
    if (!(plan instanceof Project project)
        || !(project.child() instanceof EvaluateNetwork network)) {
      return plan;
    }
    List<NamedExpression> columns = new ArrayList<>(toJava(project.projectList()));
    List<NetworkOutput> outputs = new ArrayList<>();
    List<Attribute> results = new ArrayList<>();
    for (int c = 0; c < columns.size(); c++) {
      Expression column = (Expression) columns.get(c);
      Expression value = column instanceof Alias alias ? alias.child() : column;
      int place = value instanceof Attribute a ? indexOf(a, network.results()) : -1;
      if (place >= 0) {
        outputs.add(network.outputs().get(place));
        results.add(columns.get(c).toAttribute());
        columns.set(c, columns.get(c).toAttribute());
      }
    }
    for (int i = 0; i < network.results().size(); i++) {
      Attribute result = network.results().get(i);
      boolean isRead =
          columns.stream().anyMatch(c -> ((Expression) c).references().contains(result));
      if (isRead && indexOf(result, results) < 0) {
        outputs.add(network.outputs().get(i));
        results.add(result);
      }
    }
    boolean same = results.equals(network.results());
    EvaluateNetwork named = same ? network : network.with(network.kept(), outputs, results);
    if (unqualified(columns).equals(unqualified(toJava(named.output())))) {
      return named;
    }
    return same ? project : new Project(toScala(columns), named);
  }

  private static List<NamedExpression> unqualified(List<? extends NamedExpression> columns) {
    List<NamedExpression> result = new ArrayList<>();
    for (NamedExpression column : columns) {
      result.add(column instanceof Attribute a ? a.withQualifier(toScala(List.of())) : column);
    }
    return result;
  }

  // ---- expressions -----------------------------------------------------------------------------
}
