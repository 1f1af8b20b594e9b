package io.github.secateur.spark.prediction;

import static io.github.secateur.spark.prediction.QueryColumns.toJava;
import static io.github.secateur.spark.prediction.QueryColumns.toScala;

import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Encoder;
import org.apache.spark.sql.catalyst.expressions.And;
import org.apache.spark.sql.catalyst.expressions.AttributeSet;
import org.apache.spark.sql.catalyst.expressions.ConditionalExpression;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.Or;
import org.apache.spark.sql.catalyst.expressions.ScalaUDF;
import org.apache.spark.sql.expressions.SparkUserDefinedFunction;
import org.apache.spark.sql.types.DataType;
import scala.Function1;
import scala.Option;
import scala.collection.immutable.Seq;
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

  /** Replaces a function, and those that compute the same, in the expressions of an operator. */
  static AbstractPartialFunction<Expression, Expression> replacingEqual(
      ScalaUDF function, Expression replacement) {
    Expression canonicalized = function.canonicalized();
    return replacing(udf -> udf.canonicalized().equals(canonicalized) ? replacement : null);
  }

  /** Returns the first function that a search finds in some expressions, or null. */
  static ScalaUDF first(Seq<Expression> expressions, Function<Expression, ScalaUDF> search) {
    return toJava(expressions).stream()
        .map(search)
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(null);
  }

  /** Whether an expression needs the logits of a network, for whichever rows. */
  static boolean containsNetwork(Expression expression) {
    return isNetwork(expression)
        || toJava(expression.children()).stream().anyMatch(QueryFunctions::containsNetwork);
  }

  private static boolean isNetwork(Expression expression) {
    return expression instanceof ScalaUDF udf && udf.function() instanceof LogitsFunction;
  }

  /**
   * Returns a network that is evaluated for every row, the inner one of two, or null.
   *
   * @param known the columns that it may read
   */
  static ScalaUDF findNetwork(Expression expression, AttributeSet known) {
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
}
