package io.github.secateur.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.secateur.graph.Graph;
import io.github.secateur.nn.Network;
import io.github.secateur.plan.TrainingPlan;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerBlockUpdated;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.BlockUpdatedInfo;
import org.junit.jupiter.api.Test;

/** What a round sends, as Spark reports it, is what the plan says: trainable weights only. */
class RoundBytesTest {
  private static final int PARTITIONS = 3;
  private static final Network NETWORK =
      Network.input(4).dense(300).frozen().relu().dense(300).relu().dense(300).frozen().dense(3);

  /** Collects the sizes of task results and of broadcast pieces. */
  private static final class Bytes extends SparkListener {
    final List<Long> results = new CopyOnWriteArrayList<>();
    final Map<String, Long> broadcasts = new ConcurrentHashMap<>();

    @Override
    public void onTaskEnd(SparkListenerTaskEnd end) {
      results.add(end.taskMetrics().resultSize());
    }

    @Override
    public void onBlockUpdated(SparkListenerBlockUpdated updated) {
      BlockUpdatedInfo info = updated.blockUpdatedInfo();
      String name = info.blockId().name();
      boolean added = info.storageLevel().isValid();
      if (added && name.startsWith("broadcast_") && name.contains("_piece")) {
        broadcasts.merge(
            name.replaceFirst("_piece.*", ""), info.memSize() + info.diskSize(), Long::sum);
      }
    }
  }

  @Test
  void broadcastAndResultsCarryTheTrainableWeightsOnly() {
    SparkSession session =
        LocalSpark.session(
            2,
            Map.of("spark.secateur.stepsInOneJob", "false", "spark.broadcast.compress", "false"));
    Dataset<Row> data =
        LocalSpark.partitions(TestData.SCHEMA, TestData.dealt(TestData.clusters(300), PARTITIONS));
    Graph graph = NETWORK.lower();
    long planned = 4L * TrainingPlan.of(graph).roundFloats();
    assertTrue(planned < 4L * graph.parameterCount() * 0.6, "much is frozen");

    Bytes bytes = new Bytes();
    session.sparkContext().addSparkListener(bytes);
    int steps = 10;
    new NeuralNetworkClassifier()
        .setNetwork(NETWORK)
        .setMaxIter(1)
        .setBatchSize(30)
        .setFolding(false)
        .fit(data);
    LocalSpark.awaitListeners();
    session.sparkContext().removeSparkListener(bytes);

    List<Long> gradients = bytes.results.stream().filter(size -> size > planned / 2).toList();
    assertEquals(steps * PARTITIONS, gradients.size());
    gradients.forEach(size -> assertEquals(1.0, (double) size / planned, 0.05));
    List<Long> states =
        bytes.broadcasts.values().stream()
            .filter(size -> size > planned / 2 && size < 4L * graph.parameterCount())
            .toList();
    assertEquals(steps, states.size());
    states.forEach(size -> assertEquals(1.0, (double) size / planned, 0.05));
    long frozenToo =
        bytes.broadcasts.values().stream()
            .filter(size -> size >= 4L * graph.parameterCount())
            .count();
    assertEquals(1, frozenToo, "frozen weights are sent once");
  }
}
