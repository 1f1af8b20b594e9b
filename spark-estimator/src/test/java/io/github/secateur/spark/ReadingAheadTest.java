package io.github.secateur.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.secateur.nn.Network;
import io.github.secateur.spark.prediction.InferenceEngines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Observation;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.LongAccumulator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Batches read rows ahead of those that a query asks for, and nobody can tell. */
class ReadingAheadTest {
  private static final Network NETWORK = Network.input(2).dense(5).relu().dense(2);
  private static final StructType SCHEMA =
      new StructType()
          .add("id", DataTypes.IntegerType, false)
          .add("features", SQLDataTypes.VectorType());

  private final SparkSession spark = LocalSpark.session(2);

  private static NeuralNetworkClassificationModel model() {
    return new NeuralNetworkClassificationModel(
        "model", new InferenceEngines(NETWORK, NETWORK.initialParameters(4)));
  }

  /** Rows of which one may have a feature too few. */
  private static List<Row> rows(int count, int bad) {
    List<Row> rows = new ArrayList<>();
    for (int id = 0; id < count; id++) {
      double[] features = {Math.sin(id), Math.cos(3 * id)};
      rows.add(
          RowFactory.create(id, Vectors.dense(id == bad ? Arrays.copyOf(features, 1) : features)));
    }
    return rows;
  }

  private static Dataset<Row> onePartition(int count, int bad) {
    return LocalSpark.partitions(SCHEMA, List.of(rows(count, bad)));
  }

  @Test
  void eachRowKnowsItsFile(@TempDir Path folder) throws IOException {
    for (int file = 0; file < 8; file++) {
      StringBuilder lines = new StringBuilder();
      for (int i = 0; i < 3; i++) {
        lines.append("{\"file\":\"part-").append(file).append("\",\"features\":[1,").append(i);
        lines.append("]}\n");
      }
      Files.writeString(folder.resolve("part-" + file + ".json"), lines);
    }
    Dataset<Row> files =
        spark.read().schema("file string, features array<double>").json(folder.toString());
    Dataset<Row> found =
        model()
            .transform(files)
            .where("prediction >= 0")
            .withColumn("path", functions.input_file_name())
            .withColumn("start", functions.expr("input_file_block_start()"))
            .withColumn("length", functions.expr("input_file_block_length()"));
    assertTrue(found.rdd().getNumPartitions() < 8, "files share partitions");
    List<Row> all = found.collectAsList();
    assertEquals(24, all.size());
    for (Row row : all) {
      String file = row.<String>getAs("file") + ".json";
      assertTrue(row.<String>getAs("path").endsWith("/" + file), row.toString());
      assertEquals(0L, row.<Long>getAs("start"));
      assertEquals(Files.size(folder.resolve(file)), row.<Long>getAs("length"));
    }
  }

  @Test
  void aRowThatNobodyAsksForDoesNotFail() {
    Dataset<Row> predicted = model().transform(onePartition(40, 7));
    assertEquals(0, predicted.first().getInt(0));
    assertEquals(7, predicted.limit(7).collectAsList().size());
    assertEquals(3, predicted.where("prediction >= 0").limit(3).collectAsList().size());
    assertEquals(5, predicted.toJavaRDD().take(5).size());
    Exception e = assertThrows(Exception.class, () -> predicted.limit(8).collectAsList());
    assertTrue(e.toString().contains("expected 2 features, found 1"), e.toString());
    e = assertThrows(Exception.class, predicted::collectAsList);
    assertTrue(e.toString().contains("expected 2 features, found 1"), e.toString());
  }

  @Test
  void functionsOfTheUserRunForRowsThatAreAskedFor() {
    LongAccumulator calls = spark.sparkContext().longAccumulator();
    UDF1<Integer, Integer> function =
        id -> {
          calls.add(1);
          return id;
        };
    UserDefinedFunction counting =
        functions.udf(function, DataTypes.IntegerType).asNondeterministic();
    Dataset<Row> counted =
        onePartition(50, -1).withColumn("counted", counting.apply(functions.col("id")));
    Dataset<Row> predicted = model().transform(counted);
    assertEquals(3, predicted.limit(3).collectAsList().size());
    assertEquals(3, calls.value());
    calls.reset();
    List<Row> last = predicted.where("prediction = 1").limit(3).collectAsList();
    assertEquals(last.get(2).getInt(0) + 1L, calls.value());
    calls.reset();
    assertEquals(50, predicted.collectAsList().size());
    assertEquals(50, calls.value());

    // the same over rows of Spark's own, in which only the function is code of the user
    calls.reset();
    Dataset<Row> range =
        spark
            .range(0, 50, 1, 1)
            .selectExpr("cast(id as int) id", "array(sin(id), cos(id)) features")
            .withColumn("counted", counting.apply(functions.col("id")));
    last = model().transform(range).where("prediction = 1").limit(3).collectAsList();
    assertEquals(last.get(2).getInt(0) + 1L, calls.value());
  }

