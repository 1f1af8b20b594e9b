package io.github.secateur.examples.measure;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Runs the script {@code pytorch_classifier.py} with a Python that has torch. */
final class PyTorch {
  private static final String SCRIPT = "pytorch_classifier.py";

  private final Path python;
  private final Path images;
  private final int threads;

  /**
   * Describes the runs.
   *
   * @param python the interpreter
   * @param images the folder of the four IDX files
   */
  PyTorch(Path python, Path images, int threads) {
    this.python = python;
    this.images = images;
    this.threads = threads;
  }

  /**
   * What a training printed.
   *
   * @param version of torch
   * @param epochSeconds of each epoch, without its test
   * @param accuracy on the test images after the last epoch
   * @param rowsPerSecond of predicting the training images
   */
  record Result(String version, List<Double> epochSeconds, double accuracy, double rowsPerSecond) {}

  /**
   * Trains a network.
   *
   * @param network mlp or cnn
   * @throws IOException if the script fails, with the last line that it printed
   */
  Result train(String network, int batchSize, int epochs) throws IOException {
    Path script = Files.createTempFile("pytorch", ".py");
    try (InputStream resource = PyTorch.class.getResourceAsStream(SCRIPT)) {
      Files.copy(resource, script, StandardCopyOption.REPLACE_EXISTING);
      return run(
          python.toString(),
          script.toString(),
          images.toString(),
          network,
          Integer.toString(batchSize),
          Integer.toString(epochs),
          Integer.toString(threads));
    } finally {
      Files.delete(script);
    }
  }

  /**
   * Returns the variables of the environment that torch's libraries read, such as
   * OPENBLAS_CORETYPE=…, since a run depends on them; empty if there are none.
   */
  static String environment() {
    return System.getenv().entrySet().stream()
        .filter(variable -> variable.getKey().matches("(OPENBLAS|OMP|GOMP|MKL|KMP)_.*"))
        .map(variable -> variable.getKey() + "=" + variable.getValue())
        .sorted()
        .collect(Collectors.joining(" "));
  }

  private static Result run(String... command) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    Process process = builder.start();
    List<String> lines = new ArrayList<>();
    try (BufferedReader output =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      output.lines().forEach(lines::add);
      if (process.waitFor() != 0) {
        throw new IOException(
            String.format(
                Locale.ROOT,
                "%s failed: %s",
                String.join(" ", command),
                lines.isEmpty() ? "it printed nothing" : lines.get(lines.size() - 1)));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      process.destroy();
    }
    return parse(lines);
  }

  /** Reads what the script prints; other lines, as of warnings, are passed over. */
  static Result parse(List<String> lines) {
    String version = "";
    List<Double> seconds = new ArrayList<>();
    double accuracy = Double.NaN;
    double rowsPerSecond = Double.NaN;
    for (String line : lines) {
      String[] words = line.split(" ");
      if (words[0].equals("version") && words.length == 2) {
        version = words[1];
      } else if (words[0].equals("epoch") && words.length == 6) {
        seconds.add(Double.parseDouble(words[3]));
        accuracy = Double.parseDouble(words[5]);
      } else if (words[0].equals("transform") && words.length == 3) {
        rowsPerSecond = Double.parseDouble(words[1]);
      }
    }
    return new Result(version, seconds, accuracy, rowsPerSecond);
  }
}
