package io.github.secateur.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class OptimizerTest {
  private static final float[] GRADIENTS = {0.5f, -1, 0.25f};

  /** Takes three steps at rate 0.1 from weight 1; returns the weight after each. */
  private static float[] threeSteps(Optimizer optimizer) {
    float[] weights = {1};
    float[] path = new float[GRADIENTS.length];
    for (int i = 0; i < path.length; i++) {
      optimizer.step(weights, new float[] {GRADIENTS[i]}, 0.1);
      path[i] = weights[0];
    }
    assertEquals(3, optimizer.steps());
    return path;
  }

  private static Adam adamW(int count, double decay, IndexRange... ranges) {
    return Adam.decoupled(count, AdamOptions.DEFAULTS, List.of(ranges), decay);
  }

  // The expected weights below are PyTorch's formulas, evaluated in double.

  @Test
  void plainGradientDescentFollowsTheGradient() {
    Sgd sgd = new Sgd(1, new SgdOptions(0, false));
    assertArrayEquals(new float[] {0.95f, 1.05f, 1.025f}, threeSteps(sgd), 1e-6f);
  }

  @Test
  void momentumKeepsVelocity() {
    Sgd sgd = new Sgd(1, new SgdOptions(0.9, false));
    assertArrayEquals(new float[] {0.95f, 1.005f, 1.0295f}, threeSteps(sgd), 1e-6f);
  }

  @Test
  void nesterovLooksAhead() {
    Sgd sgd = new Sgd(1, new SgdOptions(0.9, true));
    assertArrayEquals(new float[] {0.905f, 1.0545f, 1.05155f}, threeSteps(sgd), 1e-6f);
  }

  @Test
  void adamCorrectsTheBiasOfBothMoments() {
    Adam adam = new Adam(1, AdamOptions.DEFAULTS);
    assertArrayEquals(new float[] {0.9f, 0.93661035f, 0.95027942f}, threeSteps(adam), 1e-6f);
  }

  @Test
  void adamWShrinksTheWeightFirst() {
    Adam adamW = adamW(1, 0.2, new IndexRange(0, 1));
    assertArrayEquals(new float[] {0.88f, 0.89901035f, 0.89469921f}, threeSteps(adamW), 1e-6f);
  }

  @Test
  void firstAdamStepHasTheSizeOfTheRateWhateverTheGradient() {
    for (float gradient : new float[] {1e-3f, 7, -1e4f}) {
      float[] weights = {0};
      new Adam(1, AdamOptions.DEFAULTS).step(weights, new float[] {gradient}, 0.01);
      assertEquals(-0.01f * Math.signum(gradient), weights[0], 1e-6f);
    }
  }

  @Test
  void decayActsOnItsRangesAlone() {
    float[] weights = {1, 1, 1, 1, 1};
    Adam adam = adamW(5, 0.5, new IndexRange(1, 2), new IndexRange(3, 5));
    adam.step(weights, new float[5], 0.1);
    assertArrayEquals(new float[] {1, 0.95f, 1, 0.95f, 0.95f}, weights);
  }

  @Test
  void valuesBehindTheWeightsStay() {
    for (Optimizer optimizer : optimizers(2)) {
      float[] state = {1, 1, 5};
      optimizer.step(state, new float[] {1, 1, 1}, 0.1);
      assertEquals(5, state[2]);
    }
  }

  @Test
  void allFindTheMinimumOfAQuadratic() {
    float[] curvature = {1, 3, 0.2f};
    float[] minimum = {1, -2, 0.5f};
    for (Optimizer optimizer : optimizers(3)) {
      float[] weights = new float[3];
      float[] gradient = new float[3];
      for (int step = 0; step < 3000; step++) {
        for (int i = 0; i < 3; i++) {
          gradient[i] = curvature[i] * (weights[i] - minimum[i]);
        }
        optimizer.step(weights, gradient, step < 1500 ? 0.05 : 0.005);
      }
      assertArrayEquals(minimum, weights, 1e-3f, optimizer.getClass().getSimpleName());
    }
  }

  @Test
  void whatIsRememberedFadesWithoutSubnormalNumbers() {
    for (Optimizer optimizer : remembering()) {
      float[] weights = {1, 1, 1};
      optimizer.step(weights, new float[] {1e-3f, -1, 1e-9f}, 0.01);
      for (int step = 0; step < 110_000; step++) {
        optimizer.step(weights, new float[3], 0.01);
        for (float[] memory : optimizer.memory()) {
          for (float value : memory) {
            boolean normal = Math.abs(0.01f * value) >= Float.MIN_NORMAL;
            assertTrue(value == 0 || normal, optimizer + " remembers " + value);
          }
        }
      }
      for (float[] memory : optimizer.memory()) {
        assertArrayEquals(new float[3], memory, 1e-27f, optimizer.getClass().getSimpleName());
      }
    }
  }

  @Test
  void gradientsOfUsualSizeAreRememberedInFull() {
    float[] gradient = {1e-12f, 3e-7f, -0.7f, 12_345.678f};
    Sgd sgd = new Sgd(4, SgdOptions.DEFAULTS);
    sgd.step(new float[4], gradient, 0.01);
    assertArrayEquals(gradient, sgd.memory()[0]);
    Adam adam = new Adam(4, new AdamOptions(0, 0.5, 1e-8));
    adam.step(new float[4], gradient, 0.01);
    assertArrayEquals(gradient, adam.memory()[0]);
    for (int i = 0; i < gradient.length; i++) {
      float square = 0.5f * (gradient[i] * gradient[i]);
      assertEquals(square, adam.memory()[1][i], 1e-6f * square);
    }
  }

  private static List<Optimizer> remembering() {
    return optimizers(3).stream().filter(o -> o.memory()[0].length > 0).toList();
  }

  private static List<Optimizer> optimizers(int count) {
    return List.of(
        new Sgd(count, new SgdOptions(0, false)),
        new Sgd(count, SgdOptions.DEFAULTS),
        new Sgd(count, new SgdOptions(0.9, true)),
        new Adam(count, AdamOptions.DEFAULTS),
        adamW(count, 1e-6, new IndexRange(0, count)));
  }

  @Test
  void memoryCopyAndSerializationContinueWithTheSameBits() throws Exception {
    List<Optimizer> fresh = optimizers(1);
    for (int i = 0; i < fresh.size(); i++) {
      Optimizer optimizer = optimizers(1).get(i);
      threeSteps(optimizer);
      Optimizer restored = fresh.get(i);
      restored.restore(optimizer.steps(), optimizer.memory());
      float[] path = threeStepsMore(copyBySerialization(optimizer));
      assertArrayEquals(path, threeStepsMore(optimizer.copy()), "a copy, which shares nothing");
      assertArrayEquals(path, threeStepsMore(restored));
      assertArrayEquals(path, threeStepsMore(optimizer));
    }
  }

  private static float[] threeStepsMore(Optimizer optimizer) {
    float[] weights = {1};
    for (float gradient : GRADIENTS) {
      optimizer.step(weights, new float[] {gradient}, 0.1);
    }
    return weights;
  }

  private static Optimizer copyBySerialization(Optimizer optimizer)
      throws IOException, ClassNotFoundException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(optimizer);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      return (Optimizer) in.readObject();
    }
  }

  @Test
  void memoryOfAnotherNetworkIsRefused() {
    Adam adam = new Adam(3, AdamOptions.DEFAULTS);
    Exception e =
        assertThrows(
            IllegalArgumentException.class, () -> adam.restore(1, new float[][] {{1}, {1}}));
    assertEquals(
        "the memory of this optimizer has arrays of lengths [3, 3], found [1, 1];"
            + " restore it with the same network and solver",
        e.getMessage());
  }

  @Test
  void optionsOutOfRangeAreRefused() {
    refused(
        "beta1 must be in [0, 1), found 1.0; a usual value is 0.9",
        () -> new AdamOptions(1, 0.999, 1e-8));
    refused(
        "beta2 must be in [0, 1), found NaN; a usual value is 0.999",
        () -> new AdamOptions(0.9, Double.NaN, 1e-8));
    refused(
        "epsilon must be above 0, found 0.0; a usual value is 1.0E-8",
        () -> new AdamOptions(0.9, 0.999, 0));
    refused(
        "momentum must be in [0, 1), found -0.1; a usual value is 0.9",
        () -> new SgdOptions(-0.1, false));
    refused(
        "momentum must be above 0 with Nesterov's momentum, found 0.0; a usual value is 0.9",
        () -> new SgdOptions(0, true));
    refused("history must be at least 1, found 0; a usual value is 10", () -> new LbfgsOptions(0));
    refused(
        "solver must be one of [adam, adamw, sgd, l-bfgs], found \"gd\"", () -> Solver.parse("gd"));
  }

  private static void refused(String message, Executable action) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, action).getMessage());
  }
}
