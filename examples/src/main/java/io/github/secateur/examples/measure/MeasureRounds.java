package io.github.secateur.examples.measure;

import io.github.secateur.examples.StandardOutput;
import io.github.secateur.nn.Network;
import io.github.secateur.plan.print.TextTable;
import io.github.secateur.spark.NeuralNetworkClassifier;
import io.github.secateur.train.EpochRecord;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Measures what a round costs, for numbers of partitions, each with a task, and of weights, next to
 * an empty Spark job over as many partitions with a broadcast of as many bytes.
 */
@Command(
    name = "MeasureRounds",
    description = "Measures what rounds cost, and fits the model of SimulateRounds to it.",
    mixinStandardHelpOptions = true,
    showDefaultValues = true,
    sortOptions = false,
    usageHelpWidth = 100)
public final class MeasureRounds implements Callable<Integer> {
  private static final int WIDTH = 16;
  private static final int CLASSES = 10;

  /** Of gradients, in all rounds of a measurement that has more than three. */
  private static final long ROUND_BYTES = 2L << 30;

  @Option(
      names = "--master",
      paramLabel = "URL",
      description =
          "Spark's master; without it what spark-submit says, else local[*] with one job for each"
              + " step.")
  private String master;

  @Option(
      names = "--partitions",
      split = ",",
      defaultValue = "2,4,8,16,32,64",
      description = "Numbers of partitions.")
  private int[] partitions;

  @Option(
      names = "--weights",
      split = ",",
      defaultValue = "235000,1000000,12000000,50000000",
      description = "Numbers of weights, about.")
  private long[] weights;

  @Option(
      names = "--max-bytes",
      defaultValue = "2000000000",
      description = "Leaves out what would have more bytes of gradients in a round.")
  private long maxBytes;

  @Option(
      names = "--rounds",
      defaultValue = "60",
      description =
          "Rounds of a measurement, after as many to warm up; fewer, but 3, where they send much.")
  private int rounds;

  @Option(
      names = "--group",
      description =
          "One task for all shards of a core or an executor, as in a fit. Without it, one for each"
              + " shard, to see what tasks cost.")
  private boolean group;

  @Option(names = "--csv", paramLabel = "FILE", description = "Where to write the measurements.")
  private Path csv;

  @Option(names = "--runs", defaultValue = "3", description = "Of each measurement.")
  private int runs;

  private final PrintStream out = StandardOutput.open();

  /** Runs the command. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new MeasureRounds()).execute(args));
  }

  @Override
  public Integer call() throws IOException {
    List<RoundCost.Measured> measured = new ArrayList<>();
    StringBuilder lines = new StringBuilder("tasks,cores,weights,seconds\n");
    try (SparkSession spark = session()) {
      out.printf(
          Locale.ROOT,
          "%s; milliseconds a round, medians of %d runs%n%n",
          spark.sparkContext().master(),
          runs);
      printRow(
          "weights",
          "partitions",
          "rounds",
          "round",
          "compute",
          "broadcast",
          "reduce",
          "MB sent",
          "MB back",
          "empty",
          "ratio");
      epoch(spark, network(weights[0]), partitions[0], rounds); // warms up
      for (long wanted : weights) {
        Network network = network(wanted);
        long count = network.lower().parameterCount();
        for (int shards : partitions) {
          long bytes = Float.BYTES * count * shards;
          if (bytes <= maxBytes) {
            RoundCost.Measured cost = measure(spark, network, (int) count, shards);
            measured.add(cost);
            lines.append(
                String.format(
                    Locale.ROOT,
                    "%d,%d,%d,%.6f%n",
                    cost.tasks(),
                    cost.cores(),
                    cost.weights(),
                    cost.seconds()));
            if (csv != null) {
              Files.writeString(csv, lines); // as it goes: a measurement may be ended early
            }
          }
        }
      }
    }
    RoundCost cost = RoundCost.fit(measured);
    out.printf(Locale.ROOT, "%n%s%n%s%n", cost, cost.deviation(measured));
    return 0;
  }

  /** Measures rounds, ours and empty ones in turn, and prints a line. */
  private RoundCost.Measured measure(
      SparkSession spark, Network network, int weightCount, int shards) {
    int count = (int) Math.min(rounds, ROUND_BYTES / (4L * weightCount * shards));
    count = Math.max(3, count);
    List<EpochRecord> epochs = new ArrayList<>();
    List<Double> empty = new ArrayList<>();
    for (int run = 0; run < runs; run++) {
      epochs.add(epoch(spark, network, shards, count));
      empty.add(emptyRound(spark, shards, weightCount, count));
    }
    double round = perRound(epochs, EpochRecord::seconds);
    double broadcast = perRound(epochs, EpochRecord::broadcastSeconds);
    double reduce = perRound(epochs, EpochRecord::reduceSeconds);
    printRow(
        TextTable.number(weightCount),
        Integer.toString(shards),
        Integer.toString(count),
        millis(round),
        millis(perRound(epochs, EpochRecord::computeSeconds)),
        millis(broadcast),
        millis(reduce),
        megabytes(perRound(epochs, EpochRecord::broadcastBytes)),
        megabytes(perRound(epochs, EpochRecord::reduceBytes)),
        millis(Timings.median(empty)),
        String.format(Locale.ROOT, "%.2f", round / Timings.median(empty)));
    return new RoundCost.Measured(
        shards, spark.sparkContext().defaultParallelism(), weightCount, broadcast + reduce);
  }

