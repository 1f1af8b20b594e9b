package io.github.secateur.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.secateur.train.StepRecord;
import io.github.secateur.train.TrainingListener;
import java.io.Serializable;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkEnv;
import org.apache.spark.SparkException;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.BlockId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import scala.Function1;
import scala.collection.Iterator;

/** A fit leaves nothing behind, and does not disturb its caller. */
class CleanupTest {
  private SparkContext context;
  private Dataset<Row> data;

  private void start(boolean stepsInOneJob) {
    LocalSpark.session(2, Map.of("spark.secateur.stepsInOneJob", Boolean.toString(stepsInOneJob)));
    data = LocalSpark.partitions(TestData.SCHEMA, TestData.dealt(TestData.clusters(100), 3));
    context = data.sparkSession().sparkContext();
  }

  private static NeuralNetworkClassifier classifier() {
    return new NeuralNetworkClassifier("fit")
        .setLayers(new int[] {4, 5, 3})
        .setMaxIter(3)
        .setBatchSize(20);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void noCachedPartitionsAndNoBroadcastsAreLeft(boolean stepsInOneJob) throws Exception {
    start(stepsInOneJob);
    Set<String> before = blocks();
    classifier().fit(data);
    assertNothingIsLeft(before);
    TrainingListener failing =
        new TrainingListener() {
          @Override
          public void step(StepRecord step) {
            throw new IllegalStateException("enough");
          }
        };
    NeuralNetworkClassifier doomed = classifier().setTrainingListener(failing);
    assertEquals(
        "enough", assertThrows(IllegalStateException.class, () -> doomed.fit(data)).getMessage());
    assertNothingIsLeft(before);
  }

  /**
   * Spark itself broadcasts each stage's code, and lets it go some time after it became garbage.
   */
  private void assertNothingIsLeft(Set<String> before) throws InterruptedException {
    assertTrue(context.getPersistentRDDs().isEmpty());
    Set<String> left = blocks();
    for (int i = 0; i < 100 && !before.containsAll(left); i++) {
      System.gc();
      Thread.sleep(100);
      left = blocks();
    }
    left.removeAll(before);
    assertEquals(Set.of(), left);
  }

  private static Set<String> blocks() {
    Function1<BlockId, Object> all = (Function1<BlockId, Object> & Serializable) block -> true;
    Set<String> names = new TreeSet<>();
    Iterator<BlockId> found =
        SparkEnv.get().blockManager().master().getMatchingBlockIds(all, true).iterator();
    while (found.hasNext()) {
      names.add(found.next().name());
    }
    return names;
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void jobsAreDescribedAndTheCallersPropertiesStay(boolean stepsInOneJob) {
    start(stepsInOneJob);
    Set<String> seen = new ConcurrentSkipListSet<>();
    SparkListener listener =
        new SparkListener() {
          @Override
          public void onJobStart(SparkListenerJobStart start) {
            Properties properties = start.properties();
            seen.add(
                String.join(
                    " | ",
                    // the loss is on all but the first: no step has been taken before it
                    properties
                        .getProperty("spark.job.description")
                        .replaceFirst(" loss [0-9]+\\.[0-9]{3}$", ""),
                    properties.getProperty("spark.jobGroup.id"),
                    properties.getProperty("mine")));
          }
        };
    context.addSparkListener(listener);
    context.setJobGroup("group", "what I do", false);
    context.setLocalProperty("mine", "kept");
    try {
      classifier().fit(data);
      LocalSpark.awaitListeners();
      assertEquals("what I do", context.getLocalProperty("spark.job.description"));
      assertEquals("group", context.getLocalProperty("spark.jobGroup.id"));
      Set<String> expected = new TreeSet<>(Set.of("fit: check and cache the training set"));
      for (int epoch = 1; epoch <= 3; epoch++) {
        for (int step = 1; step <= (stepsInOneJob ? 1 : 5); step++) {
          String steps = stepsInOneJob ? "from step" : "step";
          expected.add(String.format(Locale.ROOT, "fit: epoch %d/3 %s %d/5", epoch, steps, step));
        }
      }
      assertEquals(
          expected.stream().map(description -> description + " | group | kept").toList(),
          List.copyOf(seen));
    } finally {
      context.clearJobGroup();
      context.setLocalProperty("mine", null);
      context.removeSparkListener(listener);
    }
  }

  @Test
  void aFitWithoutAJobGroupIsOneAndTellsItsLoss() {
    start(false);
    Set<String> groups = new ConcurrentSkipListSet<>();
    Set<String> losses = new ConcurrentSkipListSet<>();
    SparkListener listener =
        new SparkListener() {
          @Override
          public void onJobStart(SparkListenerJobStart start) {
            groups.add(start.properties().getProperty("spark.jobGroup.id"));
            String description = start.properties().getProperty("spark.job.description");
            if (description.matches("fit: epoch 3/3 step 2/5 loss [0-9]\\.[0-9]{3}")) {
              losses.add(description);
            }
          }
        };
    context.addSparkListener(listener);
    classifier().fit(data);
    LocalSpark.awaitListeners();
    context.removeSparkListener(listener);
    assertEquals(Set.of("fit"), groups);
    assertEquals(1, losses.size());
    assertNull(context.getLocalProperty("spark.jobGroup.id"));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aFitThatIsCancelledByItsJobGroupLeavesNothing(boolean stepsInOneJob) {
    start(stepsInOneJob);
    TrainingListener cancelling =
        new TrainingListener() {
          @Override
          public void step(StepRecord step) {
            if (step.step().epoch() == 1) {
              context.cancelJobGroupAndFutureJobs("cancelled");
            }
          }
        };
    context.setJobGroup("cancelled", "a fit to cancel", false);
    try {
      Exception e =
          assertThrows(
              SparkException.class, () -> classifier().setTrainingListener(cancelling).fit(data));
      assertTrue(e.getMessage().contains("cancelled"), e.getMessage());
    } finally {
      context.clearJobGroup();
    }
    assertTrue(context.getPersistentRDDs().isEmpty());
  }

  /** One step that takes many seconds; Spark does not interrupt its thread, but tells the task. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  @Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void cancellingEndsAFitInTheMiddleOfAStep(boolean stepsInOneJob) {
    LocalSpark.session(2, Map.of("spark.secateur.stepsInOneJob", Boolean.toString(stepsInOneJob)));
    data = LocalSpark.partitions(TestData.SCHEMA, TestData.dealt(TestData.clusters(12_000), 3));
    context = data.sparkSession().sparkContext();
    SparkListener cancelling =
        new SparkListener() {
          @Override
          public void onJobStart(SparkListenerJobStart start) {
            if (start.properties().getProperty("spark.job.description", "").contains("epoch")) {
              new Thread(
                      () -> {
                        Pause.millis(1000);
                        context.cancelJobGroup("fit");
                      })
                  .start();
            }
          }
        };
    AtomicInteger steps = new AtomicInteger();
    TrainingListener counting =
        new TrainingListener() {
          @Override
          public void step(StepRecord step) {
            steps.incrementAndGet();
          }
        };
    context.addSparkListener(cancelling);
    long start = System.nanoTime();
    try {
      NeuralNetworkClassifier slow =
          classifier()
              .setLayers(new int[] {4, 2048, 2048, 3})
              .setBatchSize(12_000)
              .setMaxIter(1000)
              .setTrainingListener(counting);
      Exception e = assertThrows(SparkException.class, () -> slow.fit(data));
      assertTrue(e.getMessage().contains("cancelled"), e.getMessage());
    } finally {
      context.removeSparkListener(cancelling);
    }
    assertEquals(0, steps.get(), "the first step has not ended");
    assertTrue(System.nanoTime() - start < 60e9);
    assertTrue(context.getPersistentRDDs().isEmpty());
    awaitNoTasks();
  }

  /** Tasks that were cancelled end soon, too. */
  private void awaitNoTasks() {
    for (int i = 0; i < 300; i++) {
      boolean busy = false;
      for (var executor : context.statusTracker().getExecutorInfos()) {
        busy |= executor.numRunningTasks() > 0;
      }
      if (!busy) {
        return;
      }
      Pause.millis(100);
    }
    throw new AssertionError("tasks run on after their job was cancelled");
  }
}
