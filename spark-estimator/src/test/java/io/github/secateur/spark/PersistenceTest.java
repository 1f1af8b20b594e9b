package io.github.secateur.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PersistenceTest {
  @TempDir private Path folder;

  private static Dataset<Row> data() {
    return TestData.deal(TestData.clusters(30), 2);
  }

  private static NeuralNetworkClassifier classifier() {
    return new NeuralNetworkClassifier()
        .setLayers(new int[] {4, 5, 3})
        .setMaxIter(1)
        .setSeed(3)
        .setThresholds(new double[] {0.2, 0.3, 0.5});
  }

  private static void assertSameParams(Params expected, Params found) {
    assertEquals(expected.uid(), found.uid());
    for (Param<?> param : expected.params()) {
      Param<?> twin = found.getParam(param.name());
      assertEquals(expected.isSet(param), found.isSet(twin), param.name());
      assertEquals(expected.isDefined(param), found.isDefined(twin), param.name());
      if (expected.isDefined(param)) {
        assertTrue(
            Arrays.deepEquals(
                new Object[] {expected.getOrDefault(param)},
                new Object[] {found.getOrDefault(twin)}),
            param.name());
      }
    }
  }

  @Test
  void aClassifierComesBackWithItsParams() throws IOException {
    String path = folder.resolve("classifier").toString();
    LocalSpark.session();
    NeuralNetworkClassifier all =
        NeuralNetworkParamsTest.allSet().setThresholds(new double[] {1, 2});
    all.save(path);
    assertSameParams(all, NeuralNetworkClassifier.load(path));
    assertThrows(IOException.class, () -> all.save(path));
    NeuralNetworkClassifier few = classifier();
    few.write().overwrite().save(path);
    assertSameParams(few, NeuralNetworkClassifier.read().load(path));
  }

  @Test
  void aModelComesBackWithItsNetworkWeightsAndParams() throws IOException {
    String path = folder.resolve("model").toString();
    NeuralNetworkClassificationModel model = classifier().fit(data());
    model.save(path);
    assertThrows(IOException.class, () -> model.save(path));
    model.write().overwrite().save(path);
    NeuralNetworkClassificationModel loaded = NeuralNetworkClassificationModel.load(path);
    assertSameParams(model, loaded);
    assertEquals(model.network(), loaded.network());
    assertEquals(model.weights(), loaded.weights());
    assertFalse(loaded.hasSummary());
    assertEquals(model.transform(data()).collectAsList(), loaded.transform(data()).collectAsList());
  }

  @Test
  void batchStatisticsAndFrozenLayersAreSavedToo() throws IOException {
    String path = folder.resolve("model").toString();
    NeuralNetworkClassificationModel model =
        new NeuralNetworkClassifier()
            .setNetwork(
                io.github.secateur.nn.Network.image(2, 2, 1)
                    .conv2d(3, 1)
                    .frozen()
                    .batchNorm()
                    .flatten()
                    .dense(3))
            .setMaxIter(1)
            .fit(data());
    model.save(path);
    NeuralNetworkClassificationModel loaded = NeuralNetworkClassificationModel.load(path);
    assertEquals(model.weights(), loaded.weights());
    assertEquals(model.network(), loaded.network());
  }

  @Test
  void aPipelineComesBack() throws IOException {
    String path = folder.resolve("pipeline").toString();
    Pipeline pipeline = new Pipeline().setStages(new PipelineStage[] {classifier()});
    pipeline.save(folder.resolve("unfitted").toString());
    assertEquals(
        pipeline.getStages()[0].uid(),
        Pipeline.load(folder.resolve("unfitted").toString()).getStages()[0].uid());
    PipelineModel model = pipeline.fit(data());
    model.save(path);
    assertEquals(
        model.transform(data()).collectAsList(),
        PipelineModel.load(path).transform(data()).collectAsList());
  }

  @Test
  void aDamagedModelDoesNotLoad() throws IOException {
    Path path = folder.resolve("model");
    classifier().fit(data()).save(path.toString());
    Path weights = path.resolve("data/weights.arrow");
    byte[] bytes = Files.readAllBytes(weights);

    Files.deleteIfExists(path.resolve("data/.weights.arrow.crc"));
    Files.write(weights, Arrays.copyOf(bytes, bytes.length / 2));
    assertCannotLoad(path, "weights.arrow");
    Files.writeString(weights, "these are no weights, only a text that is long enough");
    assertCannotLoad(path, "weights.arrow");
    Files.delete(weights);
    assertCannotLoad(path, "weights.arrow");

    Files.write(weights, bytes);
    NeuralNetworkClassificationModel.load(path.toString());
    Path network = path.resolve("data/network.json");
    Files.deleteIfExists(path.resolve("data/.network.json.crc"));
    String json = Files.readString(network);
    Files.writeString(network, json.substring(0, json.length() / 2));
    assertCannotLoad(path, "network.json");
    Files.writeString(network, json.replace("\"units\":5", "\"units\":6"));
    assertCannotLoad(
        path,
        "expected parameter dense_1.kernel of shape [4, 6], found dense_1.kernel of shape [4, 5]");
  }

  @Test
  void somethingElseDoesNotLoad() throws IOException {
    String path = folder.resolve("classifier").toString();
    LocalSpark.session();
    classifier().save(path);
    Exception e =
        assertThrows(
            IllegalArgumentException.class, () -> NeuralNetworkClassificationModel.load(path));
    assertTrue(e.getMessage().contains("NeuralNetworkClassifier"), e.getMessage());
  }

  private static void assertCannotLoad(Path path, String reason) {
    Exception e =
        assertThrows(
            UncheckedIOException.class,
            () -> NeuralNetworkClassificationModel.load(path.toString()));
    assertTrue(e.getMessage().contains("cannot read the model file"), e.getMessage());
    assertTrue(e.getMessage().contains(reason), e.getMessage());
  }

  @Test
  void theWeightsAreAnArrowFile() throws IOException {
    Path path = folder.resolve("model");
    classifier().fit(data()).save(path.toString());
    byte[] bytes = Files.readAllBytes(path.resolve("data/weights.arrow"));
    byte[] magic = {'A', 'R', 'R', 'O', 'W', '1'};
    assertArrayEquals(magic, Arrays.copyOf(bytes, 6));
    assertArrayEquals(magic, Arrays.copyOfRange(bytes, bytes.length - 6, bytes.length));
  }
}
