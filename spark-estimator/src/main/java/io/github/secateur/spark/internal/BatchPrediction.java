package io.github.secateur.spark.internal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.ExperimentalMethods;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.expressions.Alias;
import org.apache.spark.sql.catalyst.expressions.And;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeReference;
import org.apache.spark.sql.catalyst.expressions.AttributeSet;
import org.apache.spark.sql.catalyst.expressions.ConditionalExpression;
import org.apache.spark.sql.catalyst.expressions.CreateNamedStruct;
import org.apache.spark.sql.catalyst.expressions.ExprId;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.GetStructField;
import org.apache.spark.sql.catalyst.expressions.Literal$;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.expressions.Or;
import org.apache.spark.sql.catalyst.expressions.ScalaUDF;
import org.apache.spark.sql.catalyst.plans.logical.Aggregate;
import org.apache.spark.sql.catalyst.plans.logical.Filter;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.MapPartitions;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.catalyst.rules.Rule;
import org.apache.spark.sql.catalyst.trees.TreePattern;
import org.apache.spark.sql.connector.read.streaming.ContinuousStream;
import org.apache.spark.sql.execution.datasources.v2.StreamingDataSourceV2ScanRelation;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import scala.Option;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;
import scala.runtime.AbstractFunction1;
import scala.runtime.AbstractPartialFunction;

/**
 * Evaluates networks for many rows at a time. A rule of the optimizer that runs after all of
 * Spark's, as Spark's own does for functions in Python: it finds each {@link LogitsFunction} that a
 * query still needs, and computes its column below the operator that reads it, with {@link
 * LogitsPartition}. Until then the function is a column like any other, so that columns are pruned
 * and filters are pushed down through {@code transform}.
 *
 * <p>Only the columns that are read above pass by the network, in one struct:
 *
 * <pre>
 *   Project [logits, id]            Project [logits, id]
 *   +- child                   ->   +- Project [kept.id AS id, logits]
 *                                      +- MapPartitions: kept, logits
 *                                         +- Project [struct(struct(id) AS kept, features)]
 *                                            +- child
 * </pre>
 *
 * <p>What stays as it is, and is evaluated row by row: a function whose value is needed for some
 * rows only, as in a branch of {@code CASE}; and queries with a trigger for continuous processing,
 * where a row must not wait for others.
 */
public final class BatchPrediction extends Rule<LogicalPlan> {
  /** Set to false in a session to evaluate row by row, to compare. */
  static final String SETTING = "spark.secateur.batchPrediction";

  private static final String KEPT = "kept";

  private BatchPrediction() {}

