package io.github.secateur.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.secateur.nn.Network;
import io.github.secateur.train.StepRecord;
import io.github.secateur.train.TrainingListener;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever happens to tasks, executors and workers in the middle of a fit, it ends, and with the
 * weights of a fit to which nothing happened, bit for bit.
 */
@Tag("cluster")
@Timeout(value = 600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FaultsTest {
  private static final Network NETWORK =
      Network.input(4).scale(0.5f).dense(8).batchNorm().relu().dropout(0.2f).dense(3);
  private static final Map<String, String> SPECULATION =
      Map.of("spark.speculation", "true", "spark.speculation.interval", "100ms");

  private static Vector expected;

  @TempDir private Path folder;

  @BeforeAll
  static void fitWithoutFaults() {
    LocalSpark.session(2);
    expected = classifier().fit(data()).weights();
  }

  @AfterAll
  static void stop() {
    LocalSpark.stop();
  }

  private static NeuralNetworkClassifier classifier() {
    return new NeuralNetworkClassifier()
        .setNetwork(NETWORK)
        .setSeed(7)
        .setMaxIter(3)
        .setBatchSize(32)
        .setWeightCol("weight")
        .setValidationIndicatorCol("check");
  }

  private static List<List<Row>> rows() {
    return TestData.dealt(TestData.clusters(300), 7, 3);
  }

  private static Dataset<Row> data() {
    return LocalSpark.partitions(TestData.SCHEMA, rows());
  }

  private static Vector fit(Dataset<Row> data, TrainingListener listener) {
    return classifier().setTrainingListener(listener).fit(data).weights();
  }

  @Test
  void anExecutorKilledInMidEpoch() {
    ClusterSpark.session(2, 1, SPECULATION);
    TrainingListener killer =
        Faults.at(1, 4, () -> assertTrue(ClusterSpark.executors().get(0).destroyForcibly()));
    assertEquals(expected, fit(data(), killer));
  }

  @Test
  void allExecutorsKilledAtOnce() {
    ClusterSpark.session(2, 1, SPECULATION);
    TrainingListener killer =
        Faults.at(1, 4, () -> ClusterSpark.executors().forEach(ProcessHandle::destroyForcibly));
    assertEquals(expected, fit(data(), killer));
  }

  @Test
  void lostCacheBlocks() {
    SparkSession session = ClusterSpark.session(2, 1, SPECULATION);
    assertEquals(
        expected,
        fit(data(), Faults.at(1, 4, () -> Faults.loseCachedBlocks(session.sparkContext()))));
  }

  @Test
  void aTaskThatFailsTwice() {
    SparkSession session = ClusterSpark.session(2, 1, SPECULATION);
    Dataset<Row> data = Faults.fragile(session, rows(), folder);
    TrainingListener fault =
        Faults.at(
            1,
            4,
            () -> {
              Faults.mark(folder, "fail");
              Faults.loseCachedBlocks(session.sparkContext());
            });
    assertEquals(expected, fit(data, fault));
    assertTrue(Files.exists(folder.resolve("failed-0")));
    assertTrue(Files.exists(folder.resolve("failed-1")));
  }

  @Test
  void dynamicAllocationDownToOneExecutor() {
    SparkSession session =
        ClusterSpark.session(
            2,
            1,
            Map.of(
                "spark.dynamicAllocation.enabled", "true",
                "spark.dynamicAllocation.shuffleTracking.enabled", "true",
                "spark.dynamicAllocation.initialExecutors", "2",
                "spark.dynamicAllocation.minExecutors", "1",
                "spark.dynamicAllocation.executorIdleTimeout", "1s",
                "spark.dynamicAllocation.cachedExecutorIdleTimeout", "1s",
                "spark.executor.cores", "1"));
    int[] least = {Integer.MAX_VALUE};
    TrainingListener idle =
        Faults.at(
            1,
            4,
            () -> {
              for (int i = 0; i < 150 && least[0] > 1; i++) {
                Pause.millis(200);
                least[0] = session.sparkContext().getExecutorIds().size();
              }
            });
    assertEquals(expected, fit(data(), idle));
    assertEquals(1, least[0]);
  }

  @Test
  void aSlowTaskThatIsRunTwiceAndAWorkerKilledInMidEpoch() {
    try (StandaloneCluster cluster = new StandaloneCluster(2, 1, folder)) {
      SparkSession session =
          LocalSpark.session(cluster.master(), ClusterSpark.settings(SPECULATION));
      Dataset<Row> data = Faults.fragile(session, rows(), folder);
      TrainingListener slow =
          Faults.at(
              1,
              4,
              () -> {
                Faults.mark(folder, "slow");
                Faults.loseCachedBlocks(session.sparkContext());
              });
      assertEquals(expected, fit(data, slow));
      assertTrue(Files.exists(folder.resolve("slow-0")));
      assertTrue(Files.exists(folder.resolve("slow-1")), "a second copy was started");
      assertFalse(Files.exists(folder.resolve("slow-end")), "nobody waited for the first");
      assertEquals(expected, fit(data(), Faults.at(1, 4, () -> cluster.killWorker(0))));
      LocalSpark.stop();
    }
  }

  /** {@code -Dsecateur.kills.runs=20} for more, {@code -Dsecateur.kills.seed=…} for others. */
  @Test
  @Timeout(value = 1200, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void randomKills() {
    int runs = Integer.getInteger("secateur.kills.runs", 2);
    long seed = Long.getLong("secateur.kills.seed", System.nanoTime());
    System.out.printf(Locale.ROOT, "random kills: %d runs, -Dsecateur.kills.seed=%d%n", runs, seed);
    Random random = new Random(seed);
    ClusterSpark.session(2, 1, SPECULATION);
    int kills = 0;
    for (int run = 1; run <= runs; run++) {
      RandomKills killer = new RandomKills(random.nextLong());
      long start = System.nanoTime();
      assertEquals(expected, fit(data(), killer), "run " + run);
      double seconds = (System.nanoTime() - start) / 1e9;
      assertTrue(seconds < 300, String.format(Locale.ROOT, "run %d took %.0f s", run, seconds));
      System.out.printf(Locale.ROOT, "run %d: %d kills, %.1f s%n", run, killer.kills, seconds);
      kills += killer.kills;
    }
    assertFalse(kills == 0);
  }

  /** Kills one of the executors, at random moments. */
  private static final class RandomKills implements TrainingListener {
    private final Random random;
    private int kills;

    RandomKills(long seed) {
      random = new Random(seed);
    }

    @Override
    public void step(StepRecord step) {
      boolean last = step.step().number() == 20; // at least one in each run
      if (kills < 3 && random.nextInt(12) == 0 || kills == 0 && last) {
        List<ProcessHandle> executors = ClusterSpark.executors();
        if (!executors.isEmpty()) {
          kills++;
          int delay = random.nextInt(40);
          ProcessHandle victim = executors.get(random.nextInt(executors.size()));
          // in the middle of a round, not only between two
          new Thread(
                  () -> {
                    Pause.millis(delay);
                    victim.destroyForcibly();
                  })
              .start();
        }
      }
    }
  }
}
