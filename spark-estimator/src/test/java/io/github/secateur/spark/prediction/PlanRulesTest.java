package io.github.secateur.spark.prediction;

import static io.github.secateur.spark.prediction.QueryColumns.toScala;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.github.secateur.nn.Network;
import io.github.secateur.spark.rows.FeatureReader;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Alias;
import org.apache.spark.sql.catalyst.expressions.And;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeReference;
import org.apache.spark.sql.catalyst.expressions.CaseWhen;
import org.apache.spark.sql.catalyst.expressions.EqualTo;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.GreaterThan;
import org.apache.spark.sql.catalyst.expressions.LessThan;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.expressions.Rand;
import org.apache.spark.sql.catalyst.expressions.ScalaUDF;
import org.apache.spark.sql.catalyst.plans.logical.Filter;
import org.apache.spark.sql.catalyst.plans.logical.LocalLimit;
import org.apache.spark.sql.catalyst.plans.logical.LocalRelation;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.catalyst.plans.logical.Sample;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.junit.jupiter.api.Test;
import scala.Option;
import scala.Tuple2;
import scala.collection.immutable.Map$;

/**
 * Each rule of {@link BatchPrediction}: a plan before, the plan after, and plans that it leaves.
 */
class PlanRulesTest {
  private static final Network NETWORK = Network.input(2).dense(3);

  private final Attribute id = column("id", DataTypes.IntegerType);
  private final Attribute features = column("features", SQLDataTypes.VectorType());
  private final LogicalPlan rows =
      new LocalRelation(
          toScala(List.of(id, features)), toScala(List.<InternalRow>of()), false, Option.empty());
  private final LogitsFunction network =
      new LogitsFunction(
          new InferenceEngines(NETWORK, NETWORK.initialParameters(1)),
          new FeatureReader("features", new String[0], Network.input(2)));
  private final Expression logits =
      function(network, SQLDataTypes.VectorType(), features, "logits");

  // ---- plans -----------------------------------------------------------------------------------

  private static Attribute column(String name, DataType type) {
    return new AttributeReference(
        name,
        type,
        true,
        Metadata.empty(),
        NamedExpression.newExprId(),
        toScala(List.<String>of()));
  }

  private static ScalaUDF function(
      Object function, DataType type, Expression argument, String name) {
    return new ScalaUDF(
        function,
        type,
        toScala(List.of(argument)),
        toScala(List.of(Option.empty())),
        Option.empty(),
        Option.apply(name),
        true,
        true);
  }

  private static Expression prediction(Expression logits) {
    return function(NetworkOutput.prediction(null), DataTypes.DoubleType, logits, "prediction");
  }

  private static Literal literal(int number) {
    return new Literal(number, DataTypes.IntegerType);
  }

  private static Literal literal(long number) {
    return new Literal(number, DataTypes.LongType);
  }

  private static Literal literal(double number) {
    return new Literal(number, DataTypes.DoubleType);
  }

  private static Expression is(Expression value, double number) {
    return new EqualTo(value, literal(number));
  }

  private Expression idAbove(int number) {
    return new GreaterThan(id, literal(number));
  }

  private static Expression random() {
    return new LessThan(new Rand(literal(1L), false), literal(0.5));
  }

  private static Project project(LogicalPlan child, NamedExpression... columns) {
    return new Project(toScala(Arrays.asList(columns)), child);
  }

  private static Alias as(Expression value, String name) {
    return new Alias(
        value,
        name,
        NamedExpression.newExprId(),
        toScala(List.<String>of()),
        Option.empty(),
        toScala(List.<String>of()));
  }

  private static LocalLimit limit(LogicalPlan child) {
    return new LocalLimit(literal(3), child);
  }

  /** A network that keeps the id. */
  private EvaluateNetwork evaluated(LogicalPlan child, NetworkOutput... outputs) {
    List<Attribute> results =
        Arrays.stream(outputs).<Attribute>map(NetworkOutput::newColumn).toList();
    return new EvaluateNetwork(
        network,
        features,
        toScala(List.of(id)),
        toScala(Arrays.asList(outputs)),
        toScala(results),
        false,
        child);
  }

  private EvaluateNetwork predicted(LogicalPlan child) {
    return evaluated(child, NetworkOutput.prediction(null));
  }

