package io.github.secateur.spark.prediction;

import static io.github.secateur.spark.prediction.QueryColumns.indexOf;
import static io.github.secateur.spark.prediction.QueryColumns.toJava;
import static io.github.secateur.spark.prediction.QueryColumns.toScala;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeSet;
import org.apache.spark.sql.catalyst.expressions.BoundReference;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.SortOrder;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.physical.Partitioning;
import org.apache.spark.sql.catalyst.plans.physical.UnknownPartitioning;
import org.apache.spark.sql.execution.BaseScriptTransformationExec;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.SparkStrategy;
import org.apache.spark.sql.execution.metric.SQLMetric;
import org.apache.spark.sql.execution.metric.SQLMetrics;
import scala.collection.Iterator;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag$;

/**
 * Carries out {@link EvaluateNetwork}, with a {@link NetworkPartition} for each partition. Rows
 * keep their partitions and their order.
 */
public final class EvaluateNetworkExec extends SparkPlan {
  private static final long serialVersionUID = 1L;

  private static final String ROWS = "numOutputRows";
  private static final String TIME = "networkTime";

  private final LogitsFunction network;
  private final Attribute features;
  private final Seq<Attribute> kept;
  private final Seq<NetworkOutput> outputs;
  private final Seq<Attribute> results;
  private final boolean oneByOne;
  private final SparkPlan child;
  private transient scala.collection.immutable.Map<String, SQLMetric> metrics;

  /** Tells Spark to carry out an {@link EvaluateNetwork} so. */
  static final class Strategy extends SparkStrategy {
    private static final long serialVersionUID = 1L;

    @Override
    public Seq<SparkPlan> apply(LogicalPlan plan) {
      List<SparkPlan> plans = new ArrayList<>();
      if (plan instanceof EvaluateNetwork node) {
        plans.add(
            new EvaluateNetworkExec(
                node.network(),
                node.features(),
                toScala(node.kept()),
                toScala(node.outputs()),
                toScala(node.results()),
                node.isOneByOne(),
                planLater(node.child())));
      }
      return toScala(plans);
    }
  }

  /** Makes the operator, with the fields of {@link EvaluateNetwork}. */
  public EvaluateNetworkExec(
      LogitsFunction network,
      Attribute features,
      Seq<Attribute> kept,
      Seq<NetworkOutput> outputs,
      Seq<Attribute> results,
      boolean oneByOne,
      SparkPlan child) {
    this.network = network;
    this.features = features;
    this.kept = kept;
    this.outputs = outputs;
    this.results = results;
    this.oneByOne = oneByOne;
    this.child = child;
  }

  /** Returns what a plan shows of the operator. */
  static Iterator<Object> describe(
      LogitsFunction network,
      Attribute features,
      Seq<Attribute> kept,
      Seq<Attribute> results,
      boolean oneByOne) {
    int weights = network.engines().parameters().length;
    List<Object> shown = new ArrayList<>();
    shown.add(String.format(Locale.ROOT, "%,d weights", weights));
    shown.addAll(List.of(features, kept, results));
    if (oneByOne) {
      shown.add("one by one");
    }
    return CollectionConverters.asScala(shown.iterator());
  }

  @Override
  public RDD<InternalRow> doExecute() {
    List<Attribute> columns = toJava(child.output());
    List<Attribute> keptColumns = toJava(kept);
    List<Expression> bound = new ArrayList<>();
    boolean keepsAll = keptColumns.size() == columns.size();
    for (Attribute column : keptColumns) {
      int place = indexOf(column, columns);
      keepsAll &= place == bound.size();
      bound.add(new BoundReference(place, column.dataType(), column.nullable()));
    }
    NetworkPartition function =
        new NetworkPartition(
            network,
            features.dataType(),
            indexOf(features, columns),
            indexOf(features, keptColumns),
            toScala(bound),
            keepsAll,
            toJava(outputs).toArray(NetworkOutput[]::new),
            oneByOne,
            isReadInOneThread(child),
            longMetric(ROWS),
            longMetric(TIME));
    return child
        .execute()
        .mapPartitions(function, true, ClassTag$.MODULE$.apply(InternalRow.class));
  }

  /**
   * Whether the thread of a task reads all rows itself, which is not so for functions in Python.
   */
  private static boolean isReadInOneThread(SparkPlan plan) {
    boolean hasOthers =
        plan instanceof BaseScriptTransformationExec
            || plan.getClass().getName().startsWith("org.apache.spark.sql.execution.python.");
    return !hasOthers
        && toJava(plan.children()).stream().allMatch(EvaluateNetworkExec::isReadInOneThread);
  }

  @Override
  public synchronized scala.collection.immutable.Map<String, SQLMetric> metrics() {
    if (metrics == null) {
      metrics =
          scala.collection.immutable.Map.from(
              CollectionConverters.asScala(
                  Map.of(
                      ROWS, SQLMetrics.createMetric(sparkContext(), "number of output rows"),
                      TIME,
                          SQLMetrics.createNanoTimingMetric(
                              sparkContext(), "time in network", -1))));
    }
    return metrics;
  }

  @Override
  public Seq<Attribute> output() {
    List<Attribute> columns = new ArrayList<>(toJava(kept));
    columns.addAll(toJava(results));
    return toScala(columns);
  }

  @Override
  public AttributeSet producedAttributes() {
    List<Expression> columns = new ArrayList<>(toJava(results));
    return AttributeSet.apply(CollectionConverters.asScala(columns));
  }

  @Override
  public Partitioning outputPartitioning() {
    Partitioning partitioning = child.outputPartitioning();
    boolean known =
        !(partitioning instanceof Expression expression)
            || expression.references().subsetOf(outputSet());
    return known ? partitioning : new UnknownPartitioning(partitioning.numPartitions());
  }

  @Override
  public Seq<SortOrder> outputOrdering() {
    List<SortOrder> known = new ArrayList<>();
    for (SortOrder order : toJava(child.outputOrdering())) {
      if (!order.references().subsetOf(outputSet())) {
        break; // rows are sorted by the columns before it
      }
      known.add(order);
    }
    return toScala(known);
  }

  @Override
  public Seq<SparkPlan> children() {
    return toScala(List.of(child));
  }

  @Override
  public SparkPlan withNewChildrenInternal(IndexedSeq<SparkPlan> children) {
    return new EvaluateNetworkExec(
        network, features, kept, outputs, results, oneByOne, children.head());
  }

  @Override
  public Iterator<Object> stringArgs() {
    return describe(network, features, kept, results, oneByOne);
  }

  @Override
  public int productArity() {
    return 7;
  }

  @Override
  public Object productElement(int n) {
    return switch (n) {
      case 0 -> network;
      case 1 -> features;
      case 2 -> kept;
      case 3 -> outputs;
      case 4 -> results;
      case 5 -> oneByOne;
      case 6 -> child;
      default -> throw new IndexOutOfBoundsException(n);
    };
  }

  @Override
  public boolean canEqual(Object other) {
    return other instanceof EvaluateNetworkExec;
  }

  @Override
  public boolean equals(Object other) {
    return this == other
        || other instanceof EvaluateNetworkExec same
            && productIterator().sameElements(same.productIterator());
  }

  @Override
  public int hashCode() {
    return super.hashCode();
  }
}
