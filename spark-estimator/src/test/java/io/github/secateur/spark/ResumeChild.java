package io.github.secateur.spark;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.secateur.nn.Network;
import io.github.secateur.train.EpochRecord;
import io.github.secateur.train.History;
import io.github.secateur.train.TrainingListener;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** A fit in a JVM of its own, slow enough to be killed in its middle. */
final class ResumeChild {
  private static final Network NETWORK =
      Network.input(4).scale(0.5f).dense(8).batchNorm().relu().dropout(0.2f).dense(3);
  private static final int LIMIT_SECONDS = 120;

  private ResumeChild() {}

  static NeuralNetworkClassifier classifier(String checkpointDir, String solver) {
    return new NeuralNetworkClassifier()
        .setNetwork(NETWORK)
        .setSeed(7)
        .setMaxIter(20)
        .setBatchSize(32)
        .setTol(0)
        .setSolver(solver)
        .setWeightCol("weight")
        .setValidationIndicatorCol("check")
        .setPatience(20)
        .setCheckpointDir(checkpointDir)
        .setCheckpointInterval(2);
  }

  static Dataset<Row> data() {
    return LocalSpark.partitions(TestData.SCHEMA, TestData.dealt(TestData.clusters(300), 4, 2));
  }

  /** Returns what does not differ from run to run. */
  static List<EpochRecord> withoutTimes(History history) {
    return history.epochs().stream()
        .map(
            epoch ->
                new EpochRecord(
                    epoch.epoch(),
                    epoch.loss(),
                    epoch.validationLoss(),
                    epoch.validationAccuracy(),
                    epoch.learningRate(),
                    0,
                    0))
        .toList();
  }

  /** Fits, with the checkpoint folder and the solver as arguments. */
  public static void main(String[] args) {
    LocalSpark.session();
    TrainingListener slow =
        new TrainingListener() {
          @Override
          public void epoch(EpochRecord epoch) {
            try {
              Thread.sleep(300);
            } catch (InterruptedException e) {
              throw new IllegalStateException(e);
            }
          }
        };
    classifier(args[0], args[1]).setTrainingListener(slow).fit(data());
  }

  /** Starts a fit, and sends SIGKILL when it has kept a checkpoint of an epoch or a later one. */
  static void startAndKill(Path folder, String solver, int epoch) throws Exception {
    Path log = folder.resolve("child.log");
    Process child = start(folder, solver, log);
    try {
      long end = System.nanoTime() + LIMIT_SECONDS * 1_000_000_000L;
      while (child.isAlive() && newestEpoch(folder) < epoch && System.nanoTime() < end) {
        Thread.sleep(20);
      }
      assertTrue(child.isAlive(), () -> "the child ended too early: " + read(log));
      assertTrue(newestEpoch(folder) >= epoch, () -> "no checkpoint: " + read(log));
    } finally {
      child.destroyForcibly(); // SIGKILL
      child.waitFor();
    }
    assertTrue(child.exitValue() == 128 + 9, "exit value " + child.exitValue());
    Files.delete(log);
  }

  private static Process start(Path folder, String solver, Path log) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    for (String argument : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
      if (!argument.startsWith("-Xmx")) {
        command.add(argument);
      }
    }
    command.addAll(
        List.of(
            "-Xmx768m",
            "-cp",
            absolute(System.getProperty("java.class.path")),
            ResumeChild.class.getName(),
            folder.toString(),
            solver));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .start();
  }

  private static String absolute(String classPath) {
    return String.join(
        File.pathSeparator,
        Stream.of(classPath.split(File.pathSeparator))
            .map(entry -> new File(entry).getAbsolutePath())
            .toList());
  }

  private static int newestEpoch(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.map(path -> path.getFileName().toString())
          .filter(name -> name.startsWith("epoch-") && name.endsWith(".checkpoint"))
          .mapToInt(name -> Integer.parseInt(name.substring(6, 14)))
          .max()
          .orElse(0);
    } catch (java.io.UncheckedIOException e) {
      return 0; // a file went while the folder was listed
    }
  }

  private static String read(Path log) {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      return e.toString();
    }
  }
}
