package io.github.secateur.optim;

import breeze.linalg.DenseVector;
import breeze.linalg.DenseVector$mcD$sp;
import breeze.optimize.DiffFunction;
import breeze.optimize.FirstOrderMinimizer;
import breeze.optimize.LBFGS;
import java.lang.invoke.LambdaMetafactory;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import scala.Tuple2;
import scala.collection.Iterator;

/**
 * Limited-memory BFGS (Liu and Nocedal 1989) with a line search for the strong Wolfe conditions, as
 * implemented by Breeze, which Spark ML uses too. Minimizes a smooth deterministic function.
 */
public final class Lbfgs {

  /** A function to minimize. */
  @FunctionalInterface
  public interface Objective {

    /**
     * Returns the value at a point and fills in the gradient there.
     *
     * @param point not to be changed
     * @param gradient as long as the point, all zeros
     */
    double evaluate(double[] point, double[] gradient);
  }

  /** Is told of each iteration. */
  @FunctionalInterface
  public interface Progress {

    /**
     * Called after each iteration that moved.
     *
     * @param iteration counted from 1
     * @param value the value at the new point
     * @param point the new point; not to be changed
     * @return whether to go on
     */
    boolean iteration(int iteration, double value, double[] point);
  }

  /** Why a minimization ended. */
  public enum End {
    /** The largest number of iterations was reached. */
    ITERATIONS,
    /** The gradient or the change of the value is within the tolerance. */
    CONVERGED,
    /**
     * The line search found no better point, twice in a row; usual at the limit of the objective's
     * precision.
     */
    LINE_SEARCH,
    /** {@link Progress} asked for it. */
    STOPPED
  }

  /**
   * The best point found.
   *
   * @param point where
   * @param value the value there
   * @param iterations the number of iterations done
   * @param end why there were no more
   */
  public record Minimum(double[] point, double value, int iterations, End end) {}

  private Lbfgs() {}

  /**
   * Minimizes a function.
   *
   * @param start where to begin
   * @param maxIterations the largest number of iterations, at least 0
   * @param tolerance ends when the norm of the gradient is at most tolerance · |value|, or when,
   *     after at least 20 iterations, the value lies within tolerance · |value at the start| of
   *     each of the last 20
   * @return the point with the lowest value of all iterations; failures of the line search are no
   *     error
   */
  public static Minimum minimize(
      Objective objective,
      double[] start,
      int maxIterations,
      double tolerance,
      LbfgsOptions options,
      Progress progress) {
    LBFGS<DenseVector<Object>> solver =
        new LBFGS<>(maxIterations, options.history(), tolerance, DenseVector.space_Double());
    Iterator<? extends FirstOrderMinimizer.State<DenseVector<Object>, ?, ?>> states =
        solver.iterations(breezeFunction(objective), vector(start.clone()));
    FirstOrderMinimizer.State<DenseVector<Object>, ?, ?> best = states.next();
    FirstOrderMinimizer.State<DenseVector<Object>, ?, ?> last = best;
    boolean goOn = true;
    while (goOn && states.hasNext()) {
      int before = last.iter();
      last = states.next();
      if (last.iter() > before) { // a failed line search comes round again without having moved
        best = last.value() < best.value() ? last : best;
        goOn = progress.iteration(last.iter(), last.value(), array(last.x()));
      }
    }
    End end = goOn ? end(last) : End.STOPPED;
    return new Minimum(array(best.x()), best.value(), last.iter(), end);
  }

  private static End end(FirstOrderMinimizer.State<?, ?, ?> last) {
    Object reason = last.convergenceReason().get();
    if (reason == FirstOrderMinimizer.MaxIterations$.MODULE$) {
      return End.ITERATIONS;
    }
    return reason == FirstOrderMinimizer.SearchFailed$.MODULE$ ? End.LINE_SEARCH : End.CONVERGED;
  }

  private static DenseVector<Object> vector(double[] values) {
    return new DenseVector$mcD$sp(values);
  }

  private static double[] array(DenseVector<Object> vector) {
    return (double[]) vector.data();
  }

  /**
   * Returns the objective as Breeze sees it. No Java class can implement the trait: to javac, and
   * to {@link java.lang.reflect.Proxy}, its two methods {@code apply}, one generic and one that
   * returns double, contradict each other. The JVM has no such rule, so the class is made by the
   * method that makes the classes of lambdas.
   */
  @SuppressWarnings("unchecked")
  private static DiffFunction<DenseVector<Object>> breezeFunction(Objective objective) {
    MethodHandles.Lookup lookup = MethodHandles.lookup();
    MethodType calculate = MethodType.methodType(Tuple2.class, DenseVector.class);
    try {
      MethodHandle implementation =
          lookup.findStatic(
              Lbfgs.class, "calculate", calculate.insertParameterTypes(0, Objective.class));
      return (DiffFunction<DenseVector<Object>>)
          LambdaMetafactory.metafactory(
                  lookup,
                  "calculate",
                  MethodType.methodType(DiffFunction.class, Objective.class),
                  calculate.generic().changeReturnType(Tuple2.class),
                  implementation,
                  calculate)
              .getTarget()
              .invoke(objective);
    } catch (Throwable e) {
      throw new IllegalStateException("this version of Breeze has another DiffFunction", e);
    }
  }

  private static Tuple2<Object, DenseVector<Object>> calculate(
      Objective objective, DenseVector<Object> point) {
    double[] gradient = new double[point.length()];
    double value = objective.evaluate(array(point), gradient);
    return new Tuple2<>(value, vector(gradient));
  }
}
