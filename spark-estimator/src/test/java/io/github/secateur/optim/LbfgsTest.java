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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

  /** A valley in six dimensions, each bent by the one before. */
  private static double valley(double[] x, double[] gradient) {
    double value = 0;
    for (int i = 0; i < 6; i++) {
      double a = x[i] - (i == 0 ? 1 : x[i - 1] * x[i - 1]);
      value += (i + 1) * a * a;
      gradient[i] += 2 * (i + 1) * a;
      if (i > 0) {
        gradient[i - 1] -= 4 * (i + 1) * a * x[i - 1];
      }
    }
    return value;
  }

  /**
   * Each step goes along -H·g, where H is built by the BFGS formula, as a matrix, out of as many
   * last steps as are remembered.
   */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 10})
  void asManyStepsAsAreRememberedShapeTheDirection(int memory) {
    List<double[]> points = new ArrayList<>();
    List<double[]> gradients = new ArrayList<>();
    new Lbfgs(14, 0, new LbfgsOptions(memory))
        .minimize(
            LbfgsTest::valley,
            new double[] {-1, 0.5, 2, -0.5, 1.5, 0.3},
            position -> {
              points.add(position.point().clone());
              gradients.add(position.gradient().clone());
              return true;
            });
    for (int k = 1; k + 1 < points.size(); k++) {
      double[][] inverse = null;
      for (int i = Math.max(0, k - memory); i < k; i++) {
        double[] step = minus(points.get(i + 1), points.get(i));
        double[] change = minus(gradients.get(i + 1), gradients.get(i));
        inverse = inverse == null ? scaled(points, gradients, k) : inverse;
        inverse = updated(inverse, step, change);
      }
      double[] expected = new double[6];
      for (int i = 0; i < 6; i++) {
        expected[i] = -dot(inverse[i], gradients.get(k));
      }
      double[] found = minus(points.get(k + 1), points.get(k));
      double cosine = dot(expected, found) / Math.sqrt(dot(expected, expected) * dot(found, found));
      // the first step that is remembered in full is the one from the start, which is not told of
      assertEquals(k >= memory ? 1 : cosine, cosine, 1e-6, "iteration " + k);
    }
    assertTrue(points.size() > memory + 2);
  }

  private static double[][] scaled(List<double[]> points, List<double[]> gradients, int k) {
    double[] step = minus(points.get(k), points.get(k - 1));
    double[] change = minus(gradients.get(k), gradients.get(k - 1));
    double[][] identity = new double[6][6];
    for (int i = 0; i < 6; i++) {
      identity[i][i] = dot(step, change) / dot(change, change);
    }
    return identity;
  }

  /** Returns (I - ρ·s·yᵀ)·H·(I - ρ·y·sᵀ) + ρ·s·sᵀ with ρ = 1 / (s·y). */
  private static double[][] updated(double[][] h, double[] s, double[] y) {
    double rho = 1 / dot(s, y);
    double[] hy = new double[6];
    for (int i = 0; i < 6; i++) {
      hy[i] = dot(h[i], y);
    }
    double yhy = dot(y, hy);
    double[][] result = new double[6][6];
    for (int i = 0; i < 6; i++) {
      for (int j = 0; j < 6; j++) {
        result[i][j] =
            h[i][j] - rho * (s[i] * hy[j] + hy[i] * s[j]) + rho * (rho * yhy + 1) * s[i] * s[j];
      }
    }
    return result;
  }

  private static double[] minus(double[] a, double[] b) {
    double[] difference = new double[a.length];
    Arrays.setAll(difference, i -> a[i] - b[i]);
    return difference;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
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
