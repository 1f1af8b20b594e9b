package io.github.secateur.examples.measure;

import io.github.secateur.data.ArrowShard;
import io.github.secateur.data.Shard;
import io.github.secateur.data.ShardWriter;
import io.github.secateur.engine.Engine;
import io.github.secateur.engine.Profile;
import io.github.secateur.engine.Profile.Direction;
import io.github.secateur.examples.IdxFiles;
import io.github.secateur.examples.ImageFrame;
import io.github.secateur.examples.ImageSet;
import io.github.secateur.examples.Part;
import io.github.secateur.examples.Presets;
import io.github.secateur.examples.StandardOutput;
import io.github.secateur.graph.Graph;
import io.github.secateur.graph.OperatorType;
import io.github.secateur.kernel.choice.KernelProvider;
import io.github.secateur.plan.print.TextTable;
import io.github.secateur.spark.NeuralNetworkClassifier;
import io.github.secateur.train.EpochRecord;
import io.github.secateur.train.LocalRounds;
import io.github.secateur.train.Trainer;
import io.github.secateur.train.TrainingListener;
import io.github.secateur.train.TrainingOptions;
import io.github.secateur.train.TrainingResult;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Says how near each operator comes to what the cores can do: operations and time of each type of
 * operator in a training, against the speed of large matrix products on as many threads at once,
 * measured between epochs; and where a whole fit in Spark spends its time.
 */
@Command(
    name = "Roofline",
    description = {
      "Trains networks, and prints GFLOP/s of each type of operator beside the speed of large",
      "matrix products on the same cores; then where a fit in Spark spends its time."
    },
    mixinStandardHelpOptions = true,
    showDefaultValues = true,
    sortOptions = false,
    usageHelpWidth = 100)
public final class Roofline implements Callable<Integer> {
  @Option(
      names = "--images",
      paramLabel = "DIR",
      required = true,
      description = "MNIST's or Fashion-MNIST's four IDX files, plain or .gz.")
  private Path images;

  @Option(
      names = "--networks",
      split = ",",
      defaultValue = "mlp,cnn",
      description = "Some of " + Presets.NAMES + ", or files with networks as JSON.")
  private List<String> networks;

  @Option(names = "--rows", defaultValue = "60000", description = "Training rows, at most.")
  private int rows;

  @Option(names = "--batch-size", defaultValue = "1024", description = "Rows of a step.")
  private int batchSize;

  @Option(names = "--epochs", defaultValue = "3", description = "Of each training.")
  private int epochs;

