package io.github.secateur.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.secateur.train.StepRecord;
import io.github.secateur.train.TrainingListener;
import java.io.Serializable;
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
import org.junit.jupiter.api.Test;
import scala.Function1;
import scala.collection.Iterator;

/** A fit leaves nothing behind, and does not disturb its caller. */
class CleanupTest {
  private final SparkContext context = LocalSpark.session().sparkContext();
  private final Dataset<Row> data = TestData.deal(TestData.clusters(100), 3);

  private static NeuralNetworkClassifier classifier() {
    return new NeuralNetworkClassifier("fit")
        .setLayers(new int[] {4, 5, 3})
        .setMaxIter(3)
        .setBatchSize(20);
  }

  @Test
  void noCachedPartitionsAndNoBroadcastsAreLeft() throws InterruptedException {
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

  @Test
  void jobsAreDescribedAndTheCallersPropertiesStay() {
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
      assertTrue(
          seen.contains("fit: check and cache the training set | group | kept"), seen::toString);
      assertTrue(seen.contains("fit: epoch 1/3, step 1/5 | group | kept"), seen::toString);
      assertTrue(seen.contains("fit: epoch 3/3, step 5/5 | group | kept"), seen::toString);
      assertEquals(16, seen.size());
    } finally {
      context.clearJobGroup();
      context.setLocalProperty("mine", null);
      context.removeSparkListener(listener);
    }
  }

  @Test
  void aFitThatIsCancelledByItsJobGroupLeavesNothing() {
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
