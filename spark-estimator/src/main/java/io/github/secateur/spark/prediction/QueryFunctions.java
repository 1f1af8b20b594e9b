package io.github.secateur.spark.prediction;

import java.util.List;
import java.util.function.Function;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Encoder;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.ScalaUDF;
import org.apache.spark.sql.expressions.SparkUserDefinedFunction;
import org.apache.spark.sql.types.DataType;
import scala.Function1;
import scala.Option;
import scala.jdk.javaapi.CollectionConverters;
import scala.runtime.AbstractPartialFunction;

/** Functions of one column that a rule of the optimizer recognizes by their class. */
final class QueryFunctions {
  private QueryFunctions() {}

  /**
   * Returns the column of a function's results.
   *
   * @param function takes and returns what a user-defined function in Scala would
   */
  static Column column(
      String name,
      Function1<Object, Object> function,
      DataType type,
      boolean nullable,
      Column argument) {
    List<Option<Encoder<?>>> inputEncoders = List.of(Option.empty());
    return new SparkUserDefinedFunction(
            function,
            type,
            CollectionConverters.asScala(inputEncoders).toSeq(),
            Option.empty(),
            Option.apply(name),
            nullable,
            true)
        .apply(CollectionConverters.asScala(List.of(argument)).toSeq());
  }

  /**
   * Replaces functions in the expressions of an operator.
   *
   * @param replacement returns what to put into the place of a function, or null to leave it
   */
  static AbstractPartialFunction<Expression, Expression> replacing(
      Function<ScalaUDF, Expression> replacement) {
    return new AbstractPartialFunction<>() {
      @Override
      public boolean isDefinedAt(Expression expression) {
        return expression instanceof ScalaUDF udf && replacement.apply(udf) != null;
      }

      @Override
      public Expression apply(Expression expression) {
        return replacement.apply((ScalaUDF) expression);
      }
    };
  }
}
