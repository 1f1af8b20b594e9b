package io.github.secateur.spark.prediction;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.And;
import org.apache.spark.sql.catalyst.expressions.AttributeSet;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.plans.logical.Filter;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;

/**
 * Moves the conditions of a filter that need no network below those that do, so that they still
 * decide which rows the network sees.
 *
 * <pre>
 *   Filter (id &gt; 4 AND prediction(logits(features)) = 1)     Filter (prediction(logits(features)) = 1)
 *   +- child                                              ->  +- Filter (id &gt; 4)
 *                                                                +- child
 * </pre>
 *
 * <p>A filter whose value depends on how often it is asked stays as it is.
 */
final class SplitFilters implements PlanRule {
  @Override
  public LogicalPlan apply(LogicalPlan plan) {
    if (!(plan instanceof Filter filter) || !filter.deterministic()) {
      return plan;
    }
    List<Expression> conditions = new ArrayList<>();
    addConjuncts(filter.condition(), conditions);
    List<Expression> first = new ArrayList<>(conditions);
    first.removeIf(QueryFunctions::containsNetwork);
    conditions.removeAll(first);
    AttributeSet known = filter.child().outputSet();
    boolean needsNetwork =
        conditions.stream().anyMatch(c -> QueryFunctions.findNetwork(c, known) != null);
    if (first.isEmpty() || !needsNetwork) {
      return plan;
    }
    Filter below = new Filter(all(first), filter.child());
    return new Filter(all(conditions), below);
  }

  private static Expression all(List<Expression> conditions) {
    return conditions.stream().reduce(And::new).orElseThrow();
  }

  private static void addConjuncts(Expression condition, List<Expression> target) {
    if (condition instanceof And and) {
      addConjuncts(and.left(), target);
      addConjuncts(and.right(), target);
    } else {
      target.add(condition);
    }
  }
}
