package io.github.secateur.spark.rows;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.secateur.data.Shard;
import io.github.secateur.engine.Engine;
import io.github.secateur.graph.Graph;
import io.github.secateur.graph.Vocabularies;
import io.github.secateur.nn.Network;
import io.github.secateur.plan.BackwardPlan;
import io.github.secateur.plan.SparseCost;
import io.github.secateur.spark.LocalSpark;
import io.github.secateur.spark.report.JobDescription;
import io.github.secateur.train.GradientSum;
import io.github.secateur.train.LocalRounds;
import io.github.secateur.train.ShardWorker;
import io.github.secateur.train.TrainingOptions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.Partition;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkEnv;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.serializer.SerializerInstance;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

class TrainingCacheTest {
  private static final TrainingColumns COLUMNS =
      new TrainingColumns(reader(3), "label", 3, "weight", "check", Vocabularies.NONE);

  private SparkContext context;

  private static FeatureReader reader(int width) {
    return new FeatureReader("features", new String[0], Network.input(width));
  }

  @BeforeEach
  void start() {
    context = LocalSpark.session().sparkContext();
  }

  @AfterEach
  void nothingStaysCached() {
    assertTrue(context.getPersistentRDDs().isEmpty());
    assertNull(context.getLocalProperty("spark.job.description"));
  }

  @Test
  void eachPartitionIsAShardEvenIfItIsEmpty() {
    Dataset<Row> dataset =
        LocalSpark.partitions(
            schema(SQLDataTypes.VectorType()),
            List.of(
                List.of(row(Vectors.dense(1, 2, 3), 0.0), row(Vectors.dense(4, 5, 6), 1.0)),
                List.of(),
                List.of(row(Vectors.dense(7, 8, 9), 2.0))));
    try (TrainingCache cache = cache(dataset)) {
      assertEquals(3, cache.shards());
      assertEquals(3, cache.rows());
      assertEquals(0, cache.validationRows());
      assertEquals(
          List.of(List.of(1f, 2f, 3f, 4f, 5f, 6f), List.of(), List.of(7f, 8f, 9f)),
          features(cache));
    }
  }

  @Test
  void tasksDoNotCarryTheRowsOfALocalCollection() {
    List<Row> rows = Collections.nCopies(1000, row(Vectors.dense(1, 2, 3), 0.0));
    Dataset<Row> dataset =
        LocalSpark.session().createDataFrame(rows, schema(SQLDataTypes.VectorType()));
    try (TrainingCache cache = cache(dataset)) {
      Partition partition = cache.map(PartitionRows::problem).rdd().partitions()[0];
      SerializerInstance serializer = SparkEnv.get().closureSerializer().newInstance();
      ClassTag<Object> anything = ClassTag$.MODULE$.apply(Object.class);
      int bytes = serializer.serialize(partition, anything).remaining();
      assertTrue(bytes < 500, bytes + " bytes");
    }
  }

  @Test
  void validationRowsAreKeptApart() {
    Dataset<Row> dataset =
        LocalSpark.partitions(
            schema(SQLDataTypes.VectorType()),
            List.of(
                List.of(
                    row(Vectors.dense(1, 2, 3), 0.0, 1.0, true),
                    row(Vectors.dense(4, 5, 6), 1.0, 1.0, false))));
    try (TrainingCache cache = cache(dataset)) {
      assertEquals(1, cache.rows());
      assertEquals(1, cache.validationRows());
      assertEquals(List.of(List.of(4f, 5f, 6f)), features(cache));
    }
  }

  @Test
  void vectorsAndArraysGiveTheSameBits() {
    double[][] rows = {{0.1, 0, -3e-7}, {-0.0, 1e30, 0}, {0, 0, 0}};
    List<List<List<Float>>> results = new ArrayList<>();
    results.add(features(SQLDataTypes.VectorType(), Stream.of(rows).map(Vectors::dense)));
    results.add(
        features(SQLDataTypes.VectorType(), Stream.of(rows).map(r -> Vectors.dense(r).toSparse())));
    results.add(features(DataTypes.createArrayType(DataTypes.DoubleType), Stream.of(rows)));
    results.add(
        features(
            DataTypes.createArrayType(DataTypes.FloatType),
            Stream.of(rows).map(TrainingCacheTest::floats)));
    for (List<List<Float>> result : results) {
      assertEquals(
          List.of(List.of(0.1f, 0f, -3e-7f, 0f, 1e30f, 0f, 0f, 0f, 0f)),
          result); // Float(0) is not Float(-0)
    }
  }

  @Test
  void bytesAreStoredAsBytes() {
    byte[] pixels = new byte[1000];
    Arrays.fill(pixels, (byte) 200);
    List<Row> rows = Collections.nCopies(100, row(pixels, 0.0));
    TrainingColumns columns =
        new TrainingColumns(reader(1000), "label", 3, null, null, Vocabularies.NONE);
    try (TrainingCache cache =
        TrainingCache.of(
            LocalSpark.partitions(schema(DataTypes.BinaryType), List.of(rows)),
            columns,
            1,
            "test",
            new JobDescription(context, "test"))) {
      assertTrue(cache.storedBytes() < 100 * 1020, cache.storedBytes() + " bytes");
    }
  }

