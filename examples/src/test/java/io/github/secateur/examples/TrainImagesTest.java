package io.github.secateur.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainImagesTest {
  @TempDir Path folder;

  @Test
  void digitsAreReadAfterAFewEpochs() {
    StringWriter output = new StringWriter();

    int exitCode =
        run(
            output,
            "--master",
            "local[2]",
            "--network",
            "mlp",
            "--epochs",
            "4",
            "--model",
            model());

    String printed = output.toString();
    assertEquals(0, exitCode, printed);
    for (String part :
        List.of(
            "UCI digits: 1,261 images of 8×8 for training, 181 for validation, 355 for the test",
            "Backward plan",
            "validation accuracy",
            "label \\ predicted",
            "The model is in " + model())) {
      assertTrue(printed.contains(part), "\"" + part + "\" is not in\n" + printed);
    }
    Matcher accuracy = Pattern.compile("accuracy (0\\.\\d+): ").matcher(printed);
    assertTrue(accuracy.find() && Double.parseDouble(accuracy.group(1)) > 0.8, printed);
    assertTrue(Files.isDirectory(folder.resolve("model")));
  }

  @Test
  void aNetworkMayComeFromAJsonFile() throws IOException {
    Path file = folder.resolve("network.json");
    Files.writeString(file, Presets.named("mlp", Digits.read()).toJson());

    assertEquals(
        Presets.named("mlp", Digits.read()), Presets.named(file.toString(), Digits.read()));
  }

  @Test
  void anUnknownNetworkIsToldInOneLine() {
    StringWriter output = new StringWriter();

    int exitCode = run(output, "--network", "nonsense", "--model", model());

    assertEquals(1, exitCode);
    assertEquals(
        "TrainImages: --network must be one of small-cnn, cnn, mlp, or a JSON file; found"
            + " \"nonsense\"",
        output.toString().strip());
  }

  @Test
  void helpNamesEveryOption() {
    StringWriter output = new StringWriter();

    assertEquals(0, run(output, "--help"));

    for (String option :
        List.of(
            "--data",
            "--network",
            "--epochs",
            "--batch-size",
            "--local-steps",
            "--step-size",
            "--seed",
            "--partitions",
            "--master",
            "--model")) {
      assertTrue(output.toString().contains(option), option);
    }
  }

  private String model() {
    return folder.resolve("model").toString();
  }

  private static int run(StringWriter output, String... args) {
    PrintWriter writer = new PrintWriter(output, true);
    return TrainImages.run(writer, writer, args);
  }
}
