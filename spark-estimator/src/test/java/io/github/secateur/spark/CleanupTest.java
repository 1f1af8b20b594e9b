package io.github.secateur.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.secateur.train.StepRecord;
import io.github.secateur.train.TrainingListener;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkEnv;
import org.apache.spark.SparkException;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.BlockId;
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
    assertThrows(
        IllegalStateException.class, () -> classifier().setTrainingListener(failing).fit(data));
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
                    properties.getProperty("spark.job.description"),
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
          expected.add("fit: epoch %d/3, %s %d/5".formatted(epoch, steps, step));
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
}