  @Test
  void onlyRowsThatAreMostlyZerosStaySparse() {
    Stream<Object> few =
        IntStream.range(0, 100)
            .mapToObj(i -> Vectors.sparse(100, new int[] {i}, new double[] {i + 1}));
    assertTrue(isSparse(few));
    int[] all = IntStream.range(0, 50).toArray();
    Stream<Object> half =
        IntStream.range(0, 100)
            .mapToObj(i -> Vectors.sparse(100, all, IntStream.of(all).asDoubleStream().toArray()));
    assertFalse(isSparse(half));
    assertFalse(isSparse(IntStream.range(0, 100).mapToObj(i -> Vectors.dense(new double[100]))));
  }

  /** Cache, first layer and its weight gradient work on the stored values alone. */
  @Test
  void sparseRowsAreNeverFilledUpWithZeros() {
    int width = 10_000;
    int stored = 5;
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      int[] indices = IntStream.range(i, i + stored).toArray();
      rows.add(row(Vectors.sparse(width, indices, new double[] {1, 2, 3, 4, 5}), i % 3 * 1.0));
    }
    String network = Network.input(width).dense(8).relu().dense(3).toJson();
    TrainingColumns columns =
        new TrainingColumns(reader(width), "label", 3, null, null, Vocabularies.NONE);
    Dataset<Row> dataset = LocalSpark.partitions(schema(SQLDataTypes.VectorType()), List.of(rows));
    try (TrainingCache cache =
        TrainingCache.of(dataset, columns, 1, "test", new JobDescription(context, "test"))) {
      assertTrue(cache.storedBytes() < 64 * 100, cache.storedBytes() + " bytes");
      List<Long> flops =
          cache
              .map(
                  partition -> {
                    Graph graph = Network.fromJson(network).lower();
                    boolean sparse = partition.training().shard().isSparse();
                    Engine engine =
                        LocalRounds.engines(graph, TrainingOptions.DEFAULTS, 64, sparse).get();
                    ShardWorker worker = new ShardWorker(graph, engine, () -> false);
                    float[] parameters = new float[graph.parameterCount()];
                    worker.fullGradient(
                        partition.training(), parameters, new GradientSum(parameters.length));
                    return engine.counters().flops();
                  })
              .collect();
      SparseCost cost = new SparseCost(BackwardPlan.of(Network.fromJson(network).lower(), true));
      assertEquals(List.of(cost.flops(64, 64 * stored)), flops);
      assertTrue(flops.get(0) < 64 * width, flops + " operations, fewer than there are features");
    }
  }

  static List<Arguments> badRows() {
    Object good = Vectors.dense(1, 2, 3);
    String noLabel = "; index it with StringIndexer, or widen the last layer";
    return List.of(
        Arguments.of(
            row(good, 7.0),
            "labels must be integers in [0, 3), found 7.0 in column \"label\"" + noLabel),
        Arguments.of(
            row(good, 3.0),
            "labels must be integers in [0, 3), found 3.0 in column \"label\"" + noLabel),
        Arguments.of(
            row(good, -1.0),
            "labels must be integers in [0, 3), found -1.0 in column \"label\"" + noLabel),
        Arguments.of(
            row(good, 0.5),
            "labels must be integers in [0, 3), found 0.5 in column \"label\"" + noLabel),
        Arguments.of(
            row(good, Double.NaN),
            "labels must be integers in [0, 3), found NaN in column \"label\"" + noLabel),
        Arguments.of(
            row(good, null),
            "labels must be integers in [0, 3), found null in column \"label\"" + noLabel),
        Arguments.of(row(null, 0.0), "expected 3 features, found null in column \"features\""),
        Arguments.of(
            row(Vectors.dense(1, 2), 0.0), "expected 3 features, found 2 in column \"features\""),
        Arguments.of(
            row(Vectors.sparse(4, new int[] {1}, new double[] {1}), 0.0),
            "expected 3 features, found 4 in column \"features\""),
        Arguments.of(
            row(Vectors.dense(1, Double.NaN, 3), 0.0),
            "features must be finite float32 numbers, found NaN at index 1 in column \"features\""),
        Arguments.of(
            row(Vectors.dense(1, 2, 1e39), 0.0),
            "features must be finite float32 numbers, found 1.0E39 at index 2 in column"
                + " \"features\""),
        Arguments.of(
            row(Vectors.sparse(3, new int[] {2}, new double[] {Double.NEGATIVE_INFINITY}), 0.0),
            "features must be finite float32 numbers, found -Infinity at index 2 in column"
                + " \"features\""),
        Arguments.of(
            row(good, 0.0, -1.0, false),
            "weights must be finite numbers of at least 0, found -1.0 in column \"weight\""),
        Arguments.of(
            row(good, 0.0, Double.NaN, false),
            "weights must be finite numbers of at least 0, found NaN in column \"weight\""),
        Arguments.of(
            row(good, 0.0, Double.POSITIVE_INFINITY, false),
            "weights must be finite numbers of at least 0, found Infinity in column \"weight\""),
        Arguments.of(
            row(good, 0.0, null, false),
            "weights must be finite numbers of at least 0, found null in column \"weight\""),
        Arguments.of(
            row(good, 0.0, 1.0, null),
            "validation indicators must be true or false, found null in column \"check\""));
  }

  @ParameterizedTest
  @MethodSource("badRows")
  void aBadRowIsReportedWithItsColumnAndValue(Row bad, String message) {
    List<Row> good = List.of(row(Vectors.dense(1, 2, 3), 0.0), row(Vectors.dense(4, 5, 6), 1.0));
    Dataset<Row> dataset =
        LocalSpark.partitions(
            schema(SQLDataTypes.VectorType()), List.of(good, List.of(good.get(0), bad), good));
    Exception e = assertThrows(IllegalArgumentException.class, () -> cache(dataset));
    assertEquals(message, e.getMessage());
  }

  @Test
  void anElementThatIsNullIsReported() {
    Dataset<Row> dataset =
        LocalSpark.partitions(
            schema(DataTypes.createArrayType(DataTypes.FloatType)),
            List.of(List.of(row(new Float[] {1f, null, 2f}, 0.0))));
    Exception e = assertThrows(IllegalArgumentException.class, () -> cache(dataset));
    assertEquals(
        "features must be numbers, found null at index 1 in column \"features\"", e.getMessage());
  }

  @Test
  void thereMustBeRowsToTrainOn() {
    StructType schema = schema(SQLDataTypes.VectorType());
    Dataset<Row> empty = LocalSpark.partitions(schema, List.of(List.of(), List.of()));
    assertEquals(
        "the dataset has no rows to train on, none has false in column \"check\"",
        assertThrows(IllegalArgumentException.class, () -> cache(empty)).getMessage());
    Dataset<Row> weightless =
        LocalSpark.partitions(
            schema, List.of(List.of(row(Vectors.dense(1, 2, 3), 0.0, 0.0, false))));
    assertEquals(
        "at least one weight must be above 0, all are 0 in column \"weight\"",
        assertThrows(IllegalArgumentException.class, () -> cache(weightless)).getMessage());
  }

  private static StructType schema(DataType features) {
    return new StructType()
        .add("features", features)
        .add("label", DataTypes.DoubleType)
        .add("weight", DataTypes.DoubleType)
        .add("check", DataTypes.BooleanType);
  }

  private static Row row(Object features, Double label) {
    return row(features, label, 1.0, false);
  }

  private static Row row(Object features, Double label, Double weight, Boolean validation) {
    return RowFactory.create(features, label, weight, validation);
  }

  private TrainingCache cache(Dataset<Row> dataset) {
    return TrainingCache.of(dataset, COLUMNS, 1, "test", new JobDescription(context, "test"));
  }

  private List<List<Float>> features(DataType type, Stream<?> features) {
    List<Row> rows = features.map(f -> row(f, 0.0)).toList();
    try (TrainingCache cache = cache(LocalSpark.partitions(schema(type), List.of(rows)))) {
      return features(cache);
    }
  }

  private static List<List<Float>> features(TrainingCache cache) {
    return cache
        .map(
            partition -> {
              Shard shard = partition.training().shard();
              float[] values = new float[shard.rows() * shard.width()];
              shard.gather(IntStream.range(0, shard.rows()).toArray(), 0, shard.rows(), values, 0);
              List<Float> list = new ArrayList<>();
              for (float value : values) {
                list.add(value);
              }
              return list;
            })
        .collect();
  }

  private boolean isSparse(Stream<Object> features) {
    List<Row> rows = features.map(f -> row(f, 0.0)).toList();
    TrainingColumns wide =
        new TrainingColumns(reader(100), "label", 3, null, null, Vocabularies.NONE);
    Dataset<Row> dataset = LocalSpark.partitions(schema(SQLDataTypes.VectorType()), List.of(rows));
    try (TrainingCache cache =
        TrainingCache.of(dataset, wide, 1, "test", new JobDescription(context, "test"))) {
      List<Boolean> sparse =
          cache.map(partition -> partition.training().shard().isSparse()).collect();
      assertEquals(1, sparse.size());
      return sparse.get(0);
    }
  }

  private static Float[] floats(double[] values) {
    Float[] floats = new Float[values.length];
    for (int i = 0; i < values.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }

  @Test
  void theCallersJobDescriptionAndGroupComeBack() {
    context.setJobGroup("mine", "my description", false);
    try {
      Dataset<Row> dataset =
          LocalSpark.partitions(
              schema(SQLDataTypes.VectorType()),
              List.of(List.of(row(Vectors.dense(1, 2, 3), 0.0))));
      cache(dataset).close();
      assertArrayEquals(
          new String[] {"mine", "my description"},
          new String[] {
            context.getLocalProperty("spark.jobGroup.id"),
            context.getLocalProperty("spark.job.description")
          });
    } finally {
      context.clearJobGroup();
    }
  }
}
