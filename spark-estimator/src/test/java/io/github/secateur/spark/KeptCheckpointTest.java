package io.github.secateur.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.secateur.nn.Network;
import io.github.secateur.train.EpochRecord;
import io.github.secateur.train.TrainingListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A fit goes on from a checkpoint of each format ever written. With the system property {@code
 * secateur.kept.write} the test writes one, of today's format, into that folder.
 */
class KeptCheckpointTest {
  private static final String KEPT =
      "src/test/resources/io/github/secateur/spark/checkpoint-format-";
  private static final int INTERRUPTED_AFTER = 3;

  private static Dataset<Row> data() {
    LocalSpark.session();
    return LocalSpark.partitions(TestData.SCHEMA, TestData.dealt(TestData.clusters(60), 2));
  }

  private static NeuralNetworkClassifier classifier() {
    return new NeuralNetworkClassifier()
        .setNetwork(Network.input(4).dense(4).batchNorm().relu().dropout(0.2f).dense(3))
        .setSeed(5)
        .setMaxIter(5)
        .setBatchSize(16)
        .setTol(0)
        .setCheckpointInterval(2);
  }

  private static TrainingListener listener(IntConsumer epoch) {
    return new TrainingListener() {
      @Override
      public void epoch(EpochRecord record) {
        epoch.accept(record.epoch());
      }
    };
  }

  @ParameterizedTest
  @ValueSource(ints = 1)
  void aFitGoesOnFromACheckpointOfEachFormat(int format, @TempDir Path folder) throws IOException {
    copy(Path.of(KEPT + format), folder);
    NeuralNetworkClassificationModel whole = classifier().fit(data());
    List<Integer> heard = new ArrayList<>();
    NeuralNetworkClassificationModel resumed =
        classifier()
            .setCheckpointDir(folder.toString())
            .setTrainingListener(listener(heard::add))
            .fit(data());
    assertEquals(List.of(3, 4, 5), heard);
    assertEquals(whole.weights(), resumed.weights());
  }

  @Test
  void theCheckpointOfAnInterruptedFitIsKept(@TempDir Path folder) throws IOException {
    String target = System.getProperty("secateur.kept.write", folder.toString());
    NeuralNetworkClassifier doomed =
        classifier()
            .setCheckpointDir(target)
            .setTrainingListener(
                listener(
                    epoch -> {
                      if (epoch == INTERRUPTED_AFTER) {
                        throw new IllegalStateException("interrupted");
                      }
                    }));
    assertEquals(
        "interrupted",
        assertThrows(IllegalStateException.class, () -> doomed.fit(data())).getMessage());
    try (Stream<Path> files = Files.walk(Path.of(target))) {
      assertEquals(
          List.of("epoch-00000002.checkpoint"),
          files
              .map(file -> file.getFileName().toString())
              .filter(name -> name.endsWith(".checkpoint"))
              .toList());
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target);
        }
      }
    }
  }
}
