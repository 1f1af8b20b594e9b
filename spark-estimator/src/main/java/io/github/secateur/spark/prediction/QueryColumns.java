package io.github.secateur.spark.prediction;

import java.util.List;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.plans.logical.Aggregate;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;

/** The columns of the operators in a query's plan, which Spark holds in sequences of Scala. */
final class QueryColumns {
  private QueryColumns() {}

  static <T> List<T> toJava(Seq<T> values) {
    return CollectionConverters.asJava(values);
  }

  static <T> Seq<T> toScala(List<T> values) {
    return CollectionConverters.asScala(values).toSeq();
  }

  /** Returns the place of a column, whatever it is called by now, or -1. */
  static int indexOf(NamedExpression column, List<? extends NamedExpression> columns) {
    for (int i = 0; i < columns.size(); i++) {
      if (columns.get(i).exprId().equals(column.exprId())) {
        return i;
      }
    }
    return -1;
  }

  /** Whether an operator has other columns than its child. */
  static boolean areChosenBy(LogicalPlan node) {
    return node instanceof Project || node instanceof Aggregate;
  }
}
