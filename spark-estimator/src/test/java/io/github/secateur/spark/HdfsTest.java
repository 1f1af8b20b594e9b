package io.github.secateur.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.secateur.train.EpochRecord;
import io.github.secateur.train.TrainingListener;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.hadoop.hdfs.DistributedFileSystem;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Checkpoints and models on HDFS, which runs in this JVM. It does not rename over what is there,
 * and is not the default file system of the session.
 */
class HdfsTest {
  @TempDir private static File disks;
  private static MiniDFSCluster cluster;
  private static DistributedFileSystem files;
  private static int folders;

  private String root;
  private Dataset<Row> data;

  @BeforeAll
  static void start() throws IOException {
    cluster = new MiniDFSCluster.Builder(new Configuration(), disks).numDataNodes(1).build();
    files = cluster.getFileSystem();
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  @BeforeEach
  void prepare() {
    LocalSpark.session();
    data = ResumeChild.data();
    root = files.getUri() + "/test-" + ++folders;
  }

  /** Fits for 8 epochs, with a checkpoint every other one. */
  private NeuralNetworkClassifier classifier() {
    return ResumeChild.classifier(root + "/checkpoints", "adam").setMaxIter(8);
  }

  /** Hears of epochs, and throws after one of them. */
  private static final class Listener implements TrainingListener {
    private final int last;
    private final List<Integer> epochs = new ArrayList<>();

    private Listener(int last) {
      this.last = last;
    }

    @Override
    public void epoch(EpochRecord record) {
      epochs.add(record.epoch());
      if (record.epoch() == last) {
        throw new IllegalStateException("interrupted");
      }
    }
  }

  private List<Integer> fitUntil(int epoch) {
    Listener listener = new Listener(epoch);
    NeuralNetworkClassifier doomed =
        classifier().copy(new ParamMap()).setTrainingListener(listener);
    assertEquals(
        "interrupted",
        assertThrows(IllegalStateException.class, () -> doomed.fit(data)).getMessage());
    return listener.epochs;
  }

  private static void cut(Path file, long length) throws IOException {
    byte[] start = new byte[(int) length];
    try (FSDataInputStream in = files.open(file)) {
      in.readFully(start);
    }
    try (FSDataOutputStream out = files.create(file, true)) {
      out.write(start);
    }
  }

  /** Returns the names of all files below a folder. */
  private static List<String> names(String folder) throws IOException {
    List<String> names = new ArrayList<>();
    RemoteIterator<? extends FileStatus> all = files.listFiles(new Path(folder), true);
    while (all.hasNext()) {
      names.add(all.next().getPath().getName());
    }
    return names.stream().sorted().toList();
  }

  @Test
  void anInterruptedFitGoesOnWithTheSameBits() throws IOException {
    NeuralNetworkClassificationModel expected = classifier().setCheckpointInterval(-1).fit(data);
    assertEquals(List.of(1, 2, 3, 4, 5), fitUntil(5));
    assertEquals(
        List.of("epoch-00000002.checkpoint", "epoch-00000004.checkpoint"),
        names(root),
        "and nothing that is not finished");

    // HDFS does not rename over what is there, the damaged file included
    cut(files.globStatus(new Path(root, "*/*/*-00000004.*"))[0].getPath(), 1000);
    assertEquals(List.of(3, 4, 5), fitUntil(5));
    assertEquals(List.of(5, 6, 7), fitUntil(7));
    assertEquals(
        List.of("epoch-00000004.checkpoint", "epoch-00000006.checkpoint"),
        names(root),
        "the newest two");

    Listener listener = new Listener(-1);
    NeuralNetworkClassificationModel found = classifier().setTrainingListener(listener).fit(data);
    assertEquals(List.of(7, 8), listener.epochs);
    assertEquals(expected.weights(), found.weights());
    assertEquals(
        ResumeChild.withoutTimes(expected.summary().history()),
        ResumeChild.withoutTimes(found.summary().history()));
    assertEquals(
        0,
        files.listStatus(new Path(root, "checkpoints")).length,
        "a fit that has ended leaves nothing");
  }

  @Test
  void aModelIsSavedLoadedAndTrainedFurther() throws IOException {
    String path = root + "/model";
    NeuralNetworkClassificationModel model = classifier().setMaxIter(2).fit(data);
    model.save(path);
    String message = assertThrows(IOException.class, () -> model.save(path)).getMessage();
    assertTrue(message.contains("already exists"), message);
    model.write().overwrite().save(path);
    NeuralNetworkClassificationModel loaded = NeuralNetworkClassificationModel.load(path);
    assertEquals(model.weights(), loaded.weights());
    assertEquals(model.network(), loaded.network());
    assertEquals(
        model.transform(data).select("probability").collectAsList(),
        loaded.transform(data).select("probability").collectAsList());
    assertEquals(model.summary().history(), loaded.summary().history());
    assertEquals(
        model.weights(), classifier().setInitialModelPath(path).setMaxIter(0).fit(data).weights());

    Path weights = new Path(path, "data/weights.arrow");
    cut(weights, 100);
    message =
        assertThrows(UncheckedIOException.class, () -> NeuralNetworkClassificationModel.load(path))
            .getMessage();
    assertTrue(message.contains(weights + ": it is damaged or was changed"), message);
  }
}