  private static double perRound(List<EpochRecord> epochs, ToDoubleFunction<EpochRecord> what) {
    return Timings.median(
        epochs.stream().map(epoch -> what.applyAsDouble(epoch) / epoch.rounds()).toList());
  }

  private void printRow(Object... cells) {
    out.print(
        String.format(
            Locale.ROOT,
            "%11s".repeat(cells.length) + "%n",
            cells)); // at once: executors write, too
  }

  private SparkSession session() {
    SparkSession.Builder builder =
        SparkSession.builder()
            .appName("MeasureRounds")
            .config("spark.secateur.stepsInOneJob", false)
            .config("spark.secateur.groupShards", group)
            .config("spark.ui.enabled", false);
    if (master != null) {
      builder.master(master);
    } else if (System.getProperty("spark.master") == null) {
      builder.master("local[*]");
    }
    return builder.getOrCreate();
  }

  /** A network whose arithmetic is little for its weights: one row for each shard and step. */
  private static Network network(long weights) {
    int hidden = (int) Math.max(1, Math.round(Math.sqrt((double) weights)) - WIDTH);
    return Network.input(WIDTH).dense(hidden).relu().dense(hidden).relu().dense(CLASSES);
  }

  /** Returns the second of two epochs. */
  private static EpochRecord epoch(SparkSession spark, Network network, int shards, int rounds) {
    Dataset<Row> rows = rows(spark, shards, rounds);
    return new NeuralNetworkClassifier()
        .setNetwork(network)
        .setSolver("sgd")
        .setMomentum(0)
        .setStepSize(1e-6)
        .setTol(0)
        .setMaxIter(2)
        .setBatchSize(shards)
        .fit(rows)
        .summary()
        .history()
        .epochs()
        .get(1);
  }

  private static Dataset<Row> rows(SparkSession spark, int shards, int rowsOfShard) {
    JavaRDD<Row> rows =
        JavaSparkContext.fromSparkContext(spark.sparkContext())
            .parallelize(IntStream.range(0, shards).boxed().toList(), shards)
            .flatMap(
                shard -> IntStream.range(0, rowsOfShard).mapToObj(MeasureRounds::row).iterator());
    return spark.createDataFrame(
        rows,
        new StructType()
            .add("features", SQLDataTypes.VectorType())
            .add("label", DataTypes.DoubleType));
  }

  private static Row row(int number) {
    double[] features = new double[WIDTH];
    features[number % WIDTH] = 0.5;
    return RowFactory.create(Vectors.dense(features), (double) (number % CLASSES));
  }

  /** Returns the seconds of a job that does nothing but receive a broadcast. */
  private static double emptyRound(SparkSession spark, int shards, int weightCount, int rounds) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    JavaRDD<Integer> cached =
        context.parallelize(IntStream.range(0, shards).boxed().toList(), shards).cache();
    cached.count();
    float[] state = new float[weightCount];
    IntStream.range(0, weightCount).forEach(i -> state[i] = i * 1e-6f);
    long start = 0;
    for (int round = -rounds; round < rounds; round++) {
      if (round == 0) {
        start = System.nanoTime();
      }
      Broadcast<float[]> sent = context.broadcast(state);
      cached.map(shard -> sent.value().length).collect();
      sent.destroy();
    }
    cached.unpersist();
    return (System.nanoTime() - start) / 1e9 / rounds;
  }

  private static String millis(double seconds) {
    return String.format(Locale.ROOT, "%.1f", 1e3 * seconds);
  }

  private static String megabytes(double bytes) {
    return String.format(Locale.ROOT, "%.1f", bytes / 1e6);
  }
}
