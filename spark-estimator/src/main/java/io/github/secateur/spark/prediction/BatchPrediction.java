package io.github.secateur.spark.prediction;

import static io.github.secateur.spark.prediction.QueryColumns.indexOf;
import static io.github.secateur.spark.prediction.QueryColumns.toJava;
import static io.github.secateur.spark.prediction.QueryColumns.toScala;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.apache.spark.sql.ExperimentalMethods;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.expressions.Alias;
import org.apache.spark.sql.catalyst.expressions.And;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeSet;
import org.apache.spark.sql.catalyst.expressions.ConditionalExpression;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.expressions.Or;
import org.apache.spark.sql.catalyst.expressions.ScalaUDF;
import org.apache.spark.sql.catalyst.plans.logical.Filter;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.catalyst.rules.Rule;
import org.apache.spark.sql.catalyst.trees.TreePattern;
import org.apache.spark.sql.connector.read.streaming.ContinuousStream;
import org.apache.spark.sql.execution.SparkStrategy;
import org.apache.spark.sql.execution.datasources.v2.StreamingDataSourceV2ScanRelation;
import org.apache.spark.sql.types.Metadata;
import scala.Option;
import scala.collection.immutable.Seq;
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
 * <p>Only the columns that are read above pass by the network:
 *
 * <pre>
 *   Project [id, prediction(logits(features)) AS p]     EvaluateNetwork features, [id], [p]
 *   +- child                                        ->  +- child
 * </pre>
 *
 * <p>Where a filter reads a prediction, operators above it read what it was computed from ({@link
 * ReusedNetworks}), so that no row is evaluated twice.
 *
 * <p>What stays as it is, and is evaluated row by row: a function whose value is needed for some
 * rows only, as in a branch of {@code CASE}; and queries with a trigger for continuous processing,
 * where a row must not wait for others.
 */
