package io.github.secateur.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.secateur.data.ArrowShard;
import io.github.secateur.data.Shard;
import io.github.secateur.data.ShardWriter;
import io.github.secateur.nn.Network;
import io.github.secateur.train.LocalTraining;
import io.github.secateur.train.StepRecord;
import io.github.secateur.train.TrainingListener;
import io.github.secateur.train.TrainingOptions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.SparkEnv;
import org.apache.spark.ml.functions$;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.functions;
import org.apache.spark.storage.RDDBlockId;
import org.apache.spark.storage.RDDInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The same data, partitioned in the same way, and the same params give the same weights, bit for
 * bit.
 */
class DeterminismTest {
  private static final Network NETWORK =
      Network.input(4).dense(8).batchNorm().relu().dropout(0.2f).dense(3);

  private static NeuralNetworkClassifier classifier() {
    return new NeuralNetworkClassifier()
        .setNetwork(NETWORK)
        .setSeed(7)
        .setMaxIter(3)
        .setBatchSize(32)
        .setWeightCol("weight");
  }

  private static Dataset<Row> seven() {
    return TestData.deal(TestData.clusters(300), 7, 3);
  }

  @Test
  void oneThreadAndTwoGiveTheSameBits() {
    LocalSpark.session(1);
    Vector one = classifier().fit(sevenIn(1)).weights();
    Vector two = classifier().fit(sevenIn(2)).weights();
    assertEquals(one, two);
  }

  @Test
  void severalThreadsOfOneShardGiveTheBitsOfOne() {
    Vector one = fitOneShard(1, Map.of());
    assertEquals(one, fitOneShard(2, Map.of()));
    assertEquals(
        one,
        fitOneShard(2, Map.of("spark.task.cpus", "2", "spark.secateur.stepsInOneJob", "false")));
    assertTrue(
        Thread.getAllStackTraces().keySet().stream()
            .anyMatch(thread -> thread.getName().equals("secateur-kernels")));
  }

  private static Vector fitOneShard(int threads, Map<String, String> settings) {
    LocalSpark.session(threads, settings);
    Dataset<Row> data =
        LocalSpark.partitions(TestData.SCHEMA, TestData.dealt(TestData.clusters(300), 1, 3));
    return classifier()
        .setNetwork(Network.input(4).dense(300).relu().dropout(0.2f).dense(200).tanh().dense(3))
        .setBatchSize(150)
        .setMaxIter(2)
        .fit(data)
        .weights();
  }

