package io.github.secateur.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.secateur.data.TrainingSet;
import io.github.secateur.train.EpochRecord;
import io.github.secateur.train.EvaluationSum;
import io.github.secateur.train.TrainingListener;
import io.github.secateur.train.TrainingOptions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TrainedNetworkTest {
  private static final TrainingOptions OPTIONS =
      TrainingOptions.builder().epochs(8).batchSize(32).learningRate(0.01).seed(7).build();

  /** Images of 6×6 with one bright bar; the class is its direction and side. */
  private static float[][] images(int count, long seed) {
    Random random = new Random(seed);
    float[][] images = new float[count][36];
    for (int row = 0; row < count; row++) {
      for (int i = 0; i < 36; i++) {
        int bar = row % 2 == 0 ? i / 6 : i % 6;
        images[row][i] = random.nextInt(60) + (bar == (row % 4 < 2 ? 1 : 4) ? 180 : 0);
      }
    }
    return images;
  }

  private static int[] labels(int count) {
    return IntStream.range(0, count).map(row -> row % 4).toArray();
  }

  private static TrainingSet set(int count, long seed, int shards) {
    return TrainingSet.of(images(count, seed), labels(count), shards);
  }

  private static final Network NETWORK =
      Network.image(6, 6, 1)
          .scale(1f / 255)
          .conv2d(6, 3)
          .batchNorm()
          .relu()
          .residual(x -> x.conv2d(6, 3).relu())
          .maxPool2d(2)
          .flatten()
          .dropout(0.1f)
          .dense(4);

  @Test
  void aConvolutionalNetworkLearns() {
    List<EpochRecord> epochs = new ArrayList<>();
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void epoch(EpochRecord epoch) {
            epochs.add(epoch);
          }
        };
    TrainedNetwork trained = NETWORK.train(set(400, 1, 3), set(100, 2, 2), OPTIONS, listener);
    assertEquals(NETWORK, trained.network());
    assertEquals(epochs, trained.history().epochs());
    assertEquals(8, epochs.size());
    assertTrue(epochs.get(7).loss() < epochs.get(0).loss());
    EvaluationSum test = trained.evaluate(set(200, 3, 1));
    assertEquals(200, test.rows());
    assertTrue(test.accuracy() > 0.95, "accuracy " + test.accuracy());
    int[] predicted = trained.predict(images(200, 3));
    long correct = IntStream.range(0, 200).filter(row -> predicted[row] == row % 4).count();
    assertEquals(test.accuracy(), correct / 200.0);
  }

  @Test
  void theSameSeedGivesTheSameWeights() {
    float[] weights = NETWORK.train(set(100, 1, 3), OPTIONS).parameters();
    assertArrayEquals(weights, NETWORK.train(set(100, 1, 3), OPTIONS).parameters());
    float[] unpruned =
        NETWORK
            .train(set(100, 1, 3), OPTIONS.toBuilder().backwardPruning(false).build())
            .parameters();
    assertArrayEquals(weights, unpruned);
    float[] unfolded =
        NETWORK.train(set(100, 1, 3), OPTIONS.toBuilder().folding(false).build()).parameters();
    assertArrayEquals(weights, unfolded);
    float[] other = NETWORK.train(set(100, 1, 3), OPTIONS.toBuilder().seed(8).build()).parameters();
    assertTrue(!Arrays.equals(weights, other));
  }

  @Test
  void trainingGoesOnFromTrainedWeights() {
    TrainingSet rows = set(100, 1, 2);
    TrainedNetwork once = NETWORK.train(rows, OPTIONS);
    TrainedNetwork twice = once.train(rows, null, OPTIONS, TrainingListener.NONE);
    assertTrue(twice.history().epochs().get(0).loss() < once.history().epochs().get(0).loss() / 2);
  }

  @Test
  void frozenWeightsStayAsTheyWere() {
    Network frozen = NETWORK.withFrozen(List.of("conv2d_1", "batchNorm_1"));
    float[] before = frozen.initialParameters(OPTIONS.seed());
    float[] after = frozen.train(set(60, 1, 2), OPTIONS).parameters();
    int end = 54 + 6 + 4 * 6; // kernel and bias; gain, bias, mean and variance
    assertArrayEquals(Arrays.copyOf(before, end), Arrays.copyOf(after, end));
    assertTrue(before[end] != after[end]);
  }

  @Test
  void probabilitiesAreTheSoftmaxOfTheLogitsInAnyBatch() {
    TrainedNetwork network = TrainedNetwork.of(NETWORK, NETWORK.initialParameters(3));
    float[][] images = images(300, 5);
    float[][] probabilities = network.probabilities(images);
    float[][] logits = network.logits(images);
    int[] classes = network.predict(images);
    for (int row = 0; row < images.length; row++) {
      double sum = 0;
      for (int c = 0; c < 4; c++) {
        sum += Math.exp(logits[row][c]);
      }
      for (int c = 0; c < 4; c++) {
        assertEquals(Math.exp(logits[row][c]) / sum, probabilities[row][c], 1e-5);
        assertTrue(logits[row][c] <= logits[row][classes[row]]);
      }
      assertEquals(classes[row], network.predict(images[row]));
      assertArrayEquals(probabilities[row], network.probabilities(images[row]));
    }
  }

  @Test
  void manyThreadsMayPredictAtOnce() {
    TrainedNetwork network = TrainedNetwork.of(NETWORK, NETWORK.initialParameters(3));
    float[][] images = images(50, 5);
    float[][] expected = network.logits(images);
    IntStream.range(0, 64)
        .parallel()
        .forEach(i -> assertArrayEquals(expected[i % 50], network.logits(images)[i % 50]));
  }

  @Test
  void rowsThatDoNotFitAreRefused() {
    TrainingSet rows = TrainingSet.of(new float[][] {{1, 2}, {3, 4}}, new int[] {0, 3}, 1);
    assertMessage(
        "the network reads rows of 36 features (6×6×1), found 2 in the training set",
        () -> NETWORK.train(rows, OPTIONS));
    assertMessage(
        "labels must be integers in [0, 3), one for each logit, found 3 in the training set; widen"
            + " the last layer",
        () -> Network.input(2).dense(3).train(rows, OPTIONS));
    assertMessage(
        "the network reads rows of 36 features (6×6×1), found 2 in the validation set",
        () -> NETWORK.train(set(4, 1, 1), rows, OPTIONS, TrainingListener.NONE));
    TrainedNetwork trained = TrainedNetwork.of(Network.input(2).dense(3), new float[9]);
    assertMessage(
        "row 1: expected 2 features, found 3",
        () -> trained.predict(new float[][] {{1, 2}, {1, 2, 3}}));
    assertMessage(
        "row 0: features must be finite float32 numbers, found NaN at index 1",
        () -> trained.predict(new float[] {1, Float.NaN}));
    assertMessage(
        "the network has 9 parameters, found 8",
        () -> TrainedNetwork.of(Network.input(2).dense(3), new float[8]));
    assertEquals(0, trained.predict(new float[0][]).length);
  }

  @Test
  void aNetworkWithoutTrainableLayersIsRefused() {
    Network frozen = Network.input(2).dense(2).frozen();
    TrainingSet rows = TrainingSet.of(new float[][] {{1, 2}, {3, 4}}, new int[] {0, 1}, 1);
    String message =
        "all layers with weights are frozen, so there is nothing to train; leave at least one"
            + " unfrozen";
    assertMessage(message, () -> frozen.train(rows, OPTIONS));
    assertMessage(message, frozen::explainBackward);
  }

  private static void assertMessage(String message, Runnable action) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, action::run).getMessage());
  }
}
