package io.github.secateur.spark;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A fit ends wherever it stands: in driver code, between two jobs, in a job. */
class CancellationTest {
  private static final int MOMENTS = 2;
  private static final int MILLIS = 1200;

  @TempDir private Path folder;

  /** How a fit is told to end. */
  enum Way {
    /** Holds for jobs that start later, too. */
    GROUP_AND_FUTURE_JOBS,
    /** Between two jobs Spark finds nothing to cancel, so that it must be said again. */
    GROUP,
    /** As for groups. */
    TAG,
    /** As for groups. */
    ALL,
    INTERRUPTION;

    boolean isSaidAgain() {
      return this == GROUP || this == TAG || this == ALL;
    }

    void tell(SparkContext context, String name, Thread fit) {
      switch (this) {
        case GROUP_AND_FUTURE_JOBS -> context.cancelJobGroupAndFutureJobs(name);
        case GROUP -> context.cancelJobGroup(name);
        case TAG -> context.cancelJobsWithTag(name);
        case ALL -> context.cancelAllJobs();
        case INTERRUPTION -> fit.interrupt();
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "GROUP_AND_FUTURE_JOBS,true",
    "GROUP,true",
    "INTERRUPTION,true",
    "GROUP_AND_FUTURE_JOBS,false",
    "TAG,false",
    "ALL,false",
    "INTERRUPTION,false"
  })
  @Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void aFitEndsAtAnyMoment(Way way, boolean stepsInOneJob) throws InterruptedException {
    LocalSpark.session(2, Map.of("spark.secateur.stepsInOneJob", Boolean.toString(stepsInOneJob)));
    Dataset<Row> data =
        LocalSpark.partitions(TestData.SCHEMA, TestData.dealt(TestData.clusters(300), 3));
    SparkContext context = data.sparkSession().sparkContext();
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int i = 0; i < MOMENTS; i++) {
      String name = "cancelled-" + UUID.randomUUID();
      NeuralNetworkClassifier endless =
          new NeuralNetworkClassifier()
              .setLayers(new int[] {4, 64, 64, 3})
              .setSolver(i % 2 == 0 ? "adam" : "l-bfgs")
              .setFrozenLayers(i < 1 ? new String[] {"dense_1"} : new String[0])
              .setClassWeighting("balanced")
              .setMaxIter(1_000_000)
              .setTol(0)
              .setCheckpointDir(folder.resolve(name).toString())
              .setCheckpointInterval(1);
      FutureTask<?> fit =
          new FutureTask<>(
              () -> {
                context.setJobGroup(name, "a fit to cancel", false);
                context.addJobTag(name);
                return endless.fit(data);
              });
      Thread thread = new Thread(fit, "fit to cancel");
      int moment = i == 0 ? random.nextInt(20) : random.nextInt(MILLIS);
      String what = way + " after " + moment + " ms, seed " + seed;
      thread.start();
      Pause.millis(moment);
      if (!thread.isAlive()) {
        continue; // L-BFGS may find no better weights at all
      }
      way.tell(context, name, thread);
      for (int wait = 0; wait < 1000 && thread.isAlive(); wait++) {
        thread.join(20);
        if (way.isSaidAgain()) {
          way.tell(context, name, thread);
        }
      }
      assertFalse(thread.isAlive(), "runs on: " + what);
      assertThrows(ExecutionException.class, fit::get, what);
      assertTrue(context.getPersistentRDDs().isEmpty(), what);
    }
  }
}
