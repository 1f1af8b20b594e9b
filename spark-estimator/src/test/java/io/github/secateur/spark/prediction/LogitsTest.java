package io.github.secateur.spark.prediction;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.junit.jupiter.api.Test;

class LogitsTest {
  private static final double INFINITY = Double.POSITIVE_INFINITY;

  private static double[] centered(double... logits) {
    Logits.center(logits);
    return logits;
  }

  @Test
  void centeringTakesTheMeanAway() {
    assertArrayEquals(new double[] {-1, 1}, centered(3, 5));
    assertArrayEquals(new double[] {-2, 1, 1}, centered(0, 3, 3));
    assertArrayEquals(new double[] {0}, centered(7));
  }

  @Test
  void twoFloatsBecomeOppositeNumbersThatGrowWithTheProbability() {
    Random random = new Random(2);
    for (int i = 0; i < 10_000; i++) {
      double scale = Math.pow(10, random.nextInt(7) - 3);
      float first = (float) (scale * random.nextGaussian());
      float second = (float) (scale * random.nextGaussian());
      double[] values = centered(first, second);
      assertEquals(-values[0], values[1]);
      assertEquals(((double) second - first) / 2, values[1]);
    }
  }

  @Test
  void theLargestFloatsDoNotOverflow() {
    double most = Float.MAX_VALUE;
    assertArrayEquals(new double[] {most, -most}, centered(most, -most));
    assertArrayEquals(new double[] {0, 0, 0}, centered(most, most, most));
  }

  @Test
  void infiniteLogitsTakeTheOthersToTheOtherEnd() {
    assertArrayEquals(new double[] {INFINITY, -INFINITY}, centered(INFINITY, 3));
    assertArrayEquals(new double[] {INFINITY, -INFINITY, INFINITY}, centered(3, -INFINITY, 4));
    assertArrayEquals(new double[] {INFINITY, INFINITY}, centered(INFINITY, INFINITY));
    assertArrayEquals(new double[] {INFINITY, -INFINITY, 2}, centered(INFINITY, -INFINITY, 2));
    assertArrayEquals(new double[] {1, Double.NaN}, centered(1, Double.NaN));
  }
}
