package io.github.secateur.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.secateur.nn.Network;
import io.github.secateur.train.EpochRecord;
import io.github.secateur.train.TrainingListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.SparkException;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.tuning.CrossValidator;
import org.apache.spark.ml.tuning.ParamGridBuilder;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A fit that was interrupted goes on where it was, and ends as if it had not been. */
class ResumeTest {
  private static final Network NETWORK =
      Network.input(4).scale(0.5f).dense(8).batchNorm().relu().dropout(0.2f).dense(3);

  @TempDir private Path folder;

  private static final class Interruption extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private NeuralNetworkClassifier classifier() {
    return new NeuralNetworkClassifier()
        .setNetwork(NETWORK)
        .setSeed(7)
        .setMaxIter(9)
        .setBatchSize(32)
        .setTol(0)
        .setWeightCol("weight")
        .setCheckpointDir(folder.toString())
        .setCheckpointInterval(2);
  }

  private static Dataset<Row> data() {
    LocalSpark.session();
    return LocalSpark.partitions(TestData.SCHEMA, TestData.dealt(TestData.clusters(300), 4, 2));
  }

  /** Throws after some epochs of the training. */
  private static TrainingListener interruptAfter(int epoch) {
    return new TrainingListener() {
      @Override
      public void epoch(EpochRecord record) {
        if (record.epoch() == epoch) {
          throw new Interruption();
        }
      }
    };
  }

