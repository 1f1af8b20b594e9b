package io.github.secateur.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.github.secateur.nn.Network;
import java.util.Map;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Executors in JVMs of their own give the weights of one JVM, bit for bit. */
@Tag("cluster")
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LocalClusterTest {
  private static final Network NETWORK =
      Network.input(4).scale(0.5f).dense(8).batchNorm().relu().dropout(0.2f).dense(3);

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

  @AfterAll
  static void stop() {
    LocalSpark.stop();
  }

  @Test
  void twoExecutorsGiveTheBitsOfOneJvm() {
    LocalSpark.session(2);
    Vector minibatches = classifier().fit(data()).weights();
    Vector fullBatches = classifier().setSolver("l-bfgs").fit(data()).weights();
    Vector averages = classifier().setLocalSteps(3).fit(data()).weights();
    assertNotEquals(minibatches, averages);
    ClusterSpark.session(
        2, 1, Map.of("spark.serializer", "org.apache.spark.serializer.KryoSerializer"));
    NeuralNetworkClassificationModel model = classifier().fit(data());
    assertEquals(minibatches, model.weights());
    assertEquals(2, ClusterSpark.executors().size());
    assertEquals(averages, classifier().setLocalSteps(3).fit(data()).weights());
    assertEquals(fullBatches, classifier().setSolver("l-bfgs").fit(data()).weights());
    assertEquals(300, model.transform(data()).filter("prediction >= 0").count());
  }
}