  private static Dataset<Row> sevenIn(int threads) {
    LocalSpark.session(threads);
    return LocalSpark.partitions(TestData.SCHEMA, TestData.dealt(TestData.clusters(300), 7, 3));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 100})
  void oneJobForEachStepAndOneForManyGiveTheSameBits(int localSteps) {
    NeuralNetworkClassifier classifier = classifier().setLocalSteps(localSteps);
    Vector many = classifier.fit(sevenIn(2)).weights();
    LocalSpark.session(2, Map.of("spark.secateur.stepsInOneJob", "false"));
    Dataset<Row> data =
        LocalSpark.partitions(TestData.SCHEMA, TestData.dealt(TestData.clusters(300), 7, 3));
    assertEquals(many, classifier.fit(data).weights());
  }

  /**
   * Most partitions are empty; some have rows to validate with alone, some rows to train on alone.
   */
  @Test
  void partitionsWithRowsOfOneKindOrNoneGiveTheSameBits() {
    Vector expected = null;
    for (boolean stepsInOneJob : new boolean[] {true, false}) {
      Dataset<Row> rows =
          LocalSpark.session(
                  2, Map.of("spark.secateur.stepsInOneJob", Boolean.toString(stepsInOneJob)))
              .range(0, 200, 1, 200)
              .filter("id < 40 or id > 195")
              .selectExpr(
                  "array(float(id % 3), float(id % 5), float(id % 7), 1f) features",
                  "id % 3 label", "1 + id % 2 weight", "id % 5 = 0 check");
      NeuralNetworkClassificationModel model =
          classifier().setValidationIndicatorCol("check").fit(rows);
      expected = expected == null ? model.weights() : expected;
      assertEquals(expected, model.weights());
      assertTrue(model.summary().history().epochs().get(2).validationLoss() > 0);
    }
  }

  @Test
  void kryoAndDiskChangeNoBits() {
    Vector expected = classifier().fit(seven()).weights();
    SparkSession session =
        LocalSpark.session(
            2,
            Map.of(
                "spark.serializer", "org.apache.spark.serializer.KryoSerializer",
                // no room for the cache in memory: every round reads it from disk
                "spark.memory.fraction", "0.000001"));
    Dataset<Row> data =
        LocalSpark.partitions(TestData.SCHEMA, TestData.dealt(TestData.clusters(300), 7, 3));
    Set<Boolean> onDisk = new HashSet<>();
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void step(StepRecord step) {
            for (RDDInfo cached : session.sparkContext().getRDDStorageInfo()) {
              onDisk.add(cached.diskSize() > 0 && cached.memSize() == 0);
            }
          }
        };
    assertEquals(expected, classifier().setTrainingListener(listener).fit(data).weights());
    assertEquals(Set.of(true), onDisk);
  }

  @Test
  void aLostCacheIsRebuiltWithTheSameBits() {
    Dataset<Row> data = seven();
    Vector expected = classifier().fit(data).weights();
    AtomicInteger losses = new AtomicInteger();
    TrainingListener losing =
        new TrainingListener() {
          @Override
          public void step(StepRecord step) {
            if (step.step().index() == 4) {
              for (RDDInfo cached : data.sparkSession().sparkContext().getRDDStorageInfo()) {
                for (int partition = 0; partition < 7; partition++) {
                  RDDBlockId block = new RDDBlockId(cached.id(), partition);
                  SparkEnv.get().blockManager().removeBlock(block, true);
                }
                losses.incrementAndGet();
              }
            }
          }
        };
    assertEquals(expected, classifier().setTrainingListener(losing).fit(data).weights());
    assertEquals(3, losses.get());
  }

  @Test
  void theSameSeedGivesTheSameBitsAndAnotherOneDoesNot() {
    Dataset<Row> data = seven();
    Vector first = classifier().fit(data).weights();
    assertEquals(first, classifier().fit(data).weights());
    assertNotEquals(first, classifier().setSeed(8).fit(data).weights());
  }

  @Test
  void twoFitsAtOnceGiveTheBitsOfTwoInARow() throws Exception {
    Dataset<Row> data = seven();
    Vector first = classifier().fit(data).weights();
    Vector second = classifier().setSeed(8).fit(data).weights();
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      Future<Vector> a = threads.submit(() -> classifier().fit(data).weights());
      Future<Vector> b = threads.submit(() -> classifier().setSeed(8).fit(data).weights());
      assertEquals(first, a.get());
      assertEquals(second, b.get());
    } finally {
      threads.shutdown();
    }
  }

  @ParameterizedTest
  @CsvSource({"1,1", "2,1", "7,1", "7,3"})
  void sparkGivesTheBitsOfATrainingWithoutSpark(int partitions, int localSteps) {
    List<Row> rows = TestData.clusters(300);
    Integer[] empty = partitions == 7 ? new Integer[] {3} : new Integer[0];
    Dataset<Row> data = TestData.deal(rows, partitions, empty);
    TrainingOptions options =
        TrainingOptions.builder().seed(7).epochs(3).batchSize(32).localSteps(localSteps).build();
    List<Shard> shards =
        TestData.dealt(rows, partitions, empty).stream().map(DeterminismTest::shard).toList();
    float[] initial = NETWORK.initialParameters(7);
    float[] expected =
        LocalTraining.train(
                NETWORK.lower(), initial, options, shards, List.of(), 2, TrainingListener.NONE)
            .parameters();
    assertArrayEquals(expected, floats(classifier().setLocalSteps(localSteps).fit(data).weights()));
  }

  private static Shard shard(List<Row> rows) {
    List<byte[]> blocks = new ArrayList<>();
    ShardWriter writer = ShardWriter.dense(4, blocks::add);
    for (Row row : rows) {
      Vector features = row.getAs(0);
      writer.add(features.toArray(), (int) row.getDouble(1), (float) row.getDouble(2));
    }
    writer.finish();
    return ArrowShard.of(4, blocks);
  }

  private static float[] floats(Vector vector) {
    float[] floats = new float[vector.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) vector.apply(i);
    }
    return floats;
  }

  @Test
  void allTypesOfFeaturesGiveTheSameBits() {
    Dataset<Row> dense = wideData();
    UDF1<Vector, Vector> sparsify = Vector::toSparse;
    Dataset<Row> sparse =
        dense.withColumn(
            "features",
            functions.udf(sparsify, SQLDataTypes.VectorType()).apply(functions.col("features")));
    Dataset<Row> doubles =
        dense.withColumn(
            "features", functions$.MODULE$.vector_to_array(functions.col("features"), "float64"));
    Dataset<Row> floats =
        dense.withColumn(
            "features", functions$.MODULE$.vector_to_array(functions.col("features"), "float32"));
    NeuralNetworkClassifier wide =
        classifier().setNetwork(Network.input(64).dense(8).relu().dense(3));
    NeuralNetworkClassificationModel expected = wide.fit(dense);
    for (Dataset<Row> other : List.of(sparse, doubles, floats)) {
      NeuralNetworkClassificationModel found = wide.fit(other);
      assertEquals(expected.weights(), found.weights());
      assertEquals(
          expected.transform(dense).select("rawPrediction", "prediction").collectAsList(),
          found.transform(other).select("rawPrediction", "prediction").collectAsList());
    }
  }

  /** 64 features, most of them 0. */
  private static Dataset<Row> wideData() {
    UDF1<Vector, Vector> widen =
        narrow -> {
          double[] values = new double[64];
          for (int i = 0; i < 4; i++) {
            values[(int) (narrow.apply(i) * 7) % 16 + 16 * i] = narrow.apply(i);
          }
          return Vectors.dense(values);
        };
    return seven()
        .withColumn(
            "features",
            functions.udf(widen, SQLDataTypes.VectorType()).apply(functions.col("features")));
  }

  @Test
  void pruningChangesNoBits() {
    Dataset<Row> data = seven();
    NeuralNetworkClassifier frozen =
        classifier().setFrozenLayers(new String[] {"dense_1", "batchNorm_1"});
    assertEquals(
        frozen.fit(data).weights(),
        frozen.copy(new ParamMap()).setBackwardPruning(false).fit(data).weights());
  }

  @Test
  void frozenLayersKeepTheirInitialWeights() {
    NeuralNetworkClassificationModel model =
        classifier().setFrozenLayers(new String[] {"dense_1"}).fit(seven());
    float[] initial = NETWORK.initialParameters(7);
    float[] trained = floats(model.weights());
    int firstLayer = 4 * 8 + 8;
    assertArrayEquals(Arrays.copyOf(initial, firstLayer), Arrays.copyOf(trained, firstLayer));
    for (int i = initial.length - 8 * 3; i < initial.length - 3; i++) {
      assertNotEquals(initial[i], trained[i]);
    }
    assertTrue(model.network().toJson().contains("\"frozen\":true"));
    assertTrue(model.explainBackward().contains("frozen"), model.explainBackward());
  }
}
