package io.github.secateur.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.secateur.nn.Network;
import io.github.secateur.spark.prediction.InferenceEngines;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
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

  private static void assertSavesNoSecondTime(Executable saving) {
    String message = assertThrows(IOException.class, saving).getMessage();
    assertTrue(message.contains("already exists"), message);
  }

  @Test
  void aClassifierComesBackWithItsParams() throws IOException {
    String path = folder.resolve("classifier").toString();
    LocalSpark.session();
    NeuralNetworkClassifier all =
        NeuralNetworkParamsTest.allSet().setThresholds(new double[] {1, 2});
    all.save(path);
    assertSameParams(all, NeuralNetworkClassifier.load(path));
    assertSavesNoSecondTime(() -> all.save(path));
    NeuralNetworkClassifier few = classifier();
    few.write().overwrite().save(path);
    assertSameParams(few, NeuralNetworkClassifier.read().load(path));
  }

  @Test
  void aModelComesBackWithItsNetworkWeightsAndParams() throws IOException {
    String path = folder.resolve("model").toString();
    NeuralNetworkClassificationModel model = classifier().fit(data());
    model.save(path);
    assertSavesNoSecondTime(() -> model.save(path));
    model.write().overwrite().save(path);
    NeuralNetworkClassificationModel loaded = NeuralNetworkClassificationModel.load(path);
    assertSameParams(model, loaded);
    assertEquals(model.network(), loaded.network());
    assertEquals(model.weights(), loaded.weights());
    assertEquals(model.explainBackward(), loaded.explainBackward());
    assertEquals(model.transform(data()).collectAsList(), loaded.transform(data()).collectAsList());
  }

  @Test
  void batchStatisticsAndFrozenLayersAreSavedToo() throws IOException {
    String path = folder.resolve("model").toString();
    NeuralNetworkClassificationModel model =
        new NeuralNetworkClassifier()
            .setNetwork(Network.image(2, 2, 1).conv2d(3, 1).frozen().batchNorm().flatten().dense(3))
            .setMaxIter(1)
            .fit(data());
    model.save(path);
    NeuralNetworkClassificationModel loaded = NeuralNetworkClassificationModel.load(path);
    assertEquals(model.weights(), loaded.weights());
    assertEquals(model.network(), loaded.network());
  }

  @Test
  void theHistoryIsSavedAndItsRowsAreNot() throws IOException {
    String path = folder.resolve("model").toString();
    NeuralNetworkClassificationModel model =
        classifier().setMaxIter(3).setPatience(1).setMinDelta(10).setLabelCol("label").fit(data());
    model.save(path);
    NeuralNetworkClassificationModel loaded = NeuralNetworkClassificationModel.load(path);
    assertTrue(loaded.hasSummary());
    assertEquals(model.summary().history(), loaded.summary().history());
    assertEquals(model.summary().totalIterations(), loaded.summary().totalIterations());
    assertArrayEquals(model.summary().objectiveHistory(), loaded.summary().objectiveHistory());
    assertEquals("label", loaded.summary().labelCol());
    assertEquals(
        model.summary().epochs().collectAsList(), loaded.summary().epochs().collectAsList());
    for (Executable metric :
        List.<Executable>of(
            () -> loaded.summary().predictions(), () -> loaded.summary().accuracy())) {
      String message = assertThrows(IllegalStateException.class, metric).getMessage();
      assertTrue(message.contains("call model.evaluate(rows)"), message);
    }
    assertEquals(model.summary().accuracy(), loaded.evaluate(data()).accuracy());
    // what was loaded can be saved again
    loaded.write().overwrite().save(path);
    assertEquals(
        model.summary().history(), NeuralNetworkClassificationModel.load(path).summary().history());
  }

  @Test
  void aModelThatWasNotTrainedHasNoSummaryAfterLoadingEither() throws IOException {
    String path = folder.resolve("model").toString();
    LocalSpark.session();
    Network network = Network.input(4).dense(3);
    NeuralNetworkClassificationModel model =
        new NeuralNetworkClassificationModel(
            "made", new InferenceEngines(network, network.initialParameters(1)));
    model.save(path);
    assertFalse(NeuralNetworkClassificationModel.load(path).hasSummary());
  }

  @Test
  void thePlanOfALoadedModelKnowsThatTheRowsWereBytes() throws IOException {
    String path = folder.resolve("model").toString();
    LocalSpark.session();
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      double[] bytes = new double[64];
      Arrays.fill(bytes, i % 3 * 100);
      rows.add(RowFactory.create(Vectors.dense(bytes), i % 3 * 1.0, 1.0, false));
    }
    NeuralNetworkClassificationModel model =
        new NeuralNetworkClassifier()
            .setNetwork(Network.input(64).scale(1f / 255).dense(3))
            .setMaxIter(1)
            .fit(TestData.deal(rows, 1));
    model.save(path);
    String plan = model.explainBackward();
    assertEquals(plan, NeuralNetworkClassificationModel.load(path).explainBackward());
    NeuralNetworkClassificationModel floats =
        new NeuralNetworkClassificationModel(
            "floats", new InferenceEngines(model.network(), new float[64 * 3 + 3]));
    assertNotEquals(plan, floats.explainBackward(), "the size of a row makes a difference");
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
    assertCannotLoad(path, "network.json: it is damaged or was changed");
    Files.writeString(network, json.replace("\"units\":5", "\"units\":6"));
    assertCannotLoad(path, "network.json: it is damaged or was changed");
    Files.writeString(network, json);
    NeuralNetworkClassificationModel.load(path.toString());
    Path manifest = path.resolve("data/manifest.json");
    Files.deleteIfExists(path.resolve("data/.manifest.json.crc"));
    String text = Files.readString(manifest);
    Files.writeString(manifest, text.replace("\"format\" : 1", "\"format\" : 2"));
    assertCannotLoad(path, "a newer version of Secateur wrote it, in format 2");
    Files.writeString(manifest, text.replace("sha256", "sha"));
    assertCannotLoad(path, "it is no manifest of a model");
    Files.delete(manifest);
    assertCannotLoad(path, "manifest.json; the folder holds something else");
  }

  @Test
  void theMetadataAreNamedIfTheyCannotBeRead() throws IOException {
    Path path = folder.resolve("model");
    classifier().fit(data()).save(path.toString());
    Path metadata = onlyPartOf(path.resolve("metadata"));
    String json = Files.readString(metadata);
    for (String damaged :
        List.of(
            json.substring(0, json.length() / 2),
            "",
            "[]",
            json.replace("\"maxIter\":1", "\"maxIter\":-1"),
            json.replace("\"maxIter\":1", "\"maxIter\":\"many\""),
            json.replace("\"maxIter\":1", "\"maximum\":1"),
            json.replace("\"uid\"", "\"uidd\""))) {
      Files.writeString(metadata, damaged);
      String message =
          assertThrows(
                  UncheckedIOException.class,
                  () -> NeuralNetworkClassificationModel.load(path.toString()))
              .getMessage();
      assertTrue(message.contains("cannot read the metadata in " + path), message);
    }
    String message =
        assertThrows(
                UncheckedIOException.class,
                () -> NeuralNetworkClassificationModel.load(folder.resolve("none").toString()))
            .getMessage();
    assertTrue(message.contains("none"), message);
  }

  @Test
  void somethingElseDoesNotLoad() throws IOException {
    String path = folder.resolve("classifier").toString();
    LocalSpark.session();
    classifier().save(path);
    Exception e =
        assertThrows(UncheckedIOException.class, () -> NeuralNetworkClassificationModel.load(path));
    assertTrue(
        e.getMessage()
            .contains(
                "expected what a NeuralNetworkClassificationModel saved, found class name"
                    + " secateur.NeuralNetworkClassifier"),
        e.getMessage());
  }

  @Test
  void whatIsSavedNamesTheClassThatPythonCanImport() throws IOException {
    Path path = folder.resolve("named");
    classifier().save(path.resolve("classifier").toString());
    classifier().fit(data()).save(path.resolve("model").toString());
    for (String stage : List.of("classifier", "model")) {
      Path metadata = onlyPartOf(path.resolve(stage).resolve("metadata"));
      String json = Files.readString(metadata);
      assertTrue(json.contains("\"class\":\"secateur.NeuralNetworkClassif"), json);
      // what was saved before it did so loads too, as the class that Python can import
      Files.writeString(
          metadata, json.replace("\"secateur.Neural", "\"io.github.secateur.spark.Neural"));
    }
    assertEquals(
        secateur.NeuralNetworkClassifier.class,
        NeuralNetworkClassifier.load(path.resolve("classifier").toString()).getClass());
    assertEquals(
        secateur.NeuralNetworkClassificationModel.class,
        NeuralNetworkClassificationModel.load(path.resolve("model").toString()).getClass());
  }

  /** Returns Spark's one file of metadata, rid of its checksum. */
  private static Path onlyPartOf(Path folder) throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      Path part =
          all.filter(path -> path.getFileName().toString().startsWith("part-")).findAny().get();
      Files.deleteIfExists(folder.resolve("." + part.getFileName() + ".crc"));
      return part;
    }
  }

  private static void assertCannotLoad(Path path, String reason) {
    Exception e =
        assertThrows(
            UncheckedIOException.class,
            () -> NeuralNetworkClassificationModel.load(path.toString()));
    assertTrue(
        e.getMessage().matches("(cannot read the|there is no) model file .*"), e.getMessage());
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
