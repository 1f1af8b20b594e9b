package io.github.secateur.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Runs the benchmarks in each of some JVMs, with and without the Vector API, and prints tables. An
 * implementation that is missing in a JVM leaves its cells empty.
 */
@Command(
    name = "Benchmarks",
    description = {
      "Measures the kernels, one thread, and prints medians: GFLOP/s of products and",
      "microseconds of the other kernels. OpenBLAS needs OPENBLAS_NUM_THREADS=1 around this,",
      "and on a processor that it does not know OPENBLAS_CORETYPE."
    },
    mixinStandardHelpOptions = true,
    showDefaultValues = true,
    sortOptions = false,
    usageHelpWidth = 100)
public final class Benchmarks implements Callable<Integer> {
  private static final String MODULE = "jdk.incubator.vector";
  private static final List<String> KINDS = List.of("gemm", "kernels", "in-turn");
  private static final List<String> MODULES = List.of("with", "without");

  /** In turn, what is an iteration elsewhere is cut into so many pieces. */
  private static final int TURNS_IN_AN_ITERATION = 25;

  /** What OpenBLAS says when it is loaded. */
  private static final Pattern OPENBLAS_CORE = Pattern.compile("(?m)^Core: (\\S+)$");

  @Spec private CommandSpec spec;

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
      description = {
        "gemm: products, by JMH; kernels: the others, by JMH; in-turn: products, the",
        "implementations in turn in one JVM, for machines whose speed changes meanwhile."
      })
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
  public Integer call() throws RunnerException, IOException, InterruptedException {
    check("--kinds", kinds, KINDS);
    check("--modules", modules, MODULES);
    if (kinds.contains("in-turn") && !modules.contains("with")) {
      throw wrong("in-turn measures vector kernels; add --modules with");
    }
    StringBuilder tables = new StringBuilder();
    for (Path home : homes) {
      for (String module : modules) {
        boolean with = module.equals("with");
        String where =
            String.format(
                Locale.ROOT, "%s, %s the Vector API", version(home), with ? "with" : "without");
        if (kinds.contains("gemm")) {
          tables.append("\nGFLOP/s, one thread, ").append(where).append('\n');
          tables.append(gemmTable(run(home, with, GemmBenchmark.class)));
        }
        if (kinds.contains("kernels")) {
          tables.append("\nµs, one thread, ").append(KernelBenchmark.ROWS).append(" rows, ");
          tables.append(where).append('\n');
          tables.append(kernelTable(run(home, with, KernelBenchmark.class)));
        }
        if (kinds.contains("in-turn") && with) {
          tables.append("\nGFLOP/s, one thread, in turn, ").append(where).append('\n');
          tables.append(inTurn(home));
        }
      }
    }
    System.out.print(tables);
    return 0;
  }

  private void check(String option, List<String> values, List<String> allowed) {
    for (String value : values) {
      if (!allowed.contains(value)) {
        throw wrong(
            String.format(
                Locale.ROOT,
                "%s takes %s, found \"%s\"",
                option,
                String.join(", ", allowed),
                value));
      }
    }
  }

  private CommandLine.ParameterException wrong(String message) {
    return new CommandLine.ParameterException(spec.commandLine(), message);
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

  /** Runs {@link ProductsInTurn} in a JVM of its own and returns what it prints. */
  private String inTurn(Path home) throws IOException, InterruptedException {
    List<String> measured = shapes.isEmpty() ? GemmBenchmark.shapes() : shapes;
    Path errors = Files.createTempFile("benchmarks", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder(
                home.resolve("bin").resolve("java").toString(),
                "-Xmx1g",
                "--add-modules",
                MODULE,
                "-cp",
                System.getProperty("java.class.path"),
                ProductsInTurn.class.getName(),
                Integer.toString(millis / TURNS_IN_AN_ITERATION),
                Integer.toString(warmups * TURNS_IN_AN_ITERATION),
                Integer.toString(forks * iterations * TURNS_IN_AN_ITERATION),
                String.join(",", transposes),
                String.join(",", measured))
            .redirectError(errors.toFile());
    builder.environment().putIfAbsent("OPENBLAS_VERBOSE", "2"); // it then tells its kernels
    try {
      Process jvm = builder.start();
      String table = new String(jvm.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      String said = Files.readString(errors);
      if (jvm.waitFor() != 0) {
        throw new IllegalStateException("the measurement in " + home + " failed:\n" + table + said);
      }
      Matcher core = OPENBLAS_CORE.matcher(said);
      return core.find()
          ? "native-blas is OpenBLAS with its kernels for " + core.group(1) + "\n" + table
          : table;
    } finally {
      Files.delete(errors);
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

  private static String gemmTable(Collection<RunResult> results) {
    SpeedTable table = new SpeedTable();
    for (RunResult result : results) {
      int[] sizes = GemmBenchmark.sizes(result.getParams().getParam("shape"));
      table.put(
          result.getParams().getParam("shape") + " " + result.getParams().getParam("transposes"),
          result.getParams().getParam("implementation"),
          2e-3 * sizes[0] * sizes[1] * sizes[2] / median(result));
    }
    StringBuilder text = new StringBuilder(table.print("%.1f"));
    for (String ours : List.of("vector", "scalar")) {
      for (String other : List.of("native-blas", "java-blas")) {
        text.append(table.ratios(ours, other).summary(other, ours + " / " + other));
      }
    }
    return text.toString();
  }

  private static String kernelTable(Collection<RunResult> results) {
    SpeedTable table = new SpeedTable();
    for (RunResult result : results) {
      table.put(
          result.getPrimaryResult().getLabel(),
          result.getParams().getParam("implementation"),
          median(result));
    }
    return table.print("%.1f");
  }

  /** Returns the median of the iterations, in microseconds. */
  private static double median(RunResult result) {
    return result.getPrimaryResult().getStatistics().getPercentile(50);
  }
}
