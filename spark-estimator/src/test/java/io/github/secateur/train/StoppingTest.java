package io.github.secateur.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class StoppingTest {

  @Test
  void patienceCountsFromTheBestEpoch() {
    EarlyStopping stopping = new EarlyStopping(3, 0);
    double[] losses = {5, 4, 6, 4.5, 3, 3.5, 3, 9};
    float[] state = new float[1];
    for (int epoch = 1; epoch <= losses.length; epoch++) {
      state[0] = epoch;
      assertEquals(
          epoch == 8, stopping.shouldStop(epoch, losses[epoch - 1], state), "epoch " + epoch);
    }
    assertEquals(5, stopping.bestEpoch());
    assertArrayEquals(new float[] {5}, stopping.bestState());
  }

  @Test
  void improvementMustExceedMinDelta() {
    EarlyStopping stopping = new EarlyStopping(2, 0.5);
    assertFalse(stopping.shouldStop(1, 5, new float[1]));
    assertFalse(stopping.shouldStop(2, 4.5, new float[1]));
    assertTrue(stopping.shouldStop(3, 4.5, new float[1]));
    assertEquals(1, stopping.bestEpoch());
  }

  @Test
  void lossThatIsNoNumberIsNeverBetter() {
    EarlyStopping stopping = new EarlyStopping(2, 0);
    assertFalse(stopping.shouldStop(1, Double.NaN, new float[] {1}));
    assertFalse(stopping.shouldStop(2, 7, new float[] {2}));
    assertFalse(stopping.shouldStop(3, Double.NaN, new float[] {3}));
    assertTrue(stopping.shouldStop(4, Double.NaN, new float[] {4}));
    assertEquals(2, stopping.bestEpoch());
  }

  @Test
  void twoQuietEpochsAreConvergence() {
    Convergence convergence = new Convergence(0.01);
    assertFalse(convergence.shouldStop(100));
    assertFalse(convergence.shouldStop(99.5));
    assertFalse(convergence.shouldStop(90));
    assertFalse(convergence.shouldStop(89.5));
    assertTrue(convergence.shouldStop(89));
  }

  @Test
  void noToleranceMeansNoConvergence() {
    Convergence convergence = new Convergence(0);
    for (int epoch = 0; epoch < 5; epoch++) {
      assertFalse(convergence.shouldStop(1));
    }
  }
}
