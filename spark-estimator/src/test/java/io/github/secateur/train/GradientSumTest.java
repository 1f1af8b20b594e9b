package io.github.secateur.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class GradientSumTest {

  @Test
  void sumsAddUpInTheLeftArray() {
    GradientSum left = new GradientSum(new float[] {1, 2}, 3, 4, 5);
    GradientSum right = new GradientSum(new float[] {10, 20}, 30, 40, 50);
    GradientSum sum = left.plus(right);
    assertSame(left, sum);
    assertArrayEquals(new float[] {11, 22}, sum.values());
    assertEquals(33, sum.lossSum());
    assertEquals(44, sum.weightSum());
    assertEquals(55, sum.rows());
  }

  @Test
  void emptySumsAddNothing() {
    GradientSum some = new GradientSum(new float[] {1, -0f}, 3, 4, 5);
    assertSame(some, some.plus(GradientSum.nothing()));
    assertSame(some, GradientSum.nothing().plus(some));
    assertSame(some, new GradientSum(2).plus(some));
    assertArrayEquals(new float[] {1, -0f}, some.values());
    assertTrue(GradientSum.nothing().plus(GradientSum.nothing()).isEmpty());
  }

  @Test
  void clearedSumIsEmpty() {
    GradientSum sum = new GradientSum(new float[] {1, 2}, 3, 4, 5);
    sum.clear();
    assertTrue(sum.isEmpty());
    assertEquals(0, sum.rows());
    assertEquals(0, sum.lossSum());
    assertEquals(0, sum.weightSum());
  }

  @Test
  void evaluationsAddUp() {
    EvaluationSum sum = new EvaluationSum(1, 2, 3, 4).plus(new EvaluationSum(10, 20, 30, 40));
    assertEquals(new EvaluationSum(11, 22, 33, 44), sum);
    assertEquals(0.5, sum.loss());
    assertEquals(1.5, sum.accuracy());
    assertTrue(Double.isNaN(EvaluationSum.EMPTY.loss()));
  }
}
