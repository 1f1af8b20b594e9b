package io.github.secateur.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.secateur.train.EpochRecord;
import io.github.secateur.train.Step;
import io.github.secateur.train.StepRecord;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a fit tells of its progress and of what its rounds cost. */
class ProgressTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
  private long nanos;

  private ProgressLine line(boolean terminal) {
    return new ProgressLine("fit", 20, out, terminal, () -> nanos);
  }

  private static StepRecord step(int index, double loss) {
    return new StepRecord(new Step(2, index, 120), 256, loss, loss, 1e-3);
  }

  private static EpochRecord epoch() {
    return new EpochRecord(3, 0.25, 0.5, 0.75, 1e-3, 2, 12345.6);
  }

  @Test
  void aTerminalShowsOneLineThatIsRewritten() {
    ProgressLine line = line(true);
    line.step(step(39, 10.5)); // too soon
    nanos += 200_000_000L;
    line.step(step(40, 10.231));
    nanos += 200_000_000L;
    line.step(step(50, 9.2));
    line.epoch(epoch());
    assertEquals(
        "\rfit: epoch 3/20 step 41/120 loss 10.2310"
            + "\rfit: epoch 3/20 step 51/120 loss 9.2000 "
            + "\rfit: epoch 3/20 loss 0.2500 validation loss 0.5000 accuracy 0.7500, 12,346 rows/s"
            + System.lineSeparator(),
        bytes.toString(StandardCharsets.UTF_8));
  }

  @Test
  void elsewhereThereAreLinesNowAndThen() {
    ProgressLine line = line(false);
    for (int i = 0; i < 100; i++) {
      nanos += 250_000_000L;
      line.step(step(i, 1));
    }
    line.epoch(epoch());
    assertEquals(
        List.of(
            "fit: epoch 3/20 step 40/120 loss 1.0000",
            "fit: epoch 3/20 step 80/120 loss 1.0000",
            "fit: epoch 3/20 loss 0.2500 validation loss 0.5000 accuracy 0.7500, 12,346 rows/s"),
        bytes.toString(StandardCharsets.UTF_8).lines().toList());
  }

  @Test
  void aSettingShowsItOnStandardError() {
    PrintStream before = System.err;
    System.setErr(out);
    try {
      fit(Map.of("spark.secateur.progress", "true"));
    } finally {
      System.setErr(before);
    }
    String printed = bytes.toString(StandardCharsets.UTF_8);
    assertTrue(printed.contains("fit: epoch 2/2 loss "), printed);
  }

  private static List<EpochRecord> fit(Map<String, String> settings) {
    LocalSpark.session(2, settings);
    Dataset<Row> data =
        LocalSpark.partitions(TestData.SCHEMA, TestData.dealt(TestData.clusters(100), 3));
    return new NeuralNetworkClassifier("fit")
        .setLayers(new int[] {4, 5, 3})
        .setMaxIter(2)
        .setBatchSize(20)
        .fit(data)
        .summary()
        .history()
        .epochs();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theHistoryTellsWhatRoundsCost(boolean stepsInOneJob) {
    long stateBytes = 4 * (4 * 5 + 5 + 5 * 3 + 3);
    for (EpochRecord epoch :
        fit(Map.of("spark.secateur.stepsInOneJob", Boolean.toString(stepsInOneJob)))) {
      assertEquals(stepsInOneJob ? 1 : 5, epoch.rounds());
      double known = epoch.computeSeconds() + epoch.broadcastSeconds() + epoch.reduceSeconds();
      assertTrue(known <= epoch.seconds(), epoch.toString());
      assertTrue(epoch.computeSeconds() > 0);
      assertTrue(epoch.reduceSeconds() > 0);
      if (stepsInOneJob) {
        assertEquals(0, epoch.broadcastSeconds(), "the task is in the driver's JVM");
        assertEquals(0, epoch.broadcastBytes());
        assertEquals(0, epoch.reduceBytes());
      } else {
        assertTrue(epoch.broadcastSeconds() > 0);
        assertEquals(5 * stateBytes, epoch.broadcastBytes());
        assertEquals(5 * 3 * (stateBytes + 44), epoch.reduceBytes());
      }
    }
  }

  @Test
  void roundsThatTakeMostOfTheTimeAreToldOf() {
    EpochRecord bound = new EpochRecord(2, 1, 1, 1, 1, 10, 1, 100, 3, 2, 5, 1, 1);
    assertTrue(EpochLog.isBoundByRounds(bound));
    EpochRecord brief = new EpochRecord(2, 1, 1, 1, 1, 1, 1, 100, 0.3, 0.2, 0.5, 1, 1);
    assertFalse(EpochLog.isBoundByRounds(brief));
    EpochRecord busy = new EpochRecord(2, 1, 1, 1, 1, 10, 1, 100, 8, 0.5, 1.5, 1, 1);
    assertFalse(EpochLog.isBoundByRounds(busy));
  }
}