  @Test
  void observationsTailsAndRddsSeeEachRowOnce() throws InterruptedException {
    Dataset<Row> data = onePartition(50, -1);
    for (boolean adaptive : new boolean[] {false, true}) {
      spark.conf().set("spark.sql.adaptive.enabled", adaptive);
      try {
        Observation below = new Observation();
        Observation above = new Observation();
        Dataset<Row> predicted =
            model()
                .transform(data.observe(below, functions.count(functions.lit(1)).as("rows")))
                .observe(
                    above,
                    functions.count(functions.lit(1)).as("rows"),
                    functions.sum("prediction").as("ones"));
        List<Row> all = predicted.collectAsList();
        double ones = all.stream().mapToDouble(row -> row.<Double>getAs("prediction")).sum();
        assertEquals(Map.of("rows", 50L), below.getAsJava());
        assertEquals(Map.of("rows", 50L, "ones", ones), above.getAsJava());
        assertEquals(all.subList(41, 50), List.of((Row[]) model().transform(data).tail(9)));
        assertEquals(all, model().transform(data).toJavaRDD().collect());
        List<Row> sorted = model().transform(data).orderBy("prediction", "id").collectAsList();
        assertEquals(
            all.stream().filter(r -> r.<Double>getAs("prediction") == 0).toList(),
            sorted.subList(0, (int) (50 - ones)));
      } finally {
        spark.conf().unset("spark.sql.adaptive.enabled");
      }
    }
  }

  @Test
  void columnsOfEveryTypePassByInRowsOfMegabytes() {
    Dataset<Row> wide =
        onePartition(60, -1)
            .selectExpr(
                "id",
                "features",
                "cast(id as byte) as b",
                "cast(id as short) as s",
                "cast(id as float) as f",
                "id % 2 = 0 as flag",
                "cast(id as decimal(38, 10)) as large",
                "cast(id as decimal(9, 2)) as small",
                "date_add(date'2020-01-01', id) as day",
                "timestamp_seconds(id) as time",
                "cast(timestamp_seconds(id) as timestamp_ntz) as local",
                "make_dt_interval(id) as days",
                "make_ym_interval(id) as months",
                "make_interval(0, id) as interval",
                "cast(null as void) as nothing",
                "if(id % 3 = 0, null, repeat(cast(id as string), id * 20000)) as text",
                "cast(repeat('x', id * 1000) as binary) as bytes",
                "sequence(0L, id * 1000L) as numbers",
                "map(cast(id as string), array(id, null)) as lookup",
                "named_struct('a', id, 'b', named_struct('c', cast(id as string))) as nested",
                "array(named_struct('v', features)) as vectors",
                "parse_json(concat('[', id, ']')) as json");
    Dataset<Row> narrow = onePartition(60, -1);
    List<Row> expected = model().transform(narrow).select("prediction").collectAsList();
    Dataset<Row> predicted = model().transform(wide);
    assertEquals(expected, predicted.select("prediction").collectAsList());
    List<Row> found = predicted.collectAsList();
    List<Row> same = wide.collectAsList();
    for (int i = 0; i < 60; i++) {
      for (String column : wide.columns()) {
        Object value = same.get(i).getAs(column);
        Object other = found.get(i).getAs(column);
        if (value instanceof byte[] bytes) {
          assertTrue(Arrays.equals(bytes, (byte[]) other), column);
        } else {
          assertEquals(String.valueOf(value), String.valueOf(other), column);
        }
      }
      assertEquals(expected.get(i).get(0), found.get(i).getAs("prediction"));
    }
  }
}