  /** Adds the rule to a session, once. */
  public static void install(SparkSession session) {
    ExperimentalMethods methods = session.experimental();
    synchronized (BatchPrediction.class) {
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
    LogicalPlan result = node;
    while (true) {
      Map<Expression, ScalaUDF> found = new LinkedHashMap<>();
      LogicalPlan split = result instanceof Filter filter ? splitOff(filter) : result;
      AttributeSet known = split.children().head().outputSet();
      toJava(split.expressions()).forEach(expression -> collect(expression, known, found));
      if (found.isEmpty()) {
        return result;
      }
      result = withBatches(split, found);
    }
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

  /** Collects the networks that are evaluated for every row, the inner one of two first. */
  private static void collect(
      Expression expression, AttributeSet known, Map<Expression, ScalaUDF> found) {
    int before = found.size();
    if (expression instanceof ConditionalExpression conditional) {
      toJava(conditional.alwaysEvaluatedInputs()).forEach(input -> collect(input, known, found));
    } else if (expression instanceof And || expression instanceof Or) {
      collect(expression.children().head(), known, found);
    } else {
      toJava(expression.children()).forEach(input -> collect(input, known, found));
    }
    if (found.size() == before
        && isNetwork(expression)
        && expression.deterministic()
        && expression.references().subsetOf(known)) {
      found.put(expression.canonicalized(), (ScalaUDF) expression);
    }
  }

  private static LogicalPlan withBatches(LogicalPlan node, Map<Expression, ScalaUDF> found) {
    LogicalPlan child = node.children().head();
    Map<Expression, Expression> logits = new LinkedHashMap<>();
    List<NamedExpression> outputs = new ArrayList<>();
    found.forEach(
        (canonical, udf) -> {
          AttributeReference output = attribute("logits", udf.dataType(), udf.nullable());
          logits.put(canonical, output);
          outputs.add(output);
        });
    LogicalPlan reading = node.transformExpressions(replacing(logits));
    boolean readsAll = !(reading instanceof Project || reading instanceof Aggregate);
    List<Attribute> kept = new ArrayList<>(toJava(child.output()));
    if (!readsAll) {
      kept.removeIf(column -> !reading.references().contains(column));
    }
    LogicalPlan batches = batches(child, kept, new ArrayList<>(found.values()), outputs);
    LogicalPlan result = reading.withNewChildren(toScala(List.of(batches)));
    return result.output().equals(node.output())
        ? result
        : new Project(toScala(new ArrayList<NamedExpression>(toJava(node.output()))), result);
  }

  private static AbstractPartialFunction<Expression, Expression> replacing(
      Map<Expression, Expression> logits) {
    return new AbstractPartialFunction<>() {
      @Override
      public boolean isDefinedAt(Expression expression) {
        return isNetwork(expression) && logits.containsKey(expression.canonicalized());
      }

      @Override
      public Expression apply(Expression expression) {
        return logits.get(expression.canonicalized());
      }
    };
  }

  /** Returns the kept columns of the child, and the logits. */
  private static LogicalPlan batches(
      LogicalPlan child,
      List<Attribute> kept,
      List<ScalaUDF> networks,
      List<NamedExpression> outputs) {
    List<Expression> packed = new ArrayList<>();
    StructType resultType = new StructType();
    if (!kept.isEmpty()) {
      List<Expression> columns = new ArrayList<>();
      StructType keptType = new StructType();
      for (Attribute column : kept) {
        columns.add(Literal$.MODULE$.apply(column.name()));
        columns.add(column);
        keptType =
            keptType.add(
                new StructField(
                    column.name(), column.dataType(), column.nullable(), Metadata.empty()));
      }
      packed.add(Literal$.MODULE$.apply(KEPT));
      packed.add(new CreateNamedStruct(toScala(columns)));
      resultType = resultType.add(KEPT, keptType, false);
    }
    List<LogitsPartition.Input> inputs = new ArrayList<>();
    for (ScalaUDF network : networks) {
      Expression features = network.children().head();
      int place = kept.indexOf(features);
      boolean isKept = place >= 0;
      if (!isKept) {
        place = packed.size() / 2;
        packed.add(Literal$.MODULE$.apply("features" + place));
        packed.add(features);
      }
      inputs.add(
          new LogitsPartition.Input(
              (LogitsFunction) network.function(), features.dataType(), isKept, place));
      resultType = resultType.add("logits" + inputs.size(), network.dataType(), network.nullable());
    }
    Alias row = alias(new CreateNamedStruct(toScala(packed)), "row", newId(), null);
    AttributeReference results = attribute("results", resultType, false);
    LogicalPlan mapped =
        new MapPartitions(
            new LogitsPartition(inputs, kept.size()),
            results,
            new Project(toScala(List.<NamedExpression>of(row)), child));
    return new Project(toScala(unpacked(results, kept, outputs)), mapped);
  }

  private static List<NamedExpression> unpacked(
      AttributeReference results, List<Attribute> kept, List<NamedExpression> outputs) {
    List<NamedExpression> columns = new ArrayList<>();
    Expression keptStruct = kept.isEmpty() ? null : new GetStructField(results, 0, Option.empty());
    for (Attribute column : kept) {
      Expression value = new GetStructField(keptStruct, columns.size(), Option.empty());
      columns.add(alias(value, column.name(), column.exprId(), column));
    }
    int next = kept.isEmpty() ? 0 : 1;
    for (NamedExpression output : outputs) {
      Expression value = new GetStructField(results, next++, Option.empty());
      columns.add(alias(value, output.name(), output.exprId(), null));
    }
    return columns;
  }

  private static AttributeReference attribute(String name, DataType type, boolean nullable) {
    return new AttributeReference(
        name, type, nullable, Metadata.empty(), newId(), toScala(List.of()));
  }

  /** Names a value; it takes the place of {@code column}, if that is not null. */
  private static Alias alias(Expression value, String name, ExprId id, Attribute column) {
    return new Alias(
        value,
        name,
        id,
        column == null ? toScala(List.<String>of()) : column.qualifier(),
        Option.apply(column == null ? Metadata.empty() : column.metadata()),
        toScala(List.<String>of()));
  }

  private static ExprId newId() {
    return NamedExpression.newExprId();
  }

  private static <T> List<T> toJava(Seq<T> values) {
    return CollectionConverters.asJava(values);
  }

  private static <T> Seq<T> toScala(List<T> values) {
    return CollectionConverters.asScala(values).toSeq();
  }
}
