package io.github.secateur.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.secateur.train.StepRecord;
import io.github.secateur.train.TrainingListener;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.RDDInfo;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;

/** A training set larger than all memory of the executors. */
@Tag("cluster")
@Timeout(value = 600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LargeTrainingSetTest {
  private static final int WIDTH = 1024;
  private static final int PARTITIONS = 40;
  private static final int ROWS_OF_PARTITION = 3800;
  private static final long EXECUTOR_BYTES = 512L << 20;

  private static Vector first;

  @AfterAll
  static void stop() {
    LocalSpark.stop();
  }

  private static Dataset<Row> data(SparkSession session) {
    JavaRDD<Row> rows =
        JavaSparkContext.fromSparkContext(session.sparkContext())
            .parallelize(IntStream.range(0, PARTITIONS).boxed().toList(), PARTITIONS)
            .flatMap(
                partition -> {
                  Random random = new Random(partition);
                  return IntStream.range(0, ROWS_OF_PARTITION)
                      .mapToObj(i -> row(random))
                      .iterator();
                });
    return session.createDataFrame(rows, TestData.SCHEMA);
  }

  private static Row row(Random random) {
    int label = random.nextInt(3);
    double[] features = new double[WIDTH];
    int seed = random.nextInt();
    for (int f = 0; f < WIDTH; f++) {
      seed = seed * 1664525 + 1013904223;
      // no integers: they would be stored as bytes
      features[f] = (seed >>> 8) * 0x1.0p-24 + (f % 3 == label ? 0.1 : 0);
    }
    return RowFactory.create(Vectors.dense(features), (double) label, 1.0, false);
  }

  @RepeatedTest(3)
  void itSpillsAndTrainsAndIsReleased() {
    SparkSession session =
        LocalSpark.session(
            "local-cluster[1,2,1024]",
            ClusterSpark.settings(Map.of("spark.executor.memory", "512m")));
    long[] cachedBytes = new long[2];
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void step(StepRecord step) {
            RDDInfo[] cached = session.sparkContext().getRDDStorageInfo();
            assertEquals(1, cached.length, "cached once");
            cachedBytes[0] = cached[0].memSize();
            cachedBytes[1] = cached[0].diskSize();
          }
        };
    NeuralNetworkClassificationModel model =
        new NeuralNetworkClassifier()
            .setLayers(new int[] {WIDTH, 3})
            .setMaxIter(1)
            .setBatchSize(20_000)
            .setTrainingListener(listener)
            .fit(data(session));
    assertTrue(cachedBytes[0] + cachedBytes[1] > EXECUTOR_BYTES, "larger than the executor");
    assertTrue(cachedBytes[1] > EXECUTOR_BYTES / 2, "most of it is on disk");
    assertEquals(0, session.sparkContext().getRDDStorageInfo().length);
    assertTrue(session.sparkContext().getPersistentRDDs().isEmpty());
    first = first == null ? model.weights() : first;
    assertEquals(first, model.weights());
  }
}
