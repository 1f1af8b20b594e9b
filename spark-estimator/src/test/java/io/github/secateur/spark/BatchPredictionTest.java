package io.github.secateur.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.github.secateur.nn.Network;
import io.github.secateur.spark.prediction.InferenceEngines;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.ml.functions$;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.MetadataBuilder;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Predicting many rows at a time, as {@code transform} does, and one row without waste. */
class BatchPredictionTest {
  private static final String SETTING = "spark.secateur.batchPrediction";
  private static final int WIDTH = 7;
  private static final int ROWS = 701;

  private final SparkSession spark = LocalSpark.session(2);

  private static NeuralNetworkClassificationModel model(Network network, long seed) {
    return new NeuralNetworkClassificationModel(
        "model" + seed, new InferenceEngines(network, network.initialParameters(seed)));
  }

  private static NeuralNetworkClassificationModel model() {
    return model(Network.input(WIDTH).dense(19).relu().dense(5), 3);
  }

  private static List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      double[] values = new double[WIDTH];
      for (int f = 0; f < WIDTH; f++) {
        values[f] = Math.sin(i * 31 + f) * (f % 3 == 0 && i % 2 == 0 ? 0 : 1);
      }
      Vector vector = Vectors.dense(values);
      rows.add(RowFactory.create(i, "name " + i, i % 3 == 0 ? vector.toSparse() : vector));
    }
    return rows;
  }

  private static final StructType SCHEMA =
      new StructType()
          .add("id", DataTypes.IntegerType, false)
          .add("name", DataTypes.StringType, true, new MetadataBuilder().putLong("x", 1).build())
          .add("features", SQLDataTypes.VectorType(), true);

  /** Written and read, since the optimizer evaluates a local collection by itself. */
  private Dataset<Row> stored(Path folder) {
    String path = folder.resolve("rows").toString();
    spark.createDataFrame(rows(), SCHEMA).repartition(3).write().mode("overwrite").parquet(path);
    return spark.read().schema(SCHEMA).parquet(path);
  }

  private static String plan(Dataset<Row> rows) {
    return rows.queryExecution().optimizedPlan().toString();
  }

  private static boolean isBatched(Dataset<Row> rows) {
    String plan = plan(rows);
    return plan.contains("EvaluateNetwork") && !plan.contains("logits(");
  }

  private Dataset<Row> rowByRow(Supplier<Dataset<Row>> query) {
    spark.conf().set(SETTING, "false");
    try {
      Dataset<Row> result = query.get();
      assertFalse(plan(result).contains("EvaluateNetwork"), plan(result));
      return result;
    } finally {
      spark.conf().unset(SETTING);
    }
  }

  private static List<String> sorted(Dataset<Row> rows) {
    return rows.collectAsList().stream().map(Row::toString).sorted().toList();
  }

  @Test
  void batchesGiveTheBitsOfSingleRows(@TempDir Path folder) {
    Dataset<Row> data = stored(folder);
    Network image =
        Network.image(5, 5, 3).conv2d(9, 3).relu().maxPool2d(2).flatten().dense(11).tanh().dense(4);
    for (Network network :
        List.of(
            Network.input(WIDTH).dense(19).relu().dense(5),
            Network.input(WIDTH).dense(33).batchNorm().gelu().dense(2))) {
      NeuralNetworkClassificationModel model = model(network, 5);
      Dataset<Row> predicted = model.transform(data);
      assertTrue(isBatched(predicted), plan(predicted));
      List<Row> found = predicted.collectAsList();
      assertEquals(ROWS, found.size());
      for (Row row : found) {
        Vector features = row.getAs("features");
        assertEquals(model.predictRaw(features), row.getAs("rawPrediction"));
        assertEquals(model.predictProbability(features), row.getAs("probability"));
        assertEquals(model.predict(features), row.<Double>getAs("prediction"));
      }
    }
    assertEquals(75, image.inputSize());
    NeuralNetworkClassificationModel convolutional = model(image, 6);
    List<Row> images = new ArrayList<>();
    for (int i = 0; i < 301; i++) {
      int seed = i;
      double[] pixels = new double[75];
      Arrays.setAll(pixels, p -> (seed * 37 + p * 11) % 256);
      images.add(RowFactory.create(Vectors.dense(pixels)));
    }
    StructType imageSchema = new StructType().add(SCHEMA.apply("features"));
    Dataset<Row> local = spark.createDataFrame(images, imageSchema);
    Dataset<Row> frame = spark.createDataFrame(local.javaRDD(), imageSchema);
    Dataset<Row> predicted = convolutional.transform(frame);
    assertTrue(isBatched(predicted), plan(predicted));
    for (Row row : predicted.collectAsList()) {
      assertEquals(convolutional.predictRaw(row.getAs("features")), row.getAs("rawPrediction"));
    }
  }

  @Test
  void queriesAboveGiveTheSameAsRowByRow(@TempDir Path folder) {
    Dataset<Row> data = stored(folder);
    NeuralNetworkClassificationModel model = model();
    Dataset<Row> features = data.select("features", "id");
    List<Supplier<Dataset<Row>>> queries =
        List.of(
            () -> model.transform(data),
            () -> model.transform(data).select("prediction"),
            () -> model.transform(data).select("id", "probability").where("id % 7 = 2"),
            () -> model.transform(data).where("prediction = 1 and id > 100").select("name"),
            () -> model.transform(data).groupBy("prediction").count(),
            () -> model.transform(data).agg(functions.sum("prediction"), functions.max("name")),
            () -> model.transform(data).orderBy("prediction", "id").select("id"),
            () ->
                model.transform(
                    model
                        .transform(data)
                        .drop("rawPrediction", "probability")
                        .withColumnRenamed("prediction", "first")),
            () ->
                model(Network.input(WIDTH).dense(2), 8)
                    .setPredictionCol("p2")
                    .setRawPredictionCol("r2")
                    .setProbabilityCol("q2")
                    .transform(model.transform(data)),
            () ->
                model
                    .transform(data)
                    .as("a")
                    .join(model.transform(features).as("b"), "id")
                    .drop("features"),
            () ->
                model
                    .transform(data)
                    .union(model.transform(data))
                    .distinct()
                    .select("id", "prediction"),
            () -> model.setRawPredictionCol("").transform(data),
            () -> model.setRawPredictionCol("").setProbabilityCol("").transform(data));
    for (var query : queries) {
      Dataset<Row> batched = query.get();
      assertTrue(isBatched(batched), plan(batched));
      assertEquals(sorted(rowByRow(query)), sorted(batched));
    }
  }

  /** The numbers of networks are those that the queries need, however many columns read them. */
  @Test
  void aFilterOnPredictionsEvaluatesTheNetworkOnce(@TempDir Path folder) {
    Dataset<Row> data = stored(folder);
    NeuralNetworkClassificationModel model = model();
    NeuralNetworkClassificationModel second =
        model(Network.input(WIDTH).dense(2), 8)
            .setPredictionCol("p2")
            .setRawPredictionCol("r2")
            .setProbabilityCol("q2");
    double[] thresholds = {0.1, 0.2, 0.3, 0.2, 0.2};
    NeuralNetworkClassificationModel strict = model().setThresholds(thresholds);
    Column certain =
        functions.array_max(
            functions$.MODULE$.vector_to_array(functions.col("probability"), "float64"));
    record Case(int networks, Supplier<Dataset<Row>> query) {}
    List<Case> cases =
        List.of(
            new Case(1, () -> model.transform(data).where("prediction = 1")),
            new Case(1, () -> model.transform(data).where("prediction <> id % 5 and id > 100")),
            new Case(1, () -> model.transform(data).where("prediction = 1 or prediction = 2")),
            new Case(1, () -> strict.transform(data).where("prediction = 1")),
            new Case(1, () -> model.transform(data).where(certain.lt(0.4))),
            new Case(
                1, () -> model.transform(data).where(certain.lt(0.4)).select("id", "prediction")),
            new Case(1, () -> model.transform(data).where("prediction = 1").select("probability")),
            new Case(
                1, () -> model.transform(data).where("prediction < 3").select("id", "prediction")),
            new Case(
                1,
                () -> model.transform(data).where("prediction < 3").groupBy("prediction").count()),
            new Case(2, () -> second.transform(model.transform(data)).where("prediction = p2")),
            new Case(
                2,
                () ->
                    second
                        .transform(model.transform(data).where("prediction = 1"))
                        .where("p2 = 1")),
            new Case(2, () -> second.transform(model.transform(data).where("prediction = 1"))));
    for (Case wanted : cases) {
      Dataset<Row> batched = wanted.query().get();
      String plan = plan(batched);
      assertTrue(isBatched(batched), plan);
      assertEquals(wanted.networks(), plan.split("EvaluateNetwork", -1).length - 1, plan);
      List<String> expected = sorted(rowByRow(wanted.query()));
      assertFalse(expected.isEmpty(), plan);
      assertEquals(expected, sorted(batched));
    }
  }

  @Test
  void columnsThatOnlyTheNetworkReadsEndBelowAFilter(@TempDir Path folder) {
    Dataset<Row> data = stored(folder);
    Dataset<Row> ids = model().transform(data).where("prediction = 1").select("id", "probability");
    String plan = plan(ids).replaceAll("#\\d+", "");
    String expected =
        """
        Project [id, probability(logits) AS probability]
        +- Filter (prediction = 1.0)
           +- EvaluateNetwork 252 weights, features: vector, [id], [logits, prediction]
              +- Relation [id,name,features] parquet
        """;
    assertEquals(expected, plan);
  }

  @Test
  void onlyColumnsThatAreReadPassByTheNetwork(@TempDir Path folder) {
    Dataset<Row> data = stored(folder);
    Dataset<Row> predicted = model().transform(data).select("prediction");
    String scan = predicted.queryExecution().executedPlan().toString();
    assertTrue(scan.contains("ReadSchema: struct<features:"), scan);
    assertFalse(scan.contains("name#"), scan);
    Dataset<Row> filtered = model().transform(data).where("id = 5").select("prediction");
    String pushed = filtered.queryExecution().executedPlan().toString();
    assertTrue(pushed.contains("EqualTo(id,5)"), pushed);
    assertTrue(isBatched(filtered), pushed);
    assertEquals(1, filtered.count());
  }

  @Test
  void theSchemaAndItsMetadataStay(@TempDir Path folder) {
    Dataset<Row> data = stored(folder);
    Dataset<Row> predicted = model().transform(data);
    for (String column : data.columns()) {
      assertEquals(data.schema().apply(column), predicted.schema().apply(column));
    }
    assertFalse(predicted.schema().apply("prediction").nullable());
    // what the physical plan gives has the metadata as well
    StructType found = predicted.queryExecution().optimizedPlan().schema();
    assertEquals(predicted.schema(), found);
  }

  @Test
  void anEmptyPartitionAndALimitArePredicted(@TempDir Path folder) {
    Dataset<Row> data = stored(folder);
    NeuralNetworkClassificationModel model = model();
    assertEquals(0, model.transform(data.where("id < 0")).count());
    assertEquals(3, model.transform(data).limit(3).collectAsList().size());
    assertEquals(5, model.transform(data.where("id < 5").repartition(20)).collectAsList().size());
  }

  @Test
  void arraysBytesAndColumnsAreReadInBatches(@TempDir Path folder) {
    Dataset<Row> data = stored(folder);
    NeuralNetworkClassificationModel model = model();
    Dataset<Row> vectors = data.select(functions.col("id"), functions.col("features"));
    for (String type : List.of("float32", "float64")) {
      Dataset<Row> arrays =
          vectors.withColumn(
              "features", functions$.MODULE$.vector_to_array(functions.col("features"), type));
      Dataset<Row> predicted = model.transform(arrays);
      assertTrue(isBatched(predicted), plan(predicted));
      assertEquals(
          sorted(model.transform(vectors).drop("features")), sorted(predicted.drop("features")));
    }
    String[] names = new String[WIDTH];
    Dataset<Row> columns = vectors;
    for (int f = 0; f < WIDTH; f++) {
      names[f] = "f" + f;
      columns =
          columns.withColumn(
              names[f],
              functions$.MODULE$.vector_to_array(functions.col("features"), "float64").getItem(f));
    }
    NeuralNetworkClassificationModel several = model().setFeaturesCols(names);
    Dataset<Row> predicted = several.transform(columns.drop("features"));
    assertTrue(isBatched(predicted), plan(predicted));
    assertEquals(
        sorted(model.transform(vectors).select("id", "rawPrediction")),
        sorted(predicted.select("id", "rawPrediction")));
    Dataset<Row> assembled =
        new VectorAssembler()
            .setInputCols(names)
            .setOutputCol("features")
            .transform(columns.drop("features"));
    assertEquals(
        sorted(model.transform(vectors).select("id", "rawPrediction")),
        sorted(model.transform(assembled).select("id", "rawPrediction")));
  }

  @Test
  void badRowsFailWithTheSameMessage(@TempDir Path folder) {
    for (Vector bad :
        new Vector[] {
          null,
          Vectors.dense(1, 2),
          Vectors.dense(1, 2, 3, Double.NaN, 5, 6, 7),
          Vectors.sparse(WIDTH, new int[] {2}, new double[] {Double.POSITIVE_INFINITY}),
          Vectors.sparse(8, new int[] {2}, new double[] {1})
        }) {
      List<Row> rows = new ArrayList<>(rows().subList(0, 40));
      rows.add(RowFactory.create(-1, "bad", bad));
      String path = folder.resolve("bad").toString();
      spark.createDataFrame(rows, SCHEMA).write().mode("overwrite").parquet(path);
      Dataset<Row> data = spark.read().schema(SCHEMA).parquet(path);
      String expected =
          assertThrows(IllegalArgumentException.class, () -> model().predict(bad)).getMessage();
      Throwable found =
          assertThrows(Exception.class, () -> model().transform(data).collectAsList());
      StringBuilder messages = new StringBuilder();
      for (; found != null; found = found.getCause()) {
        messages.append(found.getMessage());
      }
      assertTrue(messages.toString().contains(expected), messages.toString());
      // a condition that leaves such rows out is asked first
      Dataset<Row> good = model().transform(data).where("prediction >= 0 and id >= 0");
      assertTrue(isBatched(good), plan(good));
      assertEquals(40, good.count());
    }
  }

  @Test
  void aValueThatIsNotAlwaysNeededIsNotComputedAhead(@TempDir Path folder) {
    Dataset<Row> data =
        stored(folder)
            .withColumn(
                "features", functions.when(functions.col("id").gt(4), functions.col("features")));
    Dataset<Row> some =
        model()
            .transform(data)
            .select(functions.when(functions.col("id").gt(4), functions.col("prediction")));
    assertEquals(ROWS, some.collectAsList().size());
  }

  @Test
  void aContinuousStreamDoesNotWaitForABatch(@TempDir Path folder) throws Exception {
    Dataset<Row> stream =
        spark
            .readStream()
            .format("rate")
            .option("rowsPerSecond", 4)
            .option("numPartitions", 1)
            .load()
            .select(
                functions$
                    .MODULE$
                    .array_to_vector(
                        functions.array_repeat(functions.col("value").cast("double"), WIDTH))
                    .as("features"));
    StreamingQuery query =
        model()
            .transform(stream)
            .select("prediction")
            .writeStream()
            .format("memory")
            .queryName("continuous")
            .option("checkpointLocation", folder.toString())
            .trigger(Trigger.Continuous("1 second"))
            .start();
    try {
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
      while (spark.table("continuous").count() == 0) {
        assertTrue(System.nanoTime() < deadline, "no row came through");
        Thread.sleep(200);
      }
    } finally {
      query.stop();
    }
  }

  @Test
  void theRuleIsAddedOnce(@TempDir Path folder) {
    Dataset<Row> data = stored(folder);
    model().transform(data);
    int rules = spark.experimental().extraOptimizations().size();
    model().transform(data);
    assertEquals(rules, spark.experimental().extraOptimizations().size());
  }

  @Test
  void oneRowAllocatesNoMoreThanItsResult() {
    Network network = Network.input(300).dense(64).relu().dense(200);
    NeuralNetworkClassificationModel model = model(network, 4);
    double[] thresholds = new double[200];
    Arrays.fill(thresholds, 0.5);
    NeuralNetworkClassificationModel strict = model(network, 4).setThresholds(thresholds);
    double[] values = new double[300];
    Arrays.setAll(values, i -> i % 7);
    long result = 16 + 16 + 200 * Double.BYTES; // a DenseVector and its array, aligned to 8 bytes
    for (Vector features : List.of(Vectors.dense(values), Vectors.dense(values).toSparse())) {
      assertAllocates(0, () -> model.predict(features));
      assertAllocates(32, () -> strict.predict(features)); // Spark's look-up of the param
      assertAllocates(result, () -> model.predictRaw(features));
      assertAllocates(result, () -> model.predictProbability(features));
    }
  }

  /** Waits for the JIT compiler: until it has compiled the kernels, every vector is an object. */
  private static void assertAllocates(long expected, Runnable call) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long thread = Thread.currentThread().getId();
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    long allocated = Long.MAX_VALUE;
    int calls = 500;
    while (allocated > expected * calls && System.nanoTime() < deadline) {
      long before = threads.getThreadAllocatedBytes(thread);
      for (int i = 0; i < calls; i++) {
        call.run();
      }
      allocated = threads.getThreadAllocatedBytes(thread) - before;
    }
    assertTrue(
        allocated <= expected * calls,
        "expected " + expected + " bytes for each call, found " + allocated / (double) calls);
  }
}
