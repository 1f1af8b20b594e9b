package io.github.secateur.examples.measure;

import io.github.secateur.examples.StandardOutput;
import io.github.secateur.plan.print.TextTable;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.IntToDoubleFunction;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Says how long an epoch would take on clusters of up to a thousand executors, from the costs of
 * rounds that {@link MeasureRounds} measured and the speed of one core, and draws it.
 */
@Command(
    name = "SimulateRounds",
    description =
        "Simulates epochs on large clusters from measured costs of rounds, and draws them.",
    mixinStandardHelpOptions = true,
    showDefaultValues = true,
    sortOptions = false,
    usageHelpWidth = 100)
public final class SimulateRounds implements Callable<Integer> {
  private static final int[] EXECUTORS = {1, 2, 5, 10, 20, 50, 100, 200, 500, 1000};

  @Option(
      names = "--csv",
      paramLabel = "FILE",
      required = true,
      description = "Measurements of MeasureRounds.")
  private Path csv;

  @Option(names = "--svg", paramLabel = "FILE", description = "Where to draw.")
  private Path svg;

  @Option(names = "--rows", defaultValue = "1e10", description = "Rows of the training set.")
  private double rows;

  @Option(names = "--weights", defaultValue = "1e6", description = "Trainable weights.")
  private double weights;

  @Option(
      names = "--rows-per-second",
      defaultValue = "20000",
      description = "Rows whose gradient one core computes in a second.")
  private double rowsPerSecond;

  @Option(names = "--cores", defaultValue = "4", description = "Cores of each executor.")
  private int cores;

  @Option(
      names = "--batches",
      split = ",",
      defaultValue = "4096,65536,1048576",
      description = "Rows of an optimizer step, over all executors.")
  private double[] batches;

  @Option(
      names = "--local-steps",
      defaultValue = "16",
      description = "Compared with 1, at each batch size but the last.")
  private int localSteps;

  private final PrintStream out = StandardOutput.open();

  /** Runs the command. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new SimulateRounds()).execute(args));
  }

  /** A way to train: how large a step is, and how many are taken in a round. */
  private record Setting(double batch, int localSteps) {
    String label() {
      return String.format(Locale.ROOT, "batchSize %,.0f, localSteps %d", batch, localSteps);
    }
  }

  @Override
  public Integer call() throws IOException {
    List<RoundCost.Measured> measured = read(csv);
    RoundCost cost = RoundCost.fit(measured);
    List<Setting> settings = new ArrayList<>();
    for (int i = 0; i < batches.length; i++) {
      settings.add(new Setting(batches[i], 1));
      if (i < batches.length - 1) {
        settings.add(new Setting(batches[i], localSteps));
      }
    }
    out.println(cost);
    out.println(cost.deviation(measured));
    out.printf(
        Locale.ROOT,
        "%n%,.0f rows, %,.0f weights, %d cores each of %,.0f rows/s; hours of an epoch, and the"
            + " part of it in rounds%n%n",
        rows,
        weights,
        cores,
        rowsPerSecond);
    out.println(table(cost, settings));
    if (svg != null) {
      Files.writeString(svg, plot(cost, settings).svg());
    }
    return 0;
  }

  private TextTable table(RoundCost cost, List<Setting> settings) {
    boolean[] rightAligned = new boolean[settings.size() + 3];
    Arrays.fill(rightAligned, true);
    TextTable table = new TextTable(rightAligned);
    List<String> heading = new ArrayList<>(List.of("executors", "added by", "arithmetic"));
    settings.forEach(
        setting ->
            heading.add(
                String.format(Locale.ROOT, "%,.0f × %d", setting.batch, setting.localSteps)));
    table.add(heading.toArray(String[]::new));
    for (int executors : EXECUTORS) {
      List<String> cells = new ArrayList<>();
      cells.add(TextTable.number(executors));
      cells.add(RoundCost.way(executors, weights));
      cells.add(hours(arithmetic(executors)));
      for (Setting setting : settings) {
        double inRounds = inRounds(cost, executors, setting);
        double all = arithmetic(executors) + inRounds;
        cells.add(hours(all) + String.format(Locale.ROOT, " %3.0f %%", 100 * inRounds / all));
      }
      table.add(cells.toArray(String[]::new));
    }
    return table;
  }

  private LogPlot plot(RoundCost cost, List<Setting> settings) {
    LogPlot plot =
        new LogPlot(
            String.format(Locale.ROOT, "An epoch of %,.0f rows, %,.0f weights", rows, weights),
            "executors of " + cores + " cores",
            "hours");
    plot.add("arithmetic alone", points(this::arithmetic));
    for (Setting setting : settings) {
      plot.add(
          setting.label(),
          points(executors -> arithmetic(executors) + inRounds(cost, executors, setting)));
    }
    return plot;
  }

  private static double[][] points(IntToDoubleFunction seconds) {
    double[][] points = new double[EXECUTORS.length][];
    for (int i = 0; i < EXECUTORS.length; i++) {
      points[i] = new double[] {EXECUTORS[i], seconds.applyAsDouble(EXECUTORS[i]) / 3600};
    }
    return points;
  }

  private double arithmetic(int executors) {
    return rows / (executors * (double) cores * rowsPerSecond);
  }

  /** One task for each executor; with local steps, weights and two moments travel. */
  private double inRounds(RoundCost cost, int executors, Setting setting) {
    double rounds = rows / setting.batch / setting.localSteps;
    double sent = setting.localSteps == 1 ? weights : 3 * weights;
    return rounds * cost.seconds(executors, (double) executors * cores, sent);
  }

  private static String hours(double seconds) {
    return String.format(Locale.ROOT, "%.2f", seconds / 3600);
  }

  private static List<RoundCost.Measured> read(Path csv) throws IOException {
    List<RoundCost.Measured> measured = new ArrayList<>();
    for (String line : Files.readAllLines(csv)) {
      String[] cells = line.split(",");
      if (cells.length == 4 && !cells[0].equals("tasks")) {
        measured.add(
            new RoundCost.Measured(
                Integer.parseInt(cells[0]),
                Integer.parseInt(cells[1]),
                Long.parseLong(cells[2]),
                Double.parseDouble(cells[3])));
      }
    }
    if (measured.isEmpty()) {
      throw new IOException(csv + " has no measurements; write it by: MeasureRounds --csv FILE");
    }
    return measured;
  }
}
