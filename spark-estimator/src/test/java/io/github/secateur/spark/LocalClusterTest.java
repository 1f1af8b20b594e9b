package io.github.secateur.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.github.secateur.nn.Network;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerStageSubmitted;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Executors in JVMs of their own give the weights of one JVM, bit for bit. */
@Tag("cluster")
@Timeout(value = 600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LocalClusterTest {
  private static final Network NETWORK =
      Network.input(4).scale(0.5f).dense(8).batchNorm().relu().dropout(0.2f).dense(3);

  private static Vector minibatches;
  private static Vector fullBatches;
  private static Vector averages;

  private static NeuralNetworkClassifier classifier() {
    return new NeuralNetworkClassifier()
        .setNetwork(NETWORK)
        .setSeed(7)
        .setMaxIter(3)
        .setBatchSize(32)
        .setWeightCol("weight")
        .setValidationIndicatorCol("check");
  }

  private static Dataset<Row> data() {
    return LocalSpark.partitions(TestData.SCHEMA, TestData.dealt(TestData.clusters(300), 7, 3));
  }

  @BeforeAll
  static void fitInOneJvm() {
    LocalSpark.session(2);
    minibatches = classifier().fit(data()).weights();
    fullBatches = classifier().setSolver("l-bfgs").fit(data()).weights();
    averages = classifier().setLocalSteps(3).fit(data()).weights();
    assertNotEquals(minibatches, averages);
  }

  @AfterAll
  static void stop() {
    LocalSpark.stop();
  }

  @Test
  void twoExecutorsGiveTheBitsOfOneJvm() {
    ClusterSpark.session(
        2, 1, Map.of("spark.serializer", "org.apache.spark.serializer.KryoSerializer"));
    NeuralNetworkClassificationModel model = classifier().fit(data());
    assertEquals(minibatches, model.weights());
    assertEquals(2, ClusterSpark.executors().size());
    assertEquals(averages, classifier().setLocalSteps(3).fit(data()).weights());
    assertEquals(fullBatches, classifier().setSolver("l-bfgs").fit(data()).weights());
    assertEquals(300, model.transform(data()).filter("prediction >= 0").count());
  }

  @ParameterizedTest(name = "taskPerExecutor {0}: {1} tasks in a round")
  @CsvSource({"true,2", "false,4"})
  void shardsOfAnExecutorGoTogether(boolean taskPerExecutor, int tasks) {
    SparkSession session =
        ClusterSpark.session(
            2,
            2,
            Map.of(
                "spark.executor.cores",
                "2",
                "spark.secateur.taskPerExecutor",
                Boolean.toString(taskPerExecutor)));
    List<Integer> tasksOfRounds = new CopyOnWriteArrayList<>();
    SparkListener listener =
        new SparkListener() {
          @Override
          public void onStageSubmitted(SparkListenerStageSubmitted submitted) {
            String what = submitted.properties().getProperty("spark.job.description", "");
            if (what.contains("epoch")) {
              tasksOfRounds.add(submitted.stageInfo().numTasks());
            }
          }
        };
    session.sparkContext().addSparkListener(listener);
    assertEquals(minibatches, classifier().fit(data()).weights());
    assertEquals(averages, classifier().setLocalSteps(3).fit(data()).weights());
    LocalSpark.awaitListeners();
    session.sparkContext().removeSparkListener(listener);
    // executors may come late to the first fit, and cache nothing
    assertEquals(tasks, tasksOfRounds.get(tasksOfRounds.size() - 1));
  }
}
