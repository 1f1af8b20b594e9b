package io.github.secateur.examples.measure;

import io.github.secateur.data.TrainingSet;
import io.github.secateur.examples.IdxFiles;
import io.github.secateur.examples.ImageFrame;
import io.github.secateur.examples.ImageSet;
import io.github.secateur.examples.Part;
import io.github.secateur.examples.Presets;
import io.github.secateur.examples.StandardOutput;
import io.github.secateur.kernel.choice.KernelProvider;
import io.github.secateur.nn.Network;
import io.github.secateur.nn.TrainedNetwork;
import io.github.secateur.plan.print.TextTable;
import io.github.secateur.spark.NeuralNetworkClassificationModel;
import io.github.secateur.spark.NeuralNetworkClassifier;
import io.github.secateur.train.EpochRecord;
import io.github.secateur.train.History;
import io.github.secateur.train.TrainingOptions;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.classification.MultilayerPerceptronClassificationModel;
import org.apache.spark.ml.classification.MultilayerPerceptronClassifier;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.ml.feature.ElementwiseProduct;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Compares with what else one could take, on the same cores and rows, in turn: with Spark's own
 * MultilayerPerceptronClassifier in the same JVM, with PyTorch where a Python with torch is given,
 * and with the same training without Spark. Prints medians and ratios; above 1 ours is faster.
 */
@Command(
    name = "Compare",
    description = {
      "Compares training and prediction with Spark's MultilayerPerceptronClassifier, and with",
      "PyTorch on the CPU, on MNIST or Fashion-MNIST; and with the same training without Spark."
    },
    mixinStandardHelpOptions = true,
    showDefaultValues = true,
    sortOptions = false,
    usageHelpWidth = 100)
public final class Compare implements Callable<Integer> {
  private static final long SEED = 42;
  private static final int[] LAYERS = {784, 256, 128, 10};

  @Option(
      names = "--images",
      paramLabel = "DIR",
      required = true,
      description = "MNIST's or Fashion-MNIST's four IDX files, plain or .gz.")
  private Path images;

  @Option(
      names = "--with",
      split = ",",
      defaultValue = "mlpc,torch,local",
      description = "Some of mlpc, torch, and local (without Spark).")
  private List<String> others;

  @Option(
      names = "--python",
      paramLabel = "FILE",
      description = "A Python with torch and numpy; without it PyTorch is left out.")
  private Path python;

  @Option(
      names = "--threads",
      description = "Of each side, and partitions of the rows; without it all processors.")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Option(
      names = "--iterations",
      defaultValue = "100",
      description = "Iterations of MultilayerPerceptronClassifier.")
  private int iterations;

  @Option(
      names = "--max-epochs",
      defaultValue = "20",
      description = "Epochs within which its accuracy must be reached.")
  private int maxEpochs;

  @Option(
      names = "--copies",
      defaultValue = "20",
      description = {
        "Of the training rows, one after the other, for transform with the same: with one, the",
        "start of the query is a good part of the time."
      })
  private int copies;

  @Option(
      names = "--networks",
      split = ",",
      defaultValue = "mlp,cnn",
      description = "Networks to compare with PyTorch and without Spark: mlp, cnn, or both.")
  private List<String> networks;

  @Option(
      names = "--batch-sizes",
      split = ",",
      defaultValue = "128,1024",
      description = "Rows per optimizer step, for the same.")
  private List<Integer> batchSizes;

  @Option(names = "--epochs", defaultValue = "3", description = "Of each training, for the same.")
  private int epochs;

  @Option(names = "--runs", defaultValue = "3", description = "Of each side, in turn.")
  private int runs;

  private PrintStream out;

  /** Runs the command; the exit code is 0, or 1 after a failure, or 2 for wrong options. */
  public static void main(String[] args) {
    PrintStream output = StandardOutput.open();
    int exitCode = run(output, args);
    if (exitCode != 0) {
      System.exit(exitCode);
    }
  }

  static int run(PrintStream output, String... args) {
    Compare command = new Compare();
    command.out = output;
    return new CommandLine(command).execute(args);
  }

  @Override
  public Integer call() throws IOException {
    ImageSet set = IdxFiles.read(images);
    try (SparkSession spark =
        SparkSession.builder().appName("Compare").master("local[" + threads + "]").getOrCreate()) {
      out.printf(
          Locale.ROOT,
          "%s: %,d rows, Spark %s, Java %s, %s kernels, %d threads, medians of %d runs in turn%n",
          set.name(),
          set.rows() - set.count(Part.TEST),
          spark.version(),
          System.getProperty("java.version"),
          KernelProvider.create().name(),
          threads,
          runs);
      Dataset<Row> training = ImageFrame.training(spark, set, threads).cache();
      Dataset<Row> test = ImageFrame.test(spark, set, threads).cache();
      training.count();
      test.count();
      if (others.contains("mlpc")) {
        compareWithMlpc(set, training, test);
      }
      if (others.contains("torch") && python != null) {
        compareWithTorch(set, training, test);
      }
      if (others.contains("local")) {
        compareWithoutSpark(set, training);
      }
    }
    return 0;
  }