  private static void assertPlan(String expected, LogicalPlan found) {
    String text = found.toString().replaceAll("#\\d+L?", "").replace("<empty>, ", "");
    assertEquals(expected, text);
  }

  /** Shows what a rule makes of a plan, and that it then has nothing more to do. */
  private static void assertRewrites(PlanRule rule, LogicalPlan before, String after) {
    LogicalPlan found = rule.apply(before);
    assertPlan(after, found);
    assertSame(found, rule.apply(found));
    List<Attribute> columns = QueryColumns.toJava(found.output());
    for (Attribute column : QueryColumns.toJava(before.output())) {
      assertEquals(true, QueryColumns.indexOf(column, columns) >= 0, column.name());
    }
  }

  private static void assertLeaves(PlanRule rule, LogicalPlan... plans) {
    for (LogicalPlan plan : plans) {
      assertSame(plan, rule.apply(plan));
    }
  }

  // ---- rules -----------------------------------------------------------------------------------

  @Test
  void conditionsWithoutANetworkAreAskedFirst() {
    Expression predicted = is(prediction(logits), 1);
    assertRewrites(
        new SplitFilters(),
        new Filter(new And(predicted, idAbove(4)), rows),
        """
        Filter (prediction(logits(features)) = 1.0)
        +- Filter (id > 4)
           +- LocalRelation [id, features]
        """);
    Expression some =
        new CaseWhen(toScala(List.of(Tuple2.apply(idAbove(4), predicted))), Option.empty());
    assertLeaves(
        new SplitFilters(),
        new Filter(predicted, rows),
        new Filter(idAbove(4), rows),
        new Filter(new And(predicted, random()), rows),
        new Filter(new And(some, idAbove(4)), rows),
        rows);
  }

  @Test
  void aNetworkIsEvaluatedBelowWhatReadsIt() {
    assertRewrites(
        new InsertNetworks(),
        project(rows, id, as(prediction(logits), "p")),
        """
        Project [id, prediction(logits) AS p]
        +- EvaluateNetwork 9 weights, features: vector, [id], [logits]
           +- LocalRelation [id, features]
        """);
    Expression twice = new And(is(prediction(logits), 1), is(prediction(logits), 2));
    assertRewrites(
        new InsertNetworks(),
        new Filter(twice, rows),
        """
        Filter ((prediction(logits) = 1.0) AND (prediction(logits) = 2.0))
        +- EvaluateNetwork 9 weights, features: vector, [id, features], [logits]
           +- LocalRelation [id, features]
        """);
    Expression some =
        new CaseWhen(
            toScala(List.of(Tuple2.apply(idAbove(4), prediction(logits)))), Option.empty());
    assertLeaves(new InsertNetworks(), project(rows, id), project(rows, as(some, "p")), rows);
  }

  @Test
  void whatANetworkBelowHasComputedIsReadInsteadOfEvaluated() {
    EvaluateNetwork below = predicted(rows);
    Filter filter = new Filter(is(below.results().get(0), 1), below);
    assertRewrites(
        new ReuseNetworks(),
        project(filter, id, as(logits, "l")),
        """
        Project [id, logits AS l]
        +- Filter (prediction = 1.0)
           +- EvaluateNetwork 9 weights, features: vector, [id], [prediction, logits]
              +- LocalRelation [id, features]
        """);
    LogicalPlan sorted =
        new Sample(0, 0.5, false, 1, below); // no rows of another order or number may lie between
    assertLeaves(
        new ReuseNetworks(),
        project(rows, as(logits, "l")),
        project(sorted, as(logits, "l")),
        project(filter, id),
        filter);
  }

  @Test
  void theNetworkComputesWhatFollowsFromItsLogits() {
    EvaluateNetwork below = evaluated(rows, NetworkOutput.logits());
    assertRewrites(
        new ComputeOutputs(),
        new Filter(is(prediction(below.logits()), 1), below),
        """
        Filter (prediction = 1.0)
        +- EvaluateNetwork 9 weights, features: vector, [id], [logits, prediction]
           +- LocalRelation [id, features]
        """);
    Attribute others = column("logits", SQLDataTypes.VectorType());
    assertLeaves(
        new ComputeOutputs(),
        project(below, id),
        new Filter(is(prediction(others), 1), below),
        new Filter(is(prediction(below.logits()), 1), new Filter(idAbove(1), below)));
  }