public final class BatchPrediction extends Rule<LogicalPlan> {
  /** Set to false in a session to evaluate row by row, to compare. */
  static final String SETTING = "spark.secateur.batchPrediction";

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
    return plan.transformUp(
        new AbstractPartialFunction<LogicalPlan, LogicalPlan>() {
          @Override
          public boolean isDefinedAt(LogicalPlan node) {
            return node.children().size() == 1;
          }

          @Override
          public LogicalPlan apply(LogicalPlan node) {
            return rewrite(node);
          }
        });
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
    LogicalPlan split = node instanceof Filter filter ? splitOff(filter) : node;
    LogicalPlan reading = ReusedNetworks.read(split);
    if (reading != split) {
      return withOutputOf(node, rewrite(reading));
    }
    AttributeSet known = split.children().head().outputSet();
    ScalaUDF network = first(split.expressions(), inputs -> findNetwork(inputs, known));
    return network == null
        ? withOutputs(node)
        : withOutputOf(node, rewrite(withBatches(split, network)));
  }

  private static ScalaUDF first(
      Seq<Expression> expressions, Function<Expression, ScalaUDF> search) {
    return toJava(expressions).stream()
        .map(search)
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(null);
  }

  /** Moves the conditions without a network below, so that they still decide which rows it sees. */
  private static Filter splitOff(Filter filter) {
    List<Expression> conditions = new ArrayList<>();
    conjuncts(filter.condition(), conditions);
    List<Expression> first = new ArrayList<>(conditions);
    first.removeIf(BatchPrediction::containsNetwork);
    if (first.isEmpty() || first.size() == conditions.size() || !filter.deterministic()) {
      return filter;
    }
    conditions.removeAll(first);
    Expression rest = conditions.stream().reduce(And::new).orElseThrow();
    return new Filter(rest, new Filter(first.stream().reduce(And::new).get(), filter.child()));
  }

  private static void conjuncts(Expression condition, List<Expression> target) {
    if (condition instanceof And and) {
      conjuncts(and.left(), target);
      conjuncts(and.right(), target);
    } else {
      target.add(condition);
    }
  }

  private static boolean containsNetwork(Expression expression) {
    return isNetwork(expression)
        || toJava(expression.children()).stream().anyMatch(BatchPrediction::containsNetwork);
  }

  private static boolean isNetwork(Expression expression) {
    return expression instanceof ScalaUDF udf && udf.function() instanceof LogitsFunction;
  }

  /** Returns a network that is evaluated for every row, the inner one of two, or null. */
  private static ScalaUDF findNetwork(Expression expression, AttributeSet known) {
    Seq<Expression> always = expression.children();
    if (expression instanceof ConditionalExpression conditional) {
      always = conditional.alwaysEvaluatedInputs();
    } else if (expression instanceof And || expression instanceof Or) {
      always = toScala(List.of(expression.children().head()));
    }
    ScalaUDF inner = first(always, input -> findNetwork(input, known));
    boolean isOne =
        inner == null
            && isNetwork(expression)
            && expression.deterministic()
            && expression.references().subsetOf(known);
    return isOne ? (ScalaUDF) expression : inner;
  }

  /** Evaluates a network below the operator that reads its logits. */
  private static LogicalPlan withBatches(LogicalPlan node, ScalaUDF udf) {
    LogicalPlan child = node.children().head();
    Attribute logits = NetworkOutput.logits().newColumn();
    LogicalPlan reading = node.transformExpressions(replacing(udf, logits));
    List<Attribute> kept = new ArrayList<>(toJava(child.output()));
    if (ReusedNetworks.choosesColumns(reading)) {
      kept.removeIf(column -> !reading.references().contains(column));
    }
    Expression features = udf.children().head();
    List<NamedExpression> columns = new ArrayList<>(kept);
    if (!(features instanceof Attribute)) {
      Alias named = alias(features, "features");
      columns.add(named);
      features = named.toAttribute();
    } else if (indexOf((Attribute) features, kept) < 0) {
      columns.add((Attribute) features);
    }
    if (!columns.equals(toJava(child.output()))) {
      child = new Project(toScala(columns), child); // a scan then reads these only
    }
    LogicalPlan batches =
        new EvaluateNetwork(
            (LogitsFunction) udf.function(),
            (Attribute) features,
            toScala(kept),
            toScala(List.of(NetworkOutput.logits())),
            toScala(List.of(logits)),
            child);
    return reading.withNewChildren(toScala(List.of(batches)));
  }

  private static LogicalPlan withOutputOf(LogicalPlan node, LogicalPlan result) {
    return result.output().equals(node.output())
        ? result
        : new Project(toScala(new ArrayList<NamedExpression>(toJava(node.output()))), result);
  }

  private static AbstractPartialFunction<Expression, Expression> replacing(
      ScalaUDF function, Expression replacement) {
    Expression canonicalized = function.canonicalized();
    return QueryFunctions.replacing(
        udf -> udf.canonicalized().equals(canonicalized) ? replacement : null);
  }

  // ---- what follows from logits ----------------------------------------------------------------

  /** Lets the operator of the network compute what is computed from its logits above it. */
  private static LogicalPlan withOutputs(LogicalPlan node) {
    if (!(node.children().head() instanceof EvaluateNetwork network)) {
      return node;
    }
    ScalaUDF udf = first(node.expressions(), inputs -> findOutput(inputs, network));
    if (udf != null) {
      NetworkOutput output = (NetworkOutput) udf.function();
      Attribute column = output.newColumn();
      LogicalPlan reading = node.transformExpressions(replacing(udf, column));
      LogicalPlan child = network.plus(output, column);
      return withOutputOf(node, withOutputs(reading.withNewChildren(toScala(List.of(child)))));
    }
    return node instanceof Project project ? withoutProject(project, network) : node;
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
        : first(expression.children(), input -> findOutput(input, network));
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

  /**
   * Lets the operator of the network name its results as a projection above it does, and leave out
   * those that it does not read; and returns it alone if the projection then has nothing to do.
   */
  private static LogicalPlan withoutProject(Project project, EvaluateNetwork network) {
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