  @Option(names = "--threads", description = "Threads; without it all processors.")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Option(
      names = "--without-spark",
      description = "Train without Spark only, and leave the fit in Spark out.")
  private boolean withoutSpark;

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
    Roofline command = new Roofline();
    command.out = output;
    return new CommandLine(command).execute(args);
  }

  @Override
  public Integer call() throws IOException {
    ImageSet set = IdxFiles.read(images);
    out.printf(
        Locale.ROOT,
        "%s kernels, %d threads, batches of %d rows%n",
        KernelProvider.create().name(),
        threads,
        batchSize);
    for (String network : networks) {
      profile(network, set);
    }
    if (!withoutSpark) {
      try (SparkSession spark =
          SparkSession.builder()
              .appName("Roofline")
              .master("local[" + threads + "]")
              .getOrCreate()) {
        for (String network : networks) {
          sampleFit(spark, network, set);
        }
      }
    }
    return 0;
  }

  // ---- operators -------------------------------------------------------------------------------

  private void profile(String name, ImageSet set) throws IOException {
    Graph graph = Presets.named(name, set).lower();
    float[] initial = Presets.named(name, set).initialParameters(42);
    List<Shard> shards = shards(set);
    TrainingOptions options =
        TrainingOptions.builder().epochs(epochs).batchSize(batchSize).tolerance(0).seed(42).build();
    TrainingOptions oneEpoch = options.toBuilder().epochs(1).build();
    train(graph, initial, oneEpoch, shards, new Profile(), () -> {}); // warms up
    LargeProducts products = new LargeProducts(threads);
    Profile profile = new Profile();
    products.measure();
    TrainingResult result = train(graph, initial, options, shards, profile, products::measure);
    double peak = products.speed();
    double total =
        threads * result.history().epochs().stream().mapToDouble(EpochRecord::seconds).sum();

    TextTable table = new TextTable(false, false, true, true, true, true, true);
    table.add("operator", "pass", "Gflop", "s", "GFLOP/s", "of peak", "of all time");
    double sumFlops = 0;
    double sumSeconds = 0;
    for (OperatorType type : OperatorType.values()) {
      for (Direction direction : Direction.values()) {
        if (profile.calls(type, direction) > 0) {
          double flops = profile.flops(type, direction);
          double seconds = profile.seconds(type, direction);
          sumFlops += flops;
          sumSeconds += seconds;
          String pass = direction == Direction.FORWARD ? "forward" : "backward";
          add(table, type.label(), pass, flops, seconds, peak, total);
        }
      }
    }
    add(table, "all operators", "", sumFlops, sumSeconds, peak, total);
    add(table, "the training", "", sumFlops, total, peak, total);
    out.printf(
        Locale.ROOT,
        "%n%s, %d epochs without Spark, seconds of all threads; products of %d×%d×%d before and"
            + " between: %.1f GFLOP/s%n",
        name,
        epochs,
        LargeProducts.SIZE,
        LargeProducts.SIZE,
        LargeProducts.SIZE,
        peak);
    out.print(table);
  }

  private void add(
      TextTable table,
      String operator,
      String pass,
      double flops,
      double seconds,
      double peak,
      double total) {
    double speed = flops / seconds / 1e9 * threads;
    table.add(
        operator,
        pass,
        number("%,.1f", flops / 1e9),
        number("%.3f", seconds),
        number("%.1f", speed),
        number("%.0f %%", 100 * speed / peak),
        number("%.1f %%", 100 * seconds / total));
  }

  private static String number(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }

  private TrainingResult train(
      Graph graph,
      float[] initial,
      TrainingOptions options,
      List<Shard> shards,
      Profile total,
      Runnable afterEpoch) {
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void epoch(EpochRecord epoch) {
            afterEpoch.run();
          }
        };
    ConcurrentLinkedQueue<Profile> profiles = new ConcurrentLinkedQueue<>();
    int batchRows = Engine.defaultMaxRows(graph);
    try (LocalRounds rounds =
        new LocalRounds(
            graph,
            initial,
            options.seed(),
            shards,
            List.of(),
            threads,
            () -> {
              Engine engine = LocalRounds.engines(graph, options, batchRows, false).get();
              Profile profile = new Profile();
              profiles.add(profile);
              engine.setProfile(profile);
              return engine;
            })) {
      return Trainer.train(graph, initial, options, rounds, listener);
    } finally {
      profiles.forEach(total::add);
    }
  }

  private List<Shard> shards(ImageSet set) {
    int[] chosen =
        IntStream.range(0, set.rows())
            .filter(row -> set.parts()[row] != Part.TEST)
            .limit(rows)
            .toArray();
    List<Shard> shards = new ArrayList<>();
    for (int s = 0; s < threads; s++) {
      List<byte[]> blocks = new ArrayList<>();
      ShardWriter writer = ShardWriter.dense(set.imageSize(), blocks::add);
      for (int i = chosen.length * s / threads; i < chosen.length * (s + 1) / threads; i++) {
        writer.addBytes(set.pixels(), chosen[i] * set.imageSize(), set.labels()[chosen[i]], 1);
      }
      writer.finish();
      shards.add(ArrowShard.of(set.imageSize(), blocks));
    }
    return shards;
  }

  // ---- a fit in Spark --------------------------------------------------------------------------

  private void sampleFit(SparkSession spark, String name, ImageSet set) throws IOException {
    Dataset<Row> training = ImageFrame.training(spark, set, threads).limit(rows);
    Dataset<Row> dealt = training.repartition(threads).cache();
    dealt.count();
    NeuralNetworkClassifier classifier =
        new NeuralNetworkClassifier()
            .setNetwork(Presets.named(name, set))
            .setBatchSize(batchSize)
            .setTol(0)
            .setSeed(42L);
    classifier.setMaxIter(1).fit(dealt); // warms up
    classifier.setMaxIter(epochs);
    TaskSamples samples = TaskSamples.during(() -> classifier.fit(dealt));
    dealt.unpersist();
    out.printf(
        Locale.ROOT,
        "%n%s, a fit of %d epochs in Spark: of %,d samples of its task threads%n%s",
        name,
        epochs,
        samples.all(),
        samples.table());
  }
}