  private static void interrupt(NeuralNetworkClassifier classifier, int epoch) {
    NeuralNetworkClassifier doomed =
        classifier.copy(new ParamMap()).setTrainingListener(interruptAfter(epoch));
    assertThrows(Interruption.class, () -> doomed.fit(data()));
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(path -> path.toString().endsWith(".checkpoint")).sorted().toList();
    }
  }

  private List<String> names() throws IOException {
    return files().stream().map(path -> path.getFileName().toString()).toList();
  }

  private static List<EpochRecord> withoutTimes(NeuralNetworkClassificationModel model) {
    return ResumeChild.withoutTimes(model.summary().history());
  }

  @ParameterizedTest
  @CsvSource({"adam,true", "adam,false", "sgd,true", "l-bfgs,true"})
  void anInterruptedFitGoesOnWithTheSameBits(String solver, boolean stepsInOneJob)
      throws IOException {
    LocalSpark.session(2, Map.of("spark.secateur.stepsInOneJob", Boolean.toString(stepsInOneJob)));
    Dataset<Row> data =
        LocalSpark.partitions(TestData.SCHEMA, TestData.dealt(TestData.clusters(300), 4, 2));
    NeuralNetworkClassifier classifier =
        classifier().setSolver(solver).setValidationIndicatorCol("check").setPatience(7);
    NeuralNetworkClassifier plain = classifier.copy(new ParamMap());
    plain.clear(plain.checkpointDir());
    NeuralNetworkClassificationModel expected = plain.fit(data);
    for (int epoch : new int[] {3, 6}) { // the second time it goes on, and is interrupted again
      NeuralNetworkClassifier doomed =
          classifier.copy(new ParamMap()).setTrainingListener(interruptAfter(epoch));
      assertThrows(Interruption.class, () -> doomed.fit(data));
    }
    assertEquals(List.of("epoch-00000002.checkpoint", "epoch-00000004.checkpoint"), names());
    List<Integer> heard = new ArrayList<>();
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void epoch(EpochRecord record) {
            heard.add(record.epoch());
          }
        };
    NeuralNetworkClassificationModel found = classifier.setTrainingListener(listener).fit(data);
    assertEquals(expected.weights(), found.weights());
    assertEquals(withoutTimes(expected), withoutTimes(found));
    assertEquals(expected.summary().history().bestEpoch(), found.summary().history().bestEpoch());
    assertEquals(List.of(5, 6, 7, 8, 9), heard);
    assertEquals(List.of(), list(folder), "a fit that has ended leaves nothing");
  }

  private static List<Path> list(Path path) throws IOException {
    try (Stream<Path> all = Files.list(path)) {
      return all.toList();
    }
  }

  @Test
  void theNewestTwoCheckpointsAreKept() throws IOException {
    interrupt(classifier(), 9);
    assertEquals(List.of("epoch-00000006.checkpoint", "epoch-00000008.checkpoint"), names());
    try (Stream<Path> all = Files.walk(folder)) {
      assertEquals(4, all.filter(Files::isRegularFile).count(), "with Hadoop's own checksums");
    }
  }

  @Test
  void anIntervalOfMinusOneKeepsNone() throws IOException {
    interrupt(classifier().setCheckpointInterval(-1), 8);
    assertEquals(List.of(), list(folder));
  }

  private String refusal(Consumer<NeuralNetworkClassifier> change) {
    return refusal(change, data());
  }

  private String refusal(Consumer<NeuralNetworkClassifier> change, Dataset<Row> data) {
    NeuralNetworkClassifier other = classifier();
    change.accept(other);
    String message =
        assertThrows(IllegalArgumentException.class, () -> other.fit(data)).getMessage();
    assertTrue(message.contains("after epoch 4, is of another fit: "), message);
    assertTrue(message.contains("delete the folder"), message);
    return message.substring(message.indexOf("fit: ") + 5, message.indexOf("; make them equal"));
  }

  @Test
  void theCheckpointOfAnotherFitIsRefusedWithTheDifference() {
    interrupt(classifier(), 5);
    assertEquals("stepSize is 0.001 there, 0.01 here", refusal(c -> c.setStepSize(0.01)));
    assertEquals(
        "maxIter is 9 there, 10 here, solver is adam there, sgd here",
        refusal(c -> c.setMaxIter(10).setSolver("sgd")));
    String network =
        refusal(c -> c.setNetwork(Network.input(4).scale(0.5f).dense(8).relu().dense(3)));
    assertTrue(network.contains("network is …"), network);
    assertTrue(network.contains("batchNorm"), network);
    String seed = refusal(c -> c.setSeed(8));
    assertTrue(seed.contains("seed is 7 there, 8 here"), seed);
    String frozen = refusal(c -> c.setFrozenLayers(new String[] {"dense_1"}));
    assertTrue(frozen.contains("frozen"), frozen);

    List<Row> rows = new ArrayList<>(TestData.clusters(300));
    Dataset<Row> repartitioned = LocalSpark.partitions(TestData.SCHEMA, TestData.dealt(rows, 3, 2));
    assertEquals(
        List.of("number of partitions is 4 there, 3 here"),
        facts(refusal(c -> {}, repartitioned), "number"));
    rows.set(17, RowFactory.create(Vectors.dense(9, 2, 3, 4), 1.0, 1.0, false));
    Dataset<Row> changed = LocalSpark.partitions(TestData.SCHEMA, TestData.dealt(rows, 4, 2));
    String checksum = refusal(c -> {}, changed);
    assertTrue(checksum.matches("checksum of the rows is \\w+ there, \\w+ here"), checksum);
    rows.remove(299);
    Dataset<Row> fewer = LocalSpark.partitions(TestData.SCHEMA, TestData.dealt(rows, 4, 2));
    assertEquals(
        List.of("number of training rows is 300 there, 299 here"),
        facts(refusal(c -> {}, fewer), "number"));
    assertEquals(List.of(), facts(refusal(c -> c.setBatchSize(16)), "checksum"));
  }

  private static List<String> facts(String differences, String start) {
    return Arrays.stream(differences.split(", (?=[a-z])"))
        .map(fact -> fact.replaceAll("^here, ", ""))
        .filter(fact -> fact.startsWith(start))
        .toList();
  }

  @Test
  void whatDoesNotBearOnTheResultMayDiffer() throws IOException {
    Vector expected = classifier().setCheckpointInterval(-1).fit(data()).weights();
    interrupt(classifier(), 5);
    NeuralNetworkClassifier other =
        classifier()
            .setCheckpointInterval(1)
            .setFolding(false)
            .setAggregationDepth(3)
            .setPredictionCol("other");
    assertEquals(expected, other.fit(data()).weights());
    assertEquals(List.of(), list(folder));
  }

  @Test
  void aDamagedCheckpointIsPassedOver() throws IOException {
    Vector expected = classifier().setCheckpointInterval(-1).fit(data()).weights();
    interrupt(classifier(), 5);
    Path newest = files().get(1);
    damage(newest, bytes -> Arrays.copyOf(bytes, bytes.length - 7));
    List<Integer> heard = new ArrayList<>();
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void epoch(EpochRecord record) {
            heard.add(record.epoch());
          }
        };
    assertEquals(expected, classifier().setTrainingListener(listener).fit(data()).weights());
    assertEquals(3, heard.get(0));
  }

  private interface Damage {
    byte[] to(byte[] bytes);
  }

  private static void damage(Path file, Damage damage) throws IOException {
    Files.deleteIfExists(file.resolveSibling("." + file.getFileName() + ".crc"));
    Files.write(file, damage.to(Files.readAllBytes(file)));
  }

  @Test
  void ifAllAreDamagedTheFitDoesNotBeginAnewWithoutAWord() throws IOException {
    interrupt(classifier(), 5);
    damage(files().get(0), bytes -> "no checkpoint at all, I fear".getBytes());
    damage(
        files().get(1),
        bytes -> {
          bytes[bytes.length - 20] ^= 1;
          return bytes;
        });
    String message =
        assertThrows(UncheckedIOException.class, () -> classifier().fit(data())).getMessage();
    assertTrue(message.contains("cannot use the checkpoint folder"), message);
    assertTrue(message.contains("epoch-00000002.checkpoint=it is no checkpoint"), message);
    assertTrue(message.contains("epoch-00000004.checkpoint=the checksum of"), message);
    assertTrue(message.contains("delete the folder to begin anew"), message);
  }

  @Test
  void aCheckpointOfANewerVersionIsNotPassedOver() throws IOException {
    interrupt(classifier(), 5);
    damage(
        files().get(1),
        bytes -> {
          ByteBuffer.wrap(bytes).putInt(8, 2);
          return bytes;
        });
    String message =
        assertThrows(UncheckedIOException.class, () -> classifier().fit(data())).getMessage();
    assertTrue(message.contains("a newer version of Secateur wrote it, in format 2"), message);
  }

  @Test
  void aFolderThatCannotBeUsedIsReported() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "no folder");
    NeuralNetworkClassifier classifier =
        classifier().setCheckpointDir(file.resolve("x").toString());
    String message =
        assertThrows(UncheckedIOException.class, () -> classifier.fit(data())).getMessage();
    assertTrue(message.contains("cannot use the checkpoint folder"), message);
    NeuralNetworkClassifier unknown = classifier().setCheckpointDir("nosuch://there/folder");
    message = assertThrows(UncheckedIOException.class, () -> unknown.fit(data())).getMessage();
    assertTrue(message.contains("nosuch"), message);
  }

  /** Fits over which a search may be interrupted, and which then go on beside each other. */
  @Test
  void theFitsOfASearchShareAFolder() throws Exception {
    NeuralNetworkClassifier classifier = classifier().setMaxIter(6);
    classifier.clear(classifier.weightCol());
    double[] expected = search(classifier, -1);
    NeuralNetworkClassifier doomed = classifier.copy(new ParamMap());
    doomed.setTrainingListener(interruptAfter(5));
    SparkException failure = assertThrows(SparkException.class, () -> search(doomed, 2));
    assertInstanceOf(Interruption.class, failure.getCause());
    while (fitsRun()) { // the search does not wait for those beside the one that failed
      Thread.sleep(100);
    }
    assertNotEquals(List.of(), names());
    assertArrayEquals(expected, search(classifier, 2));
    assertEquals(List.of(), list(folder));
  }

  private static boolean fitsRun() {
    return Thread.getAllStackTraces().values().stream()
        .flatMap(Stream::of)
        .anyMatch(frame -> frame.getClassName().equals(NeuralNetworkClassifier.class.getName()));
  }

  private double[] search(NeuralNetworkClassifier classifier, int interval) {
    ParamMap[] grid =
        new ParamGridBuilder()
            .addGrid(classifier.stepSize(), new double[] {0.001, 0.01})
            .addGrid(classifier.batchSize(), new int[] {16, 32})
            .build();
    return new CrossValidator()
        .setEstimator(classifier.setCheckpointInterval(interval))
        .setEstimatorParamMaps(grid)
        .setEvaluator(new OrderedLogLoss())
        .setNumFolds(2)
        .setSeed(3)
        .setParallelism(2)
        .fit(data())
        .avgMetrics();
  }

  @Test
  void checkpointsOfUnrelatedSearchesDoNotHinder() throws IOException {
    NeuralNetworkClassifier one = classifier();
    one.fit(data());
    interrupt(one.copy(new ParamMap()).setStepSize(0.01), 5);
    assertEquals(2, files().size());
    assertFalse(one.fit(data()).summary().history().epochs().isEmpty());
    assertEquals(2, files().size(), "the other fit's are left for it");
  }

  @Test
  void afterAFinishedFitOtherParamsStartAnewAfterAnUnfinishedOneTheyAreRefused()
      throws IOException {
    NeuralNetworkClassifier classifier = classifier();
    classifier.fit(data());
    assertEquals(epochs(1, 9), heardBy(classifier.setStepSize(0.01)), "finished: anew");

    NeuralNetworkClassifier other = classifier();
    interrupt(other, 5);
    List<String> unfinished = names();
    for (NeuralNetworkClassifier refused : List.of(other, classifier())) {
      refused.setStepSize(0.01);
      String message =
          assertThrows(IllegalArgumentException.class, () -> refused.fit(data())).getMessage();
      assertTrue(message.contains("stepSize"), message);
    }
    assertEquals(epochs(1, 9), heardBy(classifier), "it has finished fits, as in a search");
    assertEquals(unfinished, names(), "for the fit that they are of");
    assertEquals(epochs(5, 9), heardBy(classifier()));
    assertEquals(List.of(), names());
  }

  private static List<Integer> epochs(int first, int last) {
    return IntStream.rangeClosed(first, last).boxed().toList();
  }

  private static List<Integer> heardBy(NeuralNetworkClassifier classifier) {
    List<Integer> heard = new ArrayList<>();
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void epoch(EpochRecord record) {
            heard.add(record.epoch());
          }
        };
    classifier.copy(new ParamMap()).setTrainingListener(listener).fit(data());
    return heard;
  }

  // ---- a JVM that is killed --------------------------------------------------------------------

  @ParameterizedTest
  @ValueSource(strings = {"adam", "l-bfgs"})
  void afterSigkillTheFitGoesOnInAnotherJvm(String solver) throws Exception {
    ResumeChild.startAndKill(folder, solver, 4);
    assertFalse(files().isEmpty());
    LocalSpark.session();
    NeuralNetworkClassifier classifier = ResumeChild.classifier(folder.toString(), solver);
    List<Integer> heard = new ArrayList<>();
    classifier.setTrainingListener(
        new TrainingListener() {
          @Override
          public void epoch(EpochRecord record) {
            heard.add(record.epoch());
          }
        });
    NeuralNetworkClassificationModel found = classifier.fit(ResumeChild.data());
    assertTrue(heard.get(0) > 4, heard.toString());
    NeuralNetworkClassificationModel expected =
        ResumeChild.classifier(folder.toString(), solver)
            .setCheckpointInterval(-1)
            .fit(ResumeChild.data());
    assertEquals(expected.weights(), found.weights());
    assertEquals(withoutTimes(expected), withoutTimes(found));
  }
}
