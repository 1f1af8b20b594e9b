package io.github.secateur.examples;

import io.github.secateur.nn.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * Draws the backward plan of a network as one HTML page, or prints it, without any data and without
 * Spark.
 */
@Command(
    name = "DrawPlan",
    description = {
      "Draws the backward plan of a network: what each training step computes, what it leaves out, and why.",
      "Example: --network cnn --freeze conv2d_1,conv2d_2 --output plan.html"
    },
    mixinStandardHelpOptions = true,
    showDefaultValues = true,
    sortOptions = false,
    usageHelpWidth = 100)
public final class DrawPlan implements Callable<Integer> {

  @Spec private CommandSpec command;

  @Option(
      names = "--network",
      paramLabel = "NAME|FILE.json",
      defaultValue = "residual",
      description = "One of residual, " + Presets.NAMES + ", or a file with a network as JSON.")
  private String network;

  @Option(
      names = "--freeze",
      paramLabel = "LAYER",
      split = ",",
      description = "Names of layers that are not trained.")
  private List<String> frozen = List.of();

  @Option(
      names = "--output",
      paramLabel = "FILE.html",
      description = "Where to write the page; without it the plan is printed as text.")
  private Path output;

  /** Runs the command; the exit code is 0, or 1 after a failure, or 2 for wrong options. */
  public static void main(String[] args) {
    System.exit(
        new CommandLine(new DrawPlan())
            .setExecutionExceptionHandler(DrawPlan::sayWhy)
            .execute(args));
  }

  @Override
  public Integer call() throws IOException {
    Network drawn = network.equals("residual") ? residual() : Presets.named(network, blankImages());
    drawn = drawn.withFrozen(frozen);
    if (output == null) {
      command.commandLine().getOut().println(drawn.explainBackward());
    } else {
      Files.writeString(output, drawn.explainBackward("html"));
      command.commandLine().getOut().println("The plan is in " + output);
    }
    return 0;
  }

  /** A residual network for Fashion-MNIST. */
  static Network residual() {
    return Network.image(28, 28, 1)
        .scale(1f / 255)
        .conv2d(32, 3)
        .named("stem")
        .relu()
        .maxPool2d(2)
        .residual(branch -> branch.conv2d(32, 3).relu().conv2d(32, 3))
        .relu()
        .maxPool2d(2)
        .conv2d(64, 3)
        .batchNorm()
        .relu()
        .globalAvgPool2d()
        .dense(10);
  }

  /** Presets take sizes from images: these are Fashion-MNIST's. */
  private static ImageSet blankImages() {
    byte[] labels = new byte[10];
    Part[] parts = new Part[labels.length];
    Arrays.fill(parts, Part.TRAINING);
    for (byte label = 0; label < labels.length; label++) {
      labels[label] = label;
    }
    return new ImageSet("blank", 28, 28, 255, new byte[labels.length * 28 * 28], labels, parts);
  }

  private static int sayWhy(Exception failure, CommandLine line, CommandLine.ParseResult arguments)
      throws Exception {
    if (failure instanceof IOException || failure instanceof IllegalArgumentException) {
      line.getErr().println("DrawPlan: " + failure.getMessage());
      return CommandLine.ExitCode.SOFTWARE;
    }
    throw failure;
  }
}
