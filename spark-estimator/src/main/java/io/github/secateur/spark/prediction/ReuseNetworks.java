package io.github.secateur.spark.prediction;

import static io.github.secateur.spark.prediction.QueryColumns.indexOf;
import static io.github.secateur.spark.prediction.QueryColumns.toJava;
import static io.github.secateur.spark.prediction.QueryColumns.toScala;
import static io.github.secateur.spark.prediction.QueryFunctions.replacing;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeSet;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.expressions.ScalaUDF;
import org.apache.spark.sql.catalyst.plans.logical.Filter;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Lets an operator of a query read what a network computed below it already, for a filter, instead
 * of evaluating the network once more for the rows that are left; and ends columns that nobody
 * reads any more below the network.
 *
 * <pre>
 *   Project [id, probability(logits(features))]           Project [id, probability(logits)]
 *   +- Filter (p = 1)                                     +- Filter (p = 1)
 *      +- EvaluateNetwork features, [id, features], [p] ->   +- EvaluateNetwork features, [id], [p, logits]
 * </pre>
 */
final class ReuseNetworks implements PlanRule {
  @Override
  public LogicalPlan apply(LogicalPlan plan) {
    if (plan.children().size() != 1 || !reachesNetwork(plan.children().head())) {
      return plan;
    }
    LogicalPlan child = plan.children().head();
    Reading reading = new Reading(plan);
    LogicalPlan source = reading.visit(child);
    boolean chooses = QueryColumns.areChosenBy(plan);
    if (reading.reader == plan && !chooses) {
      return plan;
    }
    AttributeSet read = reading.reader.references();
    if (!chooses) {
      read = read.$plus$plus(child.outputSet());
    }
    LogicalPlan narrow = narrowed(source, read);
    LogicalPlan result = reading.reader.withNewChildren(toScala(List.of(narrow)));
    return result.fastEquals(plan) ? plan : result;
  }

  /** Whether there is a network below, with nothing between that changes a row. */
  private static boolean reachesNetwork(LogicalPlan plan) {
    return plan instanceof EvaluateNetwork
        || (plan instanceof Project || plan instanceof Filter)
            && reachesNetwork(plan.children().head());
  }

  /** An operator, in which one network after the other takes the place of functions. */
  private static final class Reading {
    LogicalPlan reader;

    Reading(LogicalPlan reader) {
      this.reader = reader;
    }

    /** Replaces in the reader what networks in or below an operator compute. */
    private LogicalPlan visit(LogicalPlan plan) {
      if (plan instanceof EvaluateNetwork network) {
        plan = visit(network);
      } else if (!(plan instanceof Project || plan instanceof Filter)) {
        return plan;
      }
      return plan.withNewChildren(toScala(List.of(visit(plan.children().head()))));
    }

    private EvaluateNetwork visit(EvaluateNetwork network) {
      Attribute known = network.logits();
      Attribute logits = known == null ? NetworkOutput.logits().newColumn() : known;
      LogicalPlan before = reader;
      reader = reader.transformExpressions(replacing(udf -> isSame(udf, network) ? logits : null));
      if (reader == before) {
        return network;
      }
      reader =
          reader.transformExpressions(
              replacing(
                  udf -> {
                    int place = network.outputs().indexOf(udf.function());
                    boolean isKnown = place >= 0 && udf.children().head().equals(logits);
                    return isKnown ? network.results().get(place) : null;
                  }));
      if (known != null) {
        return network;
      }
      return network.plus(NetworkOutput.logits(), logits);
    }
  }

  private static boolean isSame(ScalaUDF udf, EvaluateNetwork network) {
    return udf.function() == network.network()
        && udf.children().head() instanceof Attribute features
        && features.exprId().equals(network.features().exprId());
  }

  /**
   * Lets operators pass what is read above, of columns known below, and little else: a filter also
   * passes what itself reads.
   */
  private static LogicalPlan narrowed(LogicalPlan plan, AttributeSet read) {
    if (plan instanceof Filter filter) {
      LogicalPlan child =
          narrowed(filter.child(), read.$plus$plus(filter.condition().references()));
      return filter.withNewChildren(toScala(List.of(child)));
    }
    if (plan instanceof EvaluateNetwork network) {
      return narrowed(network, read);
    }
    if (!(plan instanceof Project project)) {
      return plan;
    }
    List<NamedExpression> columns = new ArrayList<>(toJava(project.projectList()));
    if (columns.stream().allMatch(Attribute.class::isInstance)) {
      return narrowed(project.child(), read); // who reads it says which columns it wants
    }
    columns.removeIf(column -> !read.contains(column.toAttribute()));
    for (Attribute column : toJava(read.toSeq())) {
      if (indexOf(column, columns) < 0) {
        columns.add(column);
      }
    }
    Project narrow = new Project(toScala(columns), project.child());
    LogicalPlan child = narrowed(project.child(), narrow.references());
    return narrow.withNewChildren(toScala(List.of(child)));
  }

  private static EvaluateNetwork narrowed(EvaluateNetwork network, AttributeSet read) {
    List<Attribute> kept = new ArrayList<>(network.kept());
    kept.removeIf(column -> !read.contains(column));
    List<NetworkOutput> outputs = new ArrayList<>();
    List<Attribute> results = new ArrayList<>();
    for (int i = 0; i < network.results().size(); i++) {
      Attribute result = network.results().get(i);
      if (read.contains(result)) {
        outputs.add(network.outputs().get(i));
        results.add(result);
      }
    }
    for (Attribute column : toJava(read.toSeq())) {
      if (indexOf(column, kept) < 0 && indexOf(column, results) < 0) {
        kept.add(column);
      }
    }
    EvaluateNetwork result = network.with(kept, outputs, results);
    if (!reachesNetwork(network.child())) {
      return result;
    }
    List<Expression> needed = new ArrayList<>(kept);
    needed.add(network.features());
    AttributeSet below = AttributeSet.apply(CollectionConverters.asScala(needed));
    LogicalPlan child = narrowed(network.child(), below);
    return (EvaluateNetwork) result.withNewChildren(toScala(List.of(child)));
  }
}
