package io.github.secateur.spark.prediction;

import static io.github.secateur.spark.prediction.QueryColumns.toJava;
import static io.github.secateur.spark.prediction.QueryColumns.toScala;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeSet;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.catalyst.plans.logical.Statistics;
import scala.Option;
import scala.collection.Iterator;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * The operator of a query that evaluates a network on all rows, in batches, and appends columns to
 * those that it keeps. {@link BatchPrediction} puts it into the plan; Spark carries it out with
 * {@link EvaluateNetworkExec}.
 */
public final class EvaluateNetwork extends LogicalPlan {
  private static final long serialVersionUID = 1L;

  private final LogitsFunction network;
  private final Attribute features;
  private final Seq<Attribute> kept;
  private final Seq<NetworkOutput> outputs;
  private final Seq<Attribute> results;
  private final boolean oneByOne;
  private final LogicalPlan child;

  /**
   * Makes the operator. Public, since Spark copies operators by reflection.
   *
   * @param features a column of the child
   * @param kept columns of the child that the result has too
   * @param outputs what is appended to them
   * @param results the columns of the outputs
   * @param oneByOne whether a row is read only when it is asked for
   */
  public EvaluateNetwork(
      LogitsFunction network,
      Attribute features,
      Seq<Attribute> kept,
      Seq<NetworkOutput> outputs,
      Seq<Attribute> results,
      boolean oneByOne,
      LogicalPlan child) {
    this.network = network;
    this.features = features;
    this.kept = kept;
    this.outputs = outputs;
    this.results = results;
    this.oneByOne = oneByOne;
    this.child = child;
  }

  LogitsFunction network() {
    return network;
  }

  Attribute features() {
    return features;
  }

  List<Attribute> kept() {
    return toJava(kept);
  }

  List<NetworkOutput> outputs() {
    return toJava(outputs);
  }

  List<Attribute> results() {
    return toJava(results);
  }

  LogicalPlan child() {
    return child;
  }

  /** Whether a row is read only when it is asked for; otherwise batches are. */
  boolean isOneByOne() {
    return oneByOne;
  }

  /** Returns the same, which reads a row only when it is asked for. */
  EvaluateNetwork oneByOne() {
    return new EvaluateNetwork(network, features, kept, outputs, results, true, child);
  }

  /** Returns the column of the logits, or null if they are not among the results. */
  Attribute logits() {
    for (int i = 0; i < outputs.size(); i++) {
      if (outputs.apply(i).isLogits()) {
        return results.apply(i);
      }
    }
    return null;
  }

  /** Returns the same with one more column behind the others. */
  EvaluateNetwork plus(NetworkOutput output, Attribute result) {
    List<NetworkOutput> newOutputs = new ArrayList<>(outputs());
    newOutputs.add(output);
    List<Attribute> newResults = new ArrayList<>(results());
    newResults.add(result);
    return with(kept(), newOutputs, newResults);
  }

  /** Returns the same with other columns. */
  EvaluateNetwork with(
      List<Attribute> newKept, List<NetworkOutput> newOutputs, List<Attribute> newResults) {
    return new EvaluateNetwork(
        network,
        features,
        toScala(newKept),
        toScala(newOutputs),
        toScala(newResults),
        oneByOne,
        child);
  }

  @Override
  public Seq<Attribute> output() {
    List<Attribute> columns = new ArrayList<>(kept());
    columns.addAll(results());
    return toScala(columns);
  }

  @Override
  public AttributeSet producedAttributes() {
    List<Expression> columns = new ArrayList<>(results());
    return AttributeSet.apply(CollectionConverters.asScala(columns));
  }

  @Override
  public Option<Object> maxRows() {
    return child.maxRows();
  }

  @Override
  public Option<Object> maxRowsPerPartition() {
    return child.maxRowsPerPartition();
  }

  /** As those of a projection with the same columns. */
  @Override
  public Statistics stats() {
    List<NamedExpression> columns = new ArrayList<>(toJava(output()));
    return new Project(toScala(columns), child).stats();
  }

  @Override
  public Seq<LogicalPlan> children() {
    return toScala(List.of(child));
  }

  @Override
  public LogicalPlan withNewChildrenInternal(IndexedSeq<LogicalPlan> children) {
    return new EvaluateNetwork(
        network, features, kept, outputs, results, oneByOne, children.head());
  }

  @Override
  public Iterator<Object> stringArgs() {
    return EvaluateNetworkExec.describe(network, features, kept, results, oneByOne);
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
    return other instanceof EvaluateNetwork;
  }

  @Override
  public boolean equals(Object other) {
    return this == other
        || other instanceof EvaluateNetwork same
            && productIterator().sameElements(same.productIterator());
  }

  @Override
  public int hashCode() {
    return super.hashCode();
  }
}
