package io.github.secateur.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.secateur.nn.Network;
import io.github.secateur.train.History;
import io.github.secateur.train.StopReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.junit.jupiter.api.Test;

/**
 * Models that were saved with the first version of each format load for ever, and predict what they
 * predicted then. The folders are never written anew; {@link #main} made them.
 */
class KeptModelTest {
  private static final Path FOLDER =
      Path.of("src", "test", "resources", "io", "github", "secateur", "spark");
  private static final Path MODEL = FOLDER.resolve("model-format-1");
  private static final Path LOGITS = FOLDER.resolve("model-format-1-logits.csv");

  private static final List<Vector> ROWS =
      List.of(
          Vectors.dense(0, 0, 0, 0),
          Vectors.dense(1, 2, 3, 4),
          Vectors.dense(2, -1, 0.5, 0.25),
          Vectors.sparse(4, new int[] {2}, new double[] {1.5}));

  private static final Network NETWORK =
      Network.image(2, 2, 1)
          .scale(0.5f)
          .conv2d(3, 1)
          .named("stem")
          .frozen()
          .batchNorm()
          .relu()
          .flatten()
          .residual(body -> body.dense(12).tanh())
          .layerNorm()
          .dropout(0.2f)
          .dense(3);

  /** Makes the folders, where there are none. */
  public static void main(String[] args) throws IOException {
    LocalSpark.session();
    NeuralNetworkClassificationModel model =
        new NeuralNetworkClassifier("kept")
            .setNetwork(NETWORK)
            .setMaxIter(3)
            .setBatchSize(32)
            .setSeed(5)
            .setValidationIndicatorCol("check")
            .setWeightCol("weight")
            .setThresholds(new double[] {0.5, 0.3, 0.2})
            .setPredictionCol("class")
            .fit(TestData.deal(TestData.clusters(200), 2));
    model.save(MODEL.toString());
    List<String> lines = new ArrayList<>();
    for (Vector row : ROWS) {
      double[] logits = model.predictRaw(row).toArray();
      lines.add(String.join(",", Arrays.stream(logits).mapToObj(Double::toString).toList()));
    }
    Files.write(LOGITS, lines);
  }

  @Test
  void theModelOfFormat1PredictsAsItDid() throws IOException {
    LocalSpark.session();
    NeuralNetworkClassificationModel model =
        NeuralNetworkClassificationModel.load(MODEL.toString());
    List<String> expected = Files.readAllLines(LOGITS);
    assertEquals(ROWS.size(), expected.size());
    for (int i = 0; i < ROWS.size(); i++) {
      // what versions of before handed out, with their mean
      double[] logits =
          Arrays.stream(expected.get(i).split(",")).mapToDouble(Double::parseDouble).toArray();
      double mean = Arrays.stream(logits).average().orElseThrow();
      double[] centered = Arrays.stream(logits).map(logit -> logit - mean).toArray();
      assertArrayEquals(centered, model.predictRaw(ROWS.get(i)).toArray(), 1e-5);
    }
  }

  @Test
  void theModelOfFormat1IsWhatItWas() {
    LocalSpark.session();
    NeuralNetworkClassificationModel model =
        NeuralNetworkClassificationModel.load(MODEL.toString());
    assertEquals("kept", model.uid());
    assertEquals(NETWORK, model.network());
    assertArrayEquals(new double[] {0.5, 0.3, 0.2}, model.getThresholds());
    assertEquals("class", model.getPredictionCol());
    assertEquals(32, model.getBatchSize());
    assertTrue(model.isSet(model.seed()));
    History history = model.summary().history();
    assertEquals(3, history.epochs().size());
    assertEquals(StopReason.EPOCHS, history.stopReason());
    assertTrue(history.epochs().get(2).loss() < history.epochs().get(0).loss());
    assertEquals("class", model.summary().predictionCol());
  }
}