  @Test
  void theNetworkNamesItsResults() {
    EvaluateNetwork below = evaluated(rows, NetworkOutput.logits(), NetworkOutput.prediction(null));
    assertRewrites(
        new MergeProjections(),
        project(below, id, as(below.results().get(1), "p")),
        """
        EvaluateNetwork 9 weights, features: vector, [id], [p]
        +- LocalRelation [id, features]
        """);
    assertRewrites(
        new MergeProjections(),
        project(below, as(idAbove(2), "large"), as(below.results().get(1), "p")),
        """
        Project [(id > 2) AS large, p]
        +- EvaluateNetwork 9 weights, features: vector, [id], [p]
           +- LocalRelation [id, features]
        """);
    assertLeaves(
        new MergeProjections(),
        project(rows, id),
        new Filter(idAbove(1), below),
        project(below, as(idAbove(2), "large"), below.results().get(0), below.results().get(1)));
  }

  @Test
  void rowsAreChosenBeforeTheNetworkSeesThem() {
    EvaluateNetwork below = predicted(rows);
    Attribute prediction = below.results().get(0);
    assertRewrites(
        new PushSelections(),
        new Filter(random(), below),
        """
        EvaluateNetwork 9 weights, features: vector, [id], [prediction]
        +- Filter (rand(1) < 0.5)
           +- LocalRelation [id, features]
        """);
    assertRewrites(
        new PushSelections(),
        new Sample(0, 0.5, false, 1, project(below, id, as(is(prediction, 1), "one"))),
        """
        Project [id, (prediction = 1.0) AS one]
        +- EvaluateNetwork 9 weights, features: vector, [id], [prediction]
           +- Sample 0.0, 0.5, false, 1
              +- LocalRelation [id, features]
        """);
    Expression number = new Rand(literal(2L), false);
    assertLeaves(
        new PushSelections(),
        new Filter(is(prediction, 1), below),
        new Filter(new And(is(prediction, 1), random()), below),
        new Filter(random(), project(below, id, as(number, "r"))), // it counts the rows as well
        new Filter(random(), project(rows, id)),
        limit(below));
  }

  @Test
  void readingEndsWhereALimitDoes() {
    LogicalPlan many = new Sample(0, 2, true, 1, rows); // nobody knows how many
    EvaluateNetwork below = predicted(many);
    assertRewrites(
        new PushLimits(),
        limit(project(below, id)),
        """
        LocalLimit 3
        +- Project [id]
           +- EvaluateNetwork 9 weights, features: vector, [id], [prediction]
              +- LocalLimit 3
                 +- Sample 0.0, 2.0, true, 1
                    +- LocalRelation [id, features]
        """);
    assertLeaves(
        new PushLimits(),
        limit(new Filter(is(below.results().get(0), 1), below)),
        limit(many),
        limit(predicted(rows)), // the relation has no rows
        new Filter(idAbove(1), below));
  }

  @Test
  void nothingIsReadAheadBetweenCodeOfTheUserAndALimit() {
    Object code = Map$.MODULE$.empty(); // a function of a class that is neither Spark's nor ours
    assertRewrites(
        new ReadOneByOne(),
        limit(filtered(computed(code))),
        """
        LocalLimit 3
        +- Filter (prediction = 1.0)
           +- EvaluateNetwork 9 weights, features: vector, [id], [prediction], one by one
              +- Project [id, features, code(id) AS x]
                 +- LocalRelation [id, features]
        """);
    assertLeaves(
        new ReadOneByOne(),
        filtered(computed(code)), // no limit
        limit(predicted(computed(code))), // a limit below does it
        limit(filtered(rows)), // no code
        limit(filtered(computed(NetworkOutput.rawPrediction())))); // ours
  }

  private LogicalPlan computed(Object code) {
    return project(rows, id, features, as(function(code, DataTypes.IntegerType, id, "code"), "x"));
  }

  private LogicalPlan filtered(LogicalPlan child) {
    EvaluateNetwork below = predicted(child);
    return new Filter(is(below.results().get(0), 1), below);
  }
}
