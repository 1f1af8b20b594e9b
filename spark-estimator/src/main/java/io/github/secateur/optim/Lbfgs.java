package io.github.secateur.optim;

import breeze.linalg.DenseVector;
import breeze.linalg.DenseVector$mcD$sp;
import breeze.optimize.DiffFunction;
import breeze.optimize.FirstOrderMinimizer;
import breeze.optimize.FirstOrderMinimizer.ConvergenceReason;
import breeze.optimize.FirstOrderMinimizer.State;
import breeze.optimize.LBFGS;
import java.lang.invoke.LambdaMetafactory;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Arrays;
import java.util.List;
import scala.Option;
import scala.Tuple2;
import scala.collection.Iterator;
import scala.collection.Seq;
import scala.collection.immutable.IndexedSeq;
import scala.jdk.javaapi.CollectionConverters;

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

    /** Called after each iteration that moved; returns whether to go on. */
    boolean iteration(Position position);
  }

  /**
   * Where a minimization stands after an iteration: all that it needs to go on. The arrays must not
   * be changed.
   *
   * @param iteration counted from 1
   * @param value the value at the new point
   * @param point the new point
   * @param gradient the gradient there
   * @param initialValue the value at the start
   * @param recentValues the values that the tolerance is compared with
   * @param steps the last steps, the newest first: at most {@link LbfgsOptions#history()}
   * @param gradientChanges by how much each of them changed the gradient
   * @param bestValue the lowest value so far
   * @param bestPoint where it is
   */
  public record Position(
      int iteration,
      double value,
      double[] point,
      double[] gradient,
      double initialValue,
      double[] recentValues,
      List<double[]> steps,
      List<double[]> gradientChanges,
      double bestValue,
      double[] bestPoint) {}

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

  private final LbfgsOptions options;
  private final LBFGS<DenseVector<Object>> solver;

  /**
   * Makes a minimizer.
   *
   * @param maxIterations the largest number of iterations, at least 0
   * @param tolerance ends when the norm of the gradient is at most tolerance · |value|, or when,
   *     after at least 20 iterations, the value lies within tolerance · |value at the start| of
   *     each of the last 20
   */
  public Lbfgs(int maxIterations, double tolerance, LbfgsOptions options) {
    this.options = options;
    this.solver =
        new LBFGS<>(maxIterations, options.history(), tolerance, DenseVector.space_Double());
  }

  /**
   * Minimizes a function.
   *
   * @param start where to begin
   * @return the point with the lowest value of all iterations; failures of the line search are no
   *     error
   */
  public Minimum minimize(Objective objective, double[] start, Progress progress) {
    DiffFunction<DenseVector<Object>> function = solver.adjustFunction(breezeFunction(objective));
    State<DenseVector<Object>, Object, Object> first =
        solver.initialState(function, vector(start.clone()));
    return run(function, first, first.value(), array(first.x()), progress);
  }

  /**
   * Goes on with a minimization of the same function by the same options: the points that follow
   * are, bit for bit, those that would have followed then.
   */
  public Minimum resume(Objective objective, Position from, Progress progress) {
    DiffFunction<DenseVector<Object>> function = solver.adjustFunction(breezeFunction(objective));
    return run(function, state(from), from.bestValue(), from.bestPoint(), progress);
  }

  /** Breeze's loop, with a look at each state. */
  private Minimum run(
      DiffFunction<DenseVector<Object>> function,
      State<DenseVector<Object>, Object, Object> first,
      double firstBestValue,
      double[] firstBestPoint,
      Progress progress) {
    Iterator<State<DenseVector<Object>, Object, Object>> states =
        solver.infiniteIterations(function, first);
    State<DenseVector<Object>, Object, Object> last = states.next();
    Option<ConvergenceReason> reason = convergence(last);
    double bestValue = firstBestValue;
    double[] bestPoint = firstBestPoint;
    boolean goOn = true;
    while (goOn && reason.isEmpty()) {
      int before = last.iter();
      last = states.next();
      reason = convergence(last);
      if (last.iter() > before) { // a failed line search comes round again without having moved
        if (last.value() < bestValue) {
          bestValue = last.value();
          bestPoint = array(last.x());
        }
        goOn = progress.iteration(position(last, bestValue, bestPoint));
      }
    }
    return new Minimum(bestPoint, bestValue, last.iter(), goOn ? end(reason.get()) : End.STOPPED);
  }

  private Option<ConvergenceReason> convergence(State<DenseVector<Object>, Object, Object> state) {
    return solver.convergenceCheck().apply(state, state.convergenceInfo());
  }

  private static End end(ConvergenceReason reason) {
    if (reason == FirstOrderMinimizer.MaxIterations$.MODULE$) {
      return End.ITERATIONS;
    }
    return reason == FirstOrderMinimizer.SearchFailed$.MODULE$ ? End.LINE_SEARCH : End.CONVERGED;
  }

  @SuppressWarnings("unchecked")
  private static Position position(
      State<DenseVector<Object>, Object, Object> state, double bestValue, double[] bestPoint) {
    var hessian = (LBFGS.ApproximateInverseHessian<DenseVector<Object>>) state.history();
    return new Position(
        state.iter(),
        state.value(),
        array(state.x()),
        array(state.grad()),
        state.initialAdjVal(),
        recentValues(state.convergenceInfo()),
        arrays(hessian.memStep()),
        arrays(hessian.memGradDelta()),
        bestValue,
        bestPoint);
  }

  private State<DenseVector<Object>, Object, Object> state(Position from) {
    DenseVector<Object> gradient = vector(from.gradient());
    Object hessian =
        new LBFGS.ApproximateInverseHessian<DenseVector<Object>>(
            options.history(),
            vectors(from.steps()),
            vectors(from.gradientChanges()),
            DenseVector.space_Double());
    return new State<>(
        vector(from.point()),
        from.value(),
        gradient,
        from.value(),
        gradient,
        from.iteration(),
        from.initialValue(),
        hessian,
        withRecentValues(solver.convergenceCheck().initialInfo(), from.recentValues()),
        false,
        Option.empty());
  }

  /**
   * Breeze keeps what its checks have seen as a sequence with an element for each check, which may
   * be a sequence again. One of them, the only one of numbers, holds recent values.
   */
  private static double[] recentValues(Object convergenceInfo) {
    if (isOfNumbers(convergenceInfo)) {
      return elements(convergenceInfo).stream().mapToDouble(value -> (double) value).toArray();
    }
    return elements(convergenceInfo).stream()
        .map(Lbfgs::recentValues)
        .filter(values -> values.length > 0)
        .findFirst()
        .orElse(new double[0]);
  }

  /** Returns a convergence info with other recent values. */
  private static Object withRecentValues(Object convergenceInfo, double[] recentValues) {
    if (isOfNumbers(convergenceInfo)) {
      return indexed(Arrays.stream(recentValues).boxed().toList());
    }
    return convergenceInfo instanceof Seq
        ? indexed(
            elements(convergenceInfo).stream()
                .map(info -> withRecentValues(info, recentValues))
                .toList())
        : convergenceInfo;
  }

  private static boolean isOfNumbers(Object info) {
    List<?> elements = elements(info);
    return !elements.isEmpty() && elements.stream().allMatch(Double.class::isInstance);
  }

  private static List<?> elements(Object info) {
    return info instanceof Seq<?> sequence ? CollectionConverters.asJava(sequence) : List.of();
  }

  private static List<double[]> arrays(Seq<DenseVector<Object>> vectors) {
    return CollectionConverters.asJava(vectors).stream().map(Lbfgs::array).toList();
  }

  private static IndexedSeq<DenseVector<Object>> vectors(List<double[]> arrays) {
    return indexed(arrays.stream().map(Lbfgs::vector).toList());
  }

  private static <T> IndexedSeq<T> indexed(List<T> values) {
    return CollectionConverters.asScala(values).toIndexedSeq();
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
