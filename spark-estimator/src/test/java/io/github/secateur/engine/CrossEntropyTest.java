package io.github.secateur.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.github.secateur.graph.Attributes;
import io.github.secateur.graph.Graph;
import io.github.secateur.graph.OperatorType;
import io.github.secateur.kernel.choice.KernelChoice;
import io.github.secateur.kernel.choice.KernelProvider;
import io.github.secateur.plan.Graphs;
import io.github.secateur.plan.TrainableLayout;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CrossEntropyTest {
  private static final int ROWS = 7;
  private static final int WIDTH = 5;
  private static final int CLASSES = 4;

  private final Graph graph =
      Graphs.input(WIDTH)
          .dense(6)
          .then(OperatorType.TANH, new Attributes.None())
          .dense(CLASSES)
          .build();
  private final float[] parameters = new float[graph.parameterCount()];
  private final float[] input = new float[ROWS * WIDTH];
  private final int[] labels = new int[ROWS];
  private final float[] weights = new float[ROWS];

  CrossEntropyTest() {
    Random random = new Random(3);
    for (int i = 0; i < parameters.length; i++) {
      parameters[i] = (float) random.nextGaussian();
    }
    for (int i = 0; i < input.length; i++) {
      input[i] = (float) random.nextGaussian();
    }
    for (int i = 0; i < ROWS; i++) {
      labels[i] = random.nextInt(CLASSES);
      weights[i] = 0.5f * random.nextInt(4);
    }
  }

  /** Returns the gradient and, behind it, the loss. */
  private double[] train(CrossEntropy crossEntropy, KernelChoice kernels) {
    Engine engine =
        Engine.forTraining(
            graph, true, crossEntropy, ROWS + 1, false, KernelProvider.create(kernels));
    System.arraycopy(input, 0, engine.input(), engine.inputOffset(), input.length);
    float[] gradient = new float[TrainableLayout.of(graph).stateLength()];
    double loss = engine.lossAndGradient(parameters, ROWS, labels, weights, 1, 0, gradient);
    double[] result = new double[gradient.length + 1];
    for (int i = 0; i < gradient.length; i++) {
      result[i] = gradient[i];
    }
    result[gradient.length] = loss;
    return result;
  }

  /** Returns -Σ weight · Σ target · log softmax, by definition, in double. */
  private double smoothedLoss(double[] point, double smoothing) {
    double[] rows = new double[input.length];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = input[i];
    }
    double[] logits = new ReferenceNetwork(graph, true, null).logits(point, rows, ROWS);
    double loss = 0;
    for (int i = 0; i < ROWS; i++) {
      double sum = 0;
      for (int c = 0; c < CLASSES; c++) {
        sum += Math.exp(logits[i * CLASSES + c]);
      }
      for (int c = 0; c < CLASSES; c++) {
        double target = (c == labels[i] ? 1 - smoothing : 0) + smoothing / CLASSES;
        loss -= weights[i] * target * Math.log(Math.exp(logits[i * CLASSES + c]) / sum);
      }
    }
    return loss;
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.1, 0.75})
  void smoothedLossAndGradientAreThoseOfTheDefinition(double smoothing) {
    double[] point = new double[parameters.length];
    for (int i = 0; i < point.length; i++) {
      point[i] = parameters[i];
    }
    double[] found = train(new CrossEntropy(smoothing, new double[0]), KernelChoice.SCALAR);
    assertEquals(smoothedLoss(point, smoothing), found[point.length], 1e-5);
    for (int i = 0; i < point.length; i++) {
      double kept = point[i];
      point[i] = kept + 1e-5;
      double above = smoothedLoss(point, smoothing);
      point[i] = kept - 1e-5;
      double below = smoothedLoss(point, smoothing);
      point[i] = kept;
      assertEquals((above - below) / 2e-5, found[i], 1e-4, "weight " + i);
    }
  }

  @Test
  void scalarAndVectorKernelsGiveTheSameBits() {
    CrossEntropy smoothed = new CrossEntropy(0.1, new double[0]);
    assertArrayEquals(train(smoothed, KernelChoice.SCALAR), train(smoothed, KernelChoice.VECTOR));
  }

  @Test
  void noSmoothingChangesNoBit() {
    assertArrayEquals(
        train(CrossEntropy.PLAIN, KernelChoice.SCALAR),
        train(new CrossEntropy(0, new double[] {1, 1, 1, 1}), KernelChoice.SCALAR));
  }

  @Test
  void validationLossIsThatOfTheLabelsAsTheyAre() {
    CrossEntropy smoothed = new CrossEntropy(0.5, new double[0]);
    double[] losses = new double[2];
    for (CrossEntropy loss : new CrossEntropy[] {CrossEntropy.PLAIN, smoothed}) {
      Engine engine = Engine.forTraining(graph, true, loss, ROWS, false, KernelProvider.create());
      System.arraycopy(input, 0, engine.input(), engine.inputOffset(), input.length);
      losses[loss == smoothed ? 1 : 0] = engine.loss(parameters, ROWS, labels, weights);
    }
    assertEquals(losses[0], losses[1]);
    double[] trained = train(smoothed, KernelChoice.SCALAR);
    assertNotEquals(losses[0], trained[trained.length - 1], 1e-3);
  }

  @Test
  void classWeightsMultiplyTheWeightsOfRows() {
    CrossEntropy weighted = new CrossEntropy(0, new double[] {0, 0.1, 3});
    assertEquals(0, weighted.weight(0, 5));
    assertEquals((float) (0.1 * 5), weighted.weight(1, 5));
    assertEquals(6, weighted.weight(2, 2));
    assertEquals(5, CrossEntropy.PLAIN.weight(2, 5));
  }
}
