package io.github.secateur.examples;

import io.github.secateur.nn.Network;
import io.github.secateur.spark.NeuralNetworkClassificationModel;
import io.github.secateur.spark.NeuralNetworkClassifier;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Trains a network on images, and shows what it learned. Without options: the digits that ship with
 * it, on this machine.
 */
@Command(
    name = "TrainImages",
    description = {
      "Trains a network on images, tests it, and saves the model.",
      "Without options it uses the 1,797 handwritten digits that ship with it; expect accuracy 0.9944",
      "(353 of 355). On Fashion-MNIST (apt-get install dataset-fashion-mnist puts the files into",
      "/usr/share/datasets/fashion-mnist) expect 0.9135 with --network cnn --epochs 6, and 0.8743 with",
      "--network mlp --epochs 5, where 5,000 of the training images are for validation."
    },
    mixinStandardHelpOptions = true,
    versionProvider = TrainImages.Version.class,
    showDefaultValues = true,
    sortOptions = false,
    usageHelpWidth = 100)
public final class TrainImages implements Callable<Integer> {

  @Spec private CommandSpec command;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "Folder with MNIST's or Fashion-MNIST's four IDX files, plain or .gz."
              + " Without it: the digits of 8×8 pixels.")
  private Path data;

  @Option(
      names = "--network",
      paramLabel = "NAME|FILE.json",
      defaultValue = "small-cnn",
      description = "One of " + Presets.NAMES + ", or a file with a network as JSON.")
  private String network;

  @Option(
      names = "--epochs",
      defaultValue = "30",
      description = "Passes over the training rows, at most.")
  private int epochs;

  @Option(
      names = "--batch-size",
      defaultValue = "64",
      description = "Rows per optimizer step, over all partitions.")
  private int batchSize;

  @Option(
      names = "--local-steps",
      defaultValue = "1",
      description = "Steps that each partition takes on its own before all are averaged.")
  private int localSteps;

  @Option(names = "--step-size", defaultValue = "0.002", description = "Learning rate of Adam.")
  private double stepSize;

  @Option(names = "--seed", defaultValue = "42", description = "Of weights, row order and dropout.")
  private long seed;

  @Option(
      names = "--partitions",
      defaultValue = "4",
      description = "Partitions of the training rows. The result depends on it, not on the cores.")
  private int partitions;

  @Option(
      names = "--master",
      paramLabel = "URL",
      description = "Spark's master; without it what spark-submit says, else local[*].")
  private String master;

  @Option(
      names = "--model",
      paramLabel = "DIR",
      defaultValue = "target/image-model",
      description = "Where to save the model; what is there is replaced.")
  private String model;

  /** Runs the command; the exit code is 0, or 1 after a failure, or 2 for wrong options. */
  public static void main(String[] args) {
    PrintStream output = StandardOutput.open();
    int exitCode = run(new PrintWriter(output, true), new PrintWriter(System.err, true), args);
    if (exitCode != 0) {
      System.exit(exitCode);
    }
  }

  static int run(PrintWriter output, PrintWriter error, String... args) {
    return new CommandLine(new TrainImages())
        .setOut(output)
        .setErr(error)
        .setExecutionExceptionHandler(TrainImages::sayWhy)
        .execute(args);
  }

  @Override
  public Integer call() throws IOException {
    ImageSet images = data == null ? Digits.read() : IdxFiles.read(data);
    Network untrained = Presets.named(network, images);
    try (SparkSession spark = session()) {
      TrainingReport report = new TrainingReport(command.commandLine().getOut(), images);
      report.start(spark, untrained);

      Dataset<Row> training = ImageFrame.training(spark, images, partitions);
      report.training();
      NeuralNetworkClassificationModel trained =
          classifier(untrained).setTrainingListener(report).fit(training);
      report.trained(trained.summary().history());

      Dataset<Row> tested = trained.transform(ImageFrame.test(spark, images, partitions));
      report.test(tested);

      trained.write().overwrite().save(model);
      report.end(model);
    }
    return 0;
  }

  private NeuralNetworkClassifier classifier(Network untrained) {
    return new NeuralNetworkClassifier()
        .setNetwork(untrained)
        .setLabelCol(ImageFrame.LABEL)
        .setFeaturesCol(ImageFrame.FEATURES)
        .setValidationIndicatorCol(ImageFrame.VALIDATION)
        .setMaxIter(epochs)
        .setBatchSize(batchSize)
        .setLocalSteps(localSteps)
        .setStepSize(stepSize)
        .setSeed(seed);
  }

  private SparkSession session() {
    SparkSession.Builder builder = SparkSession.builder().appName("TrainImages");
    if (master != null) {
      builder.master(master);
    } else if (System.getProperty("spark.master") == null) {
      builder.master("local[*]");
    }
    return builder.getOrCreate();
  }

  /**
   * A wrong file or value is told in one line; anything else is a defect, and keeps its stack
   * trace.
   */
  private static int sayWhy(
      Exception failure, CommandLine command, CommandLine.ParseResult arguments) throws Exception {
    if (failure instanceof IOException || failure instanceof IllegalArgumentException) {
      command.getErr().println("TrainImages: " + failure.getMessage());
      return CommandLine.ExitCode.SOFTWARE;
    }
    throw failure;
  }

  /** The version in the jar's manifest. */
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"Secateur " + TrainingReport.version()};
    }
  }
}