  // ---- MultilayerPerceptronClassifier ----------------------------------------------------------

  private void compareWithMlpc(ImageSet set, Dataset<Row> training, Dataset<Row> test) {
    Dataset<Row> scaledTraining = scaled(training, set).cache();
    Dataset<Row> scaledTest = scaled(test, set).cache();
    scaledTraining.count();
    scaledTest.count();
    compareScaled(scaledTraining, scaledTest);
    scaledTraining.unpersist();
    scaledTest.unpersist();
  }

  /** Brings pixels to [0, 1], since MultilayerPerceptronClassifier takes them as they are. */
  private static Dataset<Row> scaled(Dataset<Row> rows, ImageSet set) {
    double[] factors = new double[set.imageSize()];
    Arrays.fill(factors, 1.0 / set.whitest());
    return new ElementwiseProduct()
        .setInputCol(ImageFrame.FEATURES)
        .setOutputCol("scaled")
        .setScalingVec(Vectors.dense(factors))
        .transform(rows)
        .select(functions.col(ImageFrame.LABEL), functions.col("scaled").as(ImageFrame.FEATURES));
  }

  private void compareScaled(Dataset<Row> training, Dataset<Row> test) {
    MultilayerPerceptronClassifier theirs =
        new MultilayerPerceptronClassifier().setLayers(LAYERS).setMaxIter(iterations).setSeed(SEED);
    List<Double> theirSeconds = new ArrayList<>();
    List<Double> ourSeconds = new ArrayList<>();
    List<Double> theirRows = new ArrayList<>();
    List<Double> ourRows = new ArrayList<>();
    double theirAccuracy = 0;
    double ourAccuracy = 0;
    int needed = 0;
    Dataset<Row> many = repeated(training);
    for (int run = 0; run < runs; run++) {
      MultilayerPerceptronClassificationModel[] theirModel =
          new MultilayerPerceptronClassificationModel[1];
      theirSeconds.add(Timings.seconds(() -> theirModel[0] = theirs.fit(training)));
      theirAccuracy = accuracy(theirModel[0], test);
      if (run == 0) {
        needed = epochsToReach(theirAccuracy, training, test);
      }
      NeuralNetworkClassifier ours = ours(128, needed).setLayers(LAYERS);
      NeuralNetworkClassificationModel[] ourModel = new NeuralNetworkClassificationModel[1];
      ourSeconds.add(Timings.seconds(() -> ourModel[0] = ours.fit(training)));
      ourAccuracy = accuracy(ourModel[0], test);
      if (run == 0) {
        rowsPerSecond(theirModel[0], many); // warms up
        rowsPerSecond(ourModel[0], many);
      }
      ourRows.add(rowsPerSecond(ourModel[0], many)); // before and after theirs, which takes long
      theirRows.add(rowsPerSecond(theirModel[0], many));
      ourRows.add(rowsPerSecond(ourModel[0], many));
    }
    TextTable table = new TextTable(false, true, true, true, true);
    table.add("784-256-128-10", "accuracy", "fit s", "transform rows/s", "");
    table.add(
        "MultilayerPerceptronClassifier",
        number("%.4f", theirAccuracy),
        number("%.1f", Timings.median(theirSeconds)),
        number("%,.0f", Timings.median(theirRows)),
        iterations + " iterations");
    table.add(
        "NeuralNetworkClassifier",
        number("%.4f", ourAccuracy),
        number("%.1f", Timings.median(ourSeconds)),
        number("%,.0f", Timings.median(ourRows)),
        needed + " epochs, batch 128");
    table.add(
        "ratio",
        "",
        number("%.1f", Timings.median(theirSeconds) / Timings.median(ourSeconds)),
        number("%.1f", Timings.median(ourRows) / Timings.median(theirRows)),
        "");
    out.printf(Locale.ROOT, "%n%s", table);
  }

  /** Returns how many epochs a fit needs for an accuracy on the test rows; a fit for each try. */
  private int epochsToReach(double accuracy, Dataset<Row> training, Dataset<Row> test) {
    for (int tried = 1; tried <= maxEpochs; tried++) {
      if (accuracy(ours(128, tried).setLayers(LAYERS).fit(training), test) >= accuracy) {
        return tried;
      }
    }
    throw new IllegalStateException(
        String.format(
            Locale.ROOT,
            "%d epochs do not reach the accuracy %s; raise --max-epochs",
            maxEpochs,
            accuracy));
  }

  private static NeuralNetworkClassifier ours(int batchSize, int epochs) {
    return new NeuralNetworkClassifier()
        .setBatchSize(batchSize)
        .setMaxIter(epochs)
        .setTol(0)
        .setSeed(SEED);
  }

  private static double accuracy(Transformer model, Dataset<Row> test) {
    return new MulticlassClassificationEvaluator()
        .setMetricName("accuracy")
        .evaluate(model.transform(test));
  }

  private Dataset<Row> repeated(Dataset<Row> rows) {
    Dataset<Row> many = rows;
    for (int copy = 1; copy < copies; copy++) {
      many = many.union(rows);
    }
    return many.coalesce(threads);
  }

