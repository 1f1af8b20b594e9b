package io.github.secateur.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.secateur.engine.Engine;
import io.github.secateur.graph.Graph;
import io.github.secateur.kernel.choice.KernelChoice;
import io.github.secateur.kernel.choice.KernelProvider;
import io.github.secateur.plan.BackwardPlan;
import io.github.secateur.plan.TrainableLayout;
import java.util.Arrays;
import java.util.Random;

/**
 * What a layer {@code triple}, y = 3 · x, must do in a library that it was added to. {@code
 * AddingAnOperatorTest} adds it; this class is loaded with the result.
 */
public final class ToyRun {
  private static final int ROWS = 23;

  ToyRun() {}

  /** Writes, reads, explains and runs it, and compares it with scale(3). */
  public static void check() throws ReflectiveOperationException {
    Network start = Network.input(5).dense(17);
    Network toy = ((Network) Network.class.getMethod("triple").invoke(start)).dense(3);
    assertTrue(toy.toJson().contains("{\"type\":\"triple\",\"name\":\"triple_1\""), toy.toJson());
    assertEquals(toy.toJson(), Network.fromJson(toy.toJson()).toJson());
    assertTrue(toy.explainBackward().contains("computed together: dense_1 with triple_1"));
    assertTrue(toy.explainBackward("html").contains("triple_1"));
    Graph scaled = start.scale(3).dense(3).lower();
    float[] parameters = toy.initialParameters(7);
    for (KernelChoice kernels : KernelChoice.values()) {
      float[] expected = gradient(scaled, parameters, kernels);
      assertArrayEquals(expected, gradient(toy.lower(), parameters, kernels), kernels.toString());
    }
  }

  /** Returns the gradient of a batch and, behind it, the loss. */
  private static float[] gradient(Graph graph, float[] parameters, KernelChoice kernels) {
    Engine engine = Engine.forTraining(graph, true, ROWS, KernelProvider.create(kernels));
    Random random = new Random(3);
    int[] labels = new int[ROWS];
    float[] weights = new float[ROWS];
    for (int row = 0; row < ROWS; row++) {
      labels[row] = random.nextInt(3);
      weights[row] = 1;
    }
    for (int i = 0; i < ROWS * graph.input().shape().size(); i++) {
      engine.input()[engine.inputOffset() + i] = (float) random.nextGaussian();
    }
    float[] gradient = new float[TrainableLayout.of(graph).stateLength()];
    double loss = engine.lossAndGradient(parameters, ROWS, labels, weights, 0, 0, gradient);
    assertEquals(BackwardPlan.of(graph, true).cost().flops(ROWS), engine.counters().flops());
    float[] all = Arrays.copyOf(gradient, gradient.length + 1);
    all[gradient.length] = (float) loss;
    return all;
  }
}
