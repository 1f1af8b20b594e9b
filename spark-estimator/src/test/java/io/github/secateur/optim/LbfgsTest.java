package io.github.secateur.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.secateur.optim.Lbfgs.End;
import io.github.secateur.optim.Lbfgs.Minimum;
import io.github.secateur.optim.Lbfgs.Objective;
import io.github.secateur.optim.Lbfgs.Position;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class LbfgsTest {

  private static double rosenbrock(double[] x, double[] gradient) {
    double a = 1 - x[0];
    double b = x[1] - x[0] * x[0];
    gradient[0] = -2 * a - 400 * x[0] * b;
    gradient[1] = 200 * b;
    return a * a + 100 * b * b;
  }

  private static Minimum minimize(Objective objective, int maxIterations, double... start) {
    return new Lbfgs(maxIterations, 1e-12, LbfgsOptions.DEFAULTS)
        .minimize(objective, start, position -> true);
  }

  @Test
  void findsTheMinimumOfRosenbrocksValley() {
    double[] start = {-1.2, 1};
    Minimum minimum = minimize(LbfgsTest::rosenbrock, 100, start);
    assertArrayEquals(new double[] {1, 1}, minimum.point(), 1e-6);
    assertEquals(0, minimum.value(), 1e-12);
    assertEquals(End.CONVERGED, minimum.end());
    assertArrayEquals(new double[] {-1.2, 1}, start, "the start is left as it was");
  }

  @Test
  void reportsEachIterationOnceWithFallingValues() {
    List<Integer> iterations = new ArrayList<>();
    List<Double> values = new ArrayList<>();
    Minimum minimum =
        new Lbfgs(10, 0, LbfgsOptions.DEFAULTS)
            .minimize(
                LbfgsTest::rosenbrock,
                new double[] {-1.2, 1},
                position -> {
                  iterations.add(position.iteration());
                  values.add(position.value());
                  assertEquals(rosenbrock(position.point(), new double[2]), position.value());
                  return true;
                });
    assertEquals(List.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10), iterations);
    assertEquals(values.stream().sorted((a, b) -> Double.compare(b, a)).toList(), values);
    assertEquals(End.ITERATIONS, minimum.end());
    assertEquals(10, minimum.iterations());
    assertEquals(values.get(9), minimum.value());
  }

  @Test
  void stopsWhenProgressSaysSo() {
    Minimum minimum =
        new Lbfgs(100, 0, LbfgsOptions.DEFAULTS)
            .minimize(
                LbfgsTest::rosenbrock,
                new double[] {-1.2, 1},
                position -> position.iteration() < 3);
    assertEquals(3, minimum.iterations());
    assertEquals(End.STOPPED, minimum.end());
  }

  @Test
  void goesOnFromAnyPositionAsIfItHadNotStopped() {
    double[] start = new double[30];
    Arrays.fill(start, -1.2);
    Lbfgs solver = new Lbfgs(200, 1e-9, new LbfgsOptions(4));
    List<Position> positions = new ArrayList<>();
    Minimum expected = solver.minimize(LbfgsTest::chain, start, positions::add);
    assertEquals(End.CONVERGED, expected.end());
    assertTrue(positions.size() > 25, "found " + positions.size());
    for (int from = 0; from < positions.size() - 1; from++) {
      List<Position> rest = new ArrayList<>();
      Minimum found =
          new Lbfgs(200, 1e-9, new LbfgsOptions(4))
              .resume(LbfgsTest::chain, positions.get(from), rest::add);
      assertArrayEquals(expected.point(), found.point());
      assertEquals(expected.value(), found.value());
      assertEquals(expected.iterations(), found.iterations());
      assertEquals(expected.end(), found.end());
      assertEquals(positions.size() - from - 1, rest.size());
      for (int i = 0; i < rest.size(); i++) {
        assertArrayEquals(positions.get(from + 1 + i).point(), rest.get(i).point());
      }
    }
  }

  /** Rosenbrock's function of many variables. */
  private static double chain(double[] x, double[] gradient) {
    double value = 0;
    for (int i = 0; i + 1 < x.length; i++) {
      double a = 1 - x[i];
      double b = x[i + 1] - x[i] * x[i];
      gradient[i] += -2 * a - 400 * x[i] * b;
      gradient[i + 1] += 200 * b;
      value += a * a + 100 * b * b;
    }
    return value;
  }

  @Test
  void noIterationsReturnTheStart() {
    Minimum minimum = minimize(LbfgsTest::rosenbrock, 0, -1.2, 1);
    assertArrayEquals(new double[] {-1.2, 1}, minimum.point());
    assertEquals(End.ITERATIONS, minimum.end());
  }

  @Test
  void bestPointSurvivesAFailingLineSearch() {
    Objective misleading = // within |x| <= 2 the gradient points the wrong way
        (x, gradient) -> {
          gradient[0] = Math.abs(x[0]) > 2 ? 2 * x[0] : -2 * x[0];
          return x[0] * x[0];
        };
    Minimum minimum = minimize(misleading, 50, 3);
    assertEquals(End.LINE_SEARCH, minimum.end());
    assertEquals(1, minimum.iterations());
    assertEquals(2, minimum.point()[0]);
    assertEquals(4, minimum.value());
  }

  @Test
  void backsOutOfRegionsWithoutAValue() {
    Objective logarithm = // x - log x, with its minimum at 1
        (x, gradient) -> {
          gradient[0] = 1 - 1 / x[0];
          return x[0] - Math.log(x[0]);
        };
    Minimum minimum = minimize(logarithm, 100, 1e-3);
    assertEquals(1, minimum.point()[0], 1e-6);
  }

  @Test
  void exceptionsOfTheObjectiveComeThrough() {
    IllegalStateException failure = new IllegalStateException("lost");
    Objective failing =
        (x, gradient) -> {
          throw failure;
        };
    assertSame(
        failure, assertThrows(IllegalStateException.class, () -> minimize(failing, 5, 1, 2)));
  }
}
