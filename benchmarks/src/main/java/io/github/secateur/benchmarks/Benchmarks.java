package io.github.secateur.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Runs the benchmarks in each of some JVMs, with and without the Vector API, and prints tables. An
 * implementation that is missing in a JVM leaves its cells empty.
 */
@Command(
    name = "Benchmarks",
    description = {
      "Measures the kernels with JMH, one thread, and prints GFLOP/s of products and",
      "microseconds of the other kernels. OpenBLAS needs OPENBLAS_NUM_THREADS=1 around this."
    },
    mixinStandardHelpOptions = true,
    showDefaultValues = true,
    sortOptions = false,
    usageHelpWidth = 100)
public final class Benchmarks implements Callable<Integer> {
  private static final String MODULE = "jdk.incubator.vector";

  @Option(
      names = "--java-home",
      paramLabel = "DIR",
      split = ",",
      description = "Homes of the JDKs to measure, with commas between; without it this one.")
  private List<Path> homes = List.of(Path.of(System.getProperty("java.home")));

  @Option(
      names = "--kinds",
      split = ",",
      defaultValue = "gemm,kernels",
      description = "gemm, kernels, or both.")
  private List<String> kinds;

  @Option(
      names = "--modules",
      split = ",",
      defaultValue = "with,without",
      description = "with the module " + MODULE + ", without, or both.")
  private List<String> modules;

  @Option(
      names = "--transposes",
      split = ",",
      defaultValue = "NN",
      description = "Of the products: NN, TN, NT, TT.")
  private List<String> transposes;

  @Option(names = "--shapes", split = ",", description = "m x n x k of products, as 64x3136x576.")
  private List<String> shapes = List.of();

  @Option(names = "--forks", defaultValue = "2", description = "JVMs for each benchmark.")
  private int forks;

  @Option(names = "--iterations", defaultValue = "5", description = "Measurements in each JVM.")
  private int iterations;

  @Option(names = "--warmups", defaultValue = "3", description = "Iterations before, not counted.")
  private int warmups;

  @Option(names = "--millis", defaultValue = "1000", description = "Length of an iteration.")
  private int millis;

  /** Runs the command; the exit code is 0, or 1 after a failure, or 2 for wrong options. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new Benchmarks()).execute(args));
  }

  @Override
  public Integer call() throws RunnerException {
    StringBuilder tables = new StringBuilder();
    for (Path home : homes) {
      for (String module : modules) {
        boolean with = module.equals("with");
        String where = "%s, %s the Vector API".formatted(version(home), with ? "with" : "without");
        if (kinds.contains("gemm")) {
          tables.append("\nGFLOP/s, one thread, ").append(where).append('\n');
          tables.append(gemmTable(run(home, with, GemmBenchmark.class)));
        }
        if (kinds.contains("kernels")) {
          tables.append("\nµs, one thread, ").append(KernelBenchmark.ROWS).append(" rows, ");
          tables.append(where).append('\n');
          tables.append(kernelTable(run(home, with, KernelBenchmark.class)));
        }
      }
    }
    System.out.print(tables);
    return 0;
  }

  private static String version(Path home) {
    try {
      return Files.readAllLines(home.resolve("release")).stream()
          .filter(line -> line.startsWith("JAVA_VERSION="))
          .map(line -> "Java " + line.substring("JAVA_VERSION=".length()).replace("\"", ""))
          .findFirst()
          .orElse(home.toString());
    } catch (IOException e) {
      return home.toString();
    }
  }

  private Collection<RunResult> run(Path home, boolean withModule, Class<?> benchmark)
      throws RunnerException {
    List<String> jvmArguments = new ArrayList<>(List.of("-Xmx1g"));
    if (withModule) {
      jvmArguments.addAll(List.of("--add-modules", MODULE));
    }
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .include("^" + benchmark.getName().replace(".", "\\.") + "\\.")
            .jvm(home.resolve("bin").resolve("java").toString())
            .jvmArgs(jvmArguments.toArray(String[]::new))
            .threads(1)
            .forks(forks)
            .warmupIterations(warmups)
            .warmupTime(TimeValue.milliseconds(millis))
            .measurementIterations(iterations)
            .measurementTime(TimeValue.milliseconds(millis));
    if (!withModule) {
      String[] others =
          benchmark == GemmBenchmark.class
              ? new String[] {"scalar", "java-blas"}
              : new String[] {"scalar"};
      options.param("implementation", others);
    }
    if (benchmark == GemmBenchmark.class) {
      options.param("transposes", transposes.toArray(String[]::new));
      if (!shapes.isEmpty()) {
        options.param("shape", shapes.toArray(String[]::new));
      }
    }
    return new Runner(options.build()).run();
  }

  /** Rows of a table, by name, each with the values of its columns. */
  private static final class Table {
    private final Map<String, Map<String, Double>> rows = new LinkedHashMap<>();
    private final Map<String, Integer> columns = new TreeMap<>();

    void put(String row, String column, double value) {
      rows.computeIfAbsent(row, r -> new TreeMap<>()).put(column, value);
      columns.merge(column, 1, Integer::sum);
    }

    /** Returns the geometric mean of a column over the rows that {@code other} has as well. */
    double mean(String column, String other) {
      return Math.exp(
          rows.values().stream()
              .filter(row -> row.containsKey(column) && row.containsKey(other))
              .mapToDouble(row -> Math.log(row.get(column)))
              .average()
              .orElse(Double.NaN));
    }

    String print(String format) {
      StringBuilder text = new StringBuilder("%-24s".formatted(""));
      columns.keySet().forEach(column -> text.append("%14s".formatted(column)));
      text.append('\n');
      rows.forEach(
          (name, row) -> {
            text.append("%-24s".formatted(name));
            for (String column : columns.keySet()) {
              Double value = row.get(column);
              text.append("%14s".formatted(value == null ? "" : number(format, value)));
            }
            text.append('\n');
          });
      return text.toString();
    }
  }

  private static String number(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }

  private static String gemmTable(Collection<RunResult> results) {
    Table table = new Table();
    for (RunResult result : results) {
      int[] sizes = GemmBenchmark.sizes(result.getParams().getParam("shape"));
      double micros = result.getPrimaryResult().getScore();
      table.put(
          result.getParams().getParam("shape") + " " + result.getParams().getParam("transposes"),
          result.getParams().getParam("implementation"),
          2e-3 * sizes[0] * sizes[1] * sizes[2] / micros);
    }
    StringBuilder text = new StringBuilder(table.print("%.1f"));
    for (String ours : List.of("vector", "scalar")) {
      for (String other : List.of("native-blas", "java-blas")) {
        if (table.columns.containsKey(ours) && table.columns.containsKey(other)) {
          double smallest =
              table.rows.values().stream()
                  .filter(row -> row.containsKey(ours) && row.containsKey(other))
                  .mapToDouble(row -> row.get(ours) / row.get(other))
                  .min()
                  .orElse(Double.NaN);
          text.append(
              "%s / %s: geometric mean %s, smallest %s%n"
                  .formatted(
                      ours,
                      other,
                      number("%.2f", table.mean(ours, other) / table.mean(other, ours)),
                      number("%.2f", smallest)));
        }
      }
    }
    return text.toString();
  }

  private static String kernelTable(Collection<RunResult> results) {
    Table table = new Table();
    for (RunResult result : results) {
      table.put(
          result.getPrimaryResult().getLabel(),
          result.getParams().getParam("implementation"),
          result.getPrimaryResult().getScore());
    }
    return table.print("%.1f");
  }
}
