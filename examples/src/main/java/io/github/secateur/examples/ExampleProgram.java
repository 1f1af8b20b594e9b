package io.github.secateur.examples;

import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What example programs share: a Spark session, where they print, and how they count. */
abstract class ExampleProgram implements Callable<Integer> {
  @Spec private CommandSpec command;

  @Option(
      names = "--master",
      paramLabel = "URL",
      description = "Spark's master; without it what spark-submit says, else local[*].")
  private String master;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help, and end.")
  private boolean help;

  /** Runs a program as main does; ends the JVM if it fails. */
  static void main(ExampleProgram program, String[] args) {
    PrintStream output = StandardOutput.open();
    int exitCode =
        run(program, new PrintWriter(output, true), new PrintWriter(System.err, true), args);
    if (exitCode != 0) {
      System.exit(exitCode);
    }
  }

  /** Runs a program; returns 0, or 1 after a failure, or 2 for wrong options. */
  static int run(ExampleProgram program, PrintWriter output, PrintWriter error, String... args) {
    return new CommandLine(program)
        .setOut(output)
        .setErr(error)
        .setUsageHelpWidth(100)
        .setExecutionExceptionHandler(ExampleProgram::sayWhy)
        .execute(args);
  }

  @Override
  public final Integer call() throws Exception {
    SparkSession.Builder builder = SparkSession.builder().appName(command.name());
    if (master != null) {
      builder.master(master);
    } else if (System.getProperty("spark.master") == null) {
      builder.master("local[*]");
    }
    try (SparkSession spark = builder.getOrCreate()) {
      run(spark);
    }
    return 0;
  }

  /** Does what the program is for. */
  abstract void run(SparkSession spark) throws Exception;

  /** Prints a line. */
  void say(String format, Object... values) {
    command.commandLine().getOut().println(String.format(Locale.ROOT, format, values));
    command.commandLine().getOut().flush();
  }

  /** Counts the rows whose prediction is the label, and prints that. */
  void sayAccuracy(String what, Dataset<Row> tested) {
    long right = tested.filter(functions.expr("prediction = label")).count();
    long rows = tested.count();
    say("%s: accuracy %.4f, %,d of %,d right", what, right / (double) rows, right, rows);
  }

  /**
   * A wrong file or value is told in one line; anything else is a defect, and keeps its stack
   * trace.
   */
  private static int sayWhy(
      Exception failure, CommandLine command, CommandLine.ParseResult arguments) throws Exception {
    if (failure instanceof IOException || failure instanceof IllegalArgumentException) {
      command.getErr().println(command.getCommandName() + ": " + failure.getMessage());
      return CommandLine.ExitCode.SOFTWARE;
    }
    throw failure;
  }
}
