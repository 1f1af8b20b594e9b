package io.github.secateur.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.secateur.nn.Network;
import io.github.secateur.train.EpochRecord;
import io.github.secateur.train.TrainingListener;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.apache.spark.SparkEnv;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.tuning.CrossValidator;
import org.apache.spark.ml.tuning.CrossValidatorModel;
import org.apache.spark.ml.tuning.ParamGridBuilder;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.BlockId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scala.Function1;
import scala.collection.Iterator;

/** A search over four settings with two threads, twice in one session. */
class SearchTest {
  @TempDir private Path folder;
  private final Set<String> checkpointFolders = ConcurrentHashMap.newKeySet();

  private static NeuralNetworkClassifier classifier() {
    // a grid's order follows from the uid
    return new NeuralNetworkClassifier("search")
        .setNetwork(Network.input(4).scale(0.5f).dense(6).relu().dropout(0.1f).dense(3))
        .setMaxIter(4)
        .setSeed(11)
        .setValidationIndicatorCol("check");
  }

  private CrossValidatorModel search(Dataset<Row> data) {
    NeuralNetworkClassifier classifier =
        classifier().setCheckpointDir(folder.toString()).setCheckpointInterval(1);
    classifier.setTrainingListener(
        new TrainingListener() {
          @Override
          public void epoch(EpochRecord epoch) {
            checkpointFolders.addAll(names(folder));
          }
        });
    ParamMap[] grid =
        new ParamGridBuilder()
            .addGrid(classifier.stepSize(), new double[] {0.001, 0.05})
            .addGrid(classifier.batchSize(), new int[] {16, 64})
            .build();
    return new CrossValidator()
        .setEstimator(classifier)
        .setEstimatorParamMaps(grid)
        .setEvaluator(new OrderedLogLoss())
        .setNumFolds(3)
        .setSeed(5)
        .setParallelism(2)
        .fit(data);
  }

  @Test
  void bothGiveTheSameAndLeaveNothing() throws Exception {
    SparkSession session = LocalSpark.session();
    Dataset<Row> data =
        LocalSpark.partitions(TestData.SCHEMA, TestData.dealt(TestData.clusters(200), 3));
    Path local = Path.of(SparkEnv.get().blockManager().diskBlockManager().localDirs()[0].getPath());
    Set<String> blocks = blocks();
    Set<String> spilled = files(local);

    CrossValidatorModel first = search(data);
    CrossValidatorModel second = search(data);

    assertArrayEquals(first.avgMetrics(), second.avgMetrics());
    assertEquals(4, first.avgMetrics().length);
    for (int i = 1; i < 4; i++) {
      assertNotEquals(first.avgMetrics()[0], first.avgMetrics()[i]);
    }
    NeuralNetworkClassificationModel best = (NeuralNetworkClassificationModel) first.bestModel();
    assertEquals(best.weights(), ((NeuralNetworkClassificationModel) second.bestModel()).weights());
    assertEquals(4, best.summary().totalIterations());

    assertTrue(checkpointFolders.size() >= 13, "each fit had a folder: " + checkpointFolders);
    assertEquals(Set.of(), names(folder), "no checkpoint is left");
    assertTrue(session.sparkContext().getPersistentRDDs().isEmpty());
    assertNothingIsLeft(blocks, spilled, local);
  }

  /** Spark lets its own broadcasts and shuffles go some time after they became garbage. */
  private static void assertNothingIsLeft(Set<String> blocks, Set<String> spilled, Path local)
      throws Exception {
    Set<String> left = Set.of();
    for (int i = 0; i < 100; i++) {
      System.gc();
      Thread.sleep(100);
      left = new TreeSet<>(blocks());
      left.addAll(files(local));
      left.removeAll(blocks);
      left.removeAll(spilled);
      if (left.isEmpty()) {
        return;
      }
    }
    assertEquals(Set.of(), left);
  }

  private static Set<String> names(Path folder) {
    Set<String> names = new TreeSet<>();
    String[] found = folder.toFile().list();
    if (found != null) {
      names.addAll(Set.of(found));
    }
    return names;
  }

  private static Set<String> files(Path folder) throws IOException {
    Set<String> names = new TreeSet<>();
    try (Stream<Path> all = Files.walk(folder)) {
      all.filter(Files::isRegularFile).forEach(file -> names.add(file.toString()));
    } catch (java.io.UncheckedIOException e) {
      return files(folder); // a file went while the folder was listed
    }
    return names;
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
}
