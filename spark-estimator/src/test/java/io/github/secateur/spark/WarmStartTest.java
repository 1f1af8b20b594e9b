package io.github.secateur.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.secateur.nn.Network;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Training starts from a saved model. */
class WarmStartTest {
  private static final Network NETWORK = Network.input(4).dense(6).batchNorm().relu().dense(3);

  @TempDir private Path folder;
  private final Dataset<Row> data = TestData.deal(TestData.clusters(200), 2);
  private String path;
  private NeuralNetworkClassificationModel saved;

  private static NeuralNetworkClassifier classifier(Network network) {
    return new NeuralNetworkClassifier()
        .setNetwork(network)
        .setMaxIter(3)
        .setBatchSize(32)
        .setStepSize(0.01);
  }

  @BeforeEach
  void save() throws IOException {
    path = folder.resolve("model").toString();
    saved = classifier(NETWORK).fit(data);
    saved.save(path);
  }

  @Test
  void withNoEpochTheWeightsAreThoseOfTheModel() {
    assertEquals(
        saved.weights(),
        classifier(NETWORK).setInitialModelPath(path).setMaxIter(0).fit(data).weights());
  }

  /** "Test setWeights by training restart" of Spark's MultilayerPerceptronClassifierSuite. */
  @Test
  void twoTrainingsFromTheSameModelGiveTheSameBits() {
    NeuralNetworkClassifier classifier = classifier(NETWORK).setInitialModelPath(path);
    assertEquals(classifier.fit(data).weights(), classifier.fit(data).weights());
    assertNotEquals(saved.weights(), classifier.fit(data).weights());
  }

  @Test
  void theLossGoesOnFromWhereItWas() {
    double[] first = saved.summary().objectiveHistory();
    double[] second =
        classifier(NETWORK).setInitialModelPath(path).fit(data).summary().objectiveHistory();
    assertTrue(second[0] < first[2], second[0] + " after " + first[2]);
  }

  @Test
  void whatHasNoWeightsMayDifferAndLayersMayBeFrozen() {
    Network other = Network.input(4).dense(6).batchNorm().tanh().dropout(0.1f).dense(3);
    NeuralNetworkClassificationModel model =
        classifier(other)
            .setInitialModelPath(path)
            .setFrozenLayers(new String[] {"dense_1", "batchNorm_1"})
            .fit(data);
    int frozen = 4 * 6 + 6 + 4 * 6;
    for (int i = 0; i < frozen; i++) {
      assertEquals(saved.weights().apply(i), model.weights().apply(i));
    }
  }

  @Test
  void theModelOfAnotherNetworkIsRefusedWithTheDifference() {
    assertRefused(
        Network.input(4).dense(7).batchNorm().relu().dense(3),
        "expected dense_1.kernel of shape [4, 7], found dense_1.kernel of shape [4, 6]");
    assertRefused(
        Network.input(4).dense(6).relu().dense(3),
        "expected dense_2.kernel of shape [6, 3], found batchNorm_1.gain of shape [6]");
    assertRefused(
        Network.input(4).dense(6).batchNorm().relu().dense(3).dense(3),
        "expected dense_3.kernel of shape [3, 3], found the end of the network");
  }

  private void assertRefused(Network network, String difference) {
    Exception e =
        assertThrows(
            IllegalArgumentException.class,
            () -> classifier(network).setInitialModelPath(path).fit(data));
    assertTrue(e.getMessage().contains(difference), e.getMessage());
    assertTrue(e.getMessage().contains("clear initialModelPath"), e.getMessage());
  }

  @Test
  void aPathWithoutAModelIsReported() {
    Exception e =
        assertThrows(
            UncheckedIOException.class,
            () -> classifier(NETWORK).setInitialModelPath(path + "2").fit(data));
    assertTrue(e.getMessage().contains("cannot start from the model"), e.getMessage());
    assertTrue(e.getMessage().contains(path + "2"), e.getMessage());
  }
}