  /** Computes all columns of all rows, and throws them away. */
  private static double rowsPerSecond(Transformer model, Dataset<Row> rows) {
    double seconds =
        Timings.seconds(
            () -> model.transform(rows).write().format("noop").mode("overwrite").save());
    return rows.count() / seconds;
  }

  // ---- PyTorch ---------------------------------------------------------------------------------

  private void compareWithTorch(ImageSet set, Dataset<Row> training, Dataset<Row> test)
      throws IOException {
    PyTorch torch = new PyTorch(python, images, threads);
    TextTable table = new TextTable(false, true, true, true, true, true, true, true, true);
    table.add(
        "",
        "batch",
        "torch s/epoch",
        "ours",
        "ratio",
        "torch accuracy",
        "ours",
        "torch predicts rows/s",
        "ours");
    String version = "";
    for (String network : networks) {
      for (int batchSize : batchSizes) {
        List<Double> theirSeconds = new ArrayList<>();
        List<Double> ourSeconds = new ArrayList<>();
        List<Double> theirRows = new ArrayList<>();
        List<Double> ourRows = new ArrayList<>();
        double theirAccuracy = 0;
        double ourAccuracy = 0;
        for (int run = 0; run < runs; run++) {
          PyTorch.Result theirs = torch.train(network, batchSize, epochs);
          version = theirs.version();
          theirSeconds.addAll(theirs.epochSeconds());
          theirRows.add(theirs.rowsPerSecond());
          theirAccuracy = theirs.accuracy();
          NeuralNetworkClassificationModel model =
              ours(batchSize, epochs).setNetwork(Presets.named(network, set)).fit(training);
          addSeconds(model.summary().history(), ourSeconds);
          ourRows.add(rowsPerSecond(model, training));
          ourAccuracy = accuracy(model, test);
        }
        table.add(
            network,
            Integer.toString(batchSize),
            number("%.2f", Timings.median(theirSeconds)),
            number("%.2f", Timings.median(ourSeconds)),
            number("%.2f", Timings.median(theirSeconds) / Timings.median(ourSeconds)),
            number("%.4f", theirAccuracy),
            number("%.4f", ourAccuracy),
            number("%,.0f", Timings.median(theirRows)),
            number("%,.0f", Timings.median(ourRows)));
      }
    }
    String environment = PyTorch.environment();
    out.printf(
        Locale.ROOT,
        "%nPyTorch %s, Adam, %d epochs; it predicts from memory, ours in a query%n%s%s",
        version,
        epochs,
        environment.isEmpty() ? "" : "with " + environment + System.lineSeparator(),
        table);
  }

  // ---- without Spark --------------------------------------------------------------------------

  private void compareWithoutSpark(ImageSet set, Dataset<Row> training) throws IOException {
    TrainingSet rows = trainingSet(set);
    TextTable table = new TextTable(false, true, true, true, true, false);
    table.add("", "batch", "without Spark s/epoch", "in Spark", "ratio", "same bits");
    for (String name : networks) {
      Network network = Presets.named(name, set);
      for (int batchSize : batchSizes) {
        TrainingOptions options =
            TrainingOptions.builder()
                .epochs(epochs)
                .batchSize(batchSize)
                .tolerance(0)
                .seed(SEED)
                .build();
        List<Double> without = new ArrayList<>();
        List<Double> inSpark = new ArrayList<>();
        boolean same = true;
        for (int run = 0; run < runs; run++) {
          TrainedNetwork alone = network.train(rows, options);
          NeuralNetworkClassificationModel model =
              ours(batchSize, epochs).setNetwork(network).fit(training);
          addSeconds(alone.history(), without);
          addSeconds(model.summary().history(), inSpark);
          same &= model.weights().equals(weights(alone));
        }
        table.add(
            name,
            Integer.toString(batchSize),
            number("%.2f", Timings.median(without)),
            number("%.2f", Timings.median(inSpark)),
            number("%.2f", Timings.median(without) / Timings.median(inSpark)),
            same ? "yes" : "NO");
      }
    }
    out.printf(
        Locale.ROOT, "%nThe same training without Spark, Adam, %d epochs%n%s", epochs, table);
  }

  private TrainingSet trainingSet(ImageSet set) {
    int[] numbers =
        IntStream.range(0, set.rows()).filter(row -> set.parts()[row] != Part.TEST).toArray();
    float[][] features = new float[numbers.length][set.imageSize()];
    int[] labels = new int[numbers.length];
    for (int row = 0; row < numbers.length; row++) {
      double[] image = set.image(numbers[row]);
      for (int i = 0; i < image.length; i++) {
        features[row][i] = (float) image[i];
      }
      labels[row] = set.labels()[numbers[row]];
    }
    return TrainingSet.of(features, labels, threads);
  }

  private static Vector weights(TrainedNetwork trained) {
    float[] parameters = trained.parameters();
    double[] values = new double[parameters.length];
    Arrays.setAll(values, i -> parameters[i]);
    return Vectors.dense(values);
  }

  private static void addSeconds(History history, List<Double> seconds) {
    history.epochs().stream().map(EpochRecord::seconds).forEach(seconds::add);
  }

  private static String number(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }
}
