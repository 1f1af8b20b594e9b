package io.github.secateur.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine.Command;

/** Each example reaches the accuracy that its help says, within half a point. */
class ExampleProgramsTest {
  @TempDir Path folder;

  @Test
  void penguins() {
    check(new ClassifyPenguins());
  }

  @Test
  void fineTuning() {
    check(new FineTuneDigits(), "--model", folder.resolve("model").toString());
  }

  @Test
  void stream() {
    check(new ScoreStream(), "--model", folder.resolve("model").toString());
  }

  @Test
  void speech() throws InterruptedException {
    try {
      new ProcessBuilder("espeak-ng", "--version")
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (IOException e) {
      assumeTrue(false, "SKIPPED: espeak-ng is not installed");
    }
    check(new ClassifySpeech());
  }

  @Test
  void messagesSayHowToGetThem() {
    StringWriter errors = new StringWriter();
    String nowhere = folder.resolve("nowhere").toString();
    int exitCode =
        ExampleProgram.run(
            new ClassifyMessages(),
            new PrintWriter(new StringWriter()),
            new PrintWriter(errors, true),
            "--master",
            "local[2]",
            "--data",
            nowhere);
    assertEquals(1, exitCode);
    assertTrue(errors.toString().contains(nowhere), errors::toString);
  }

  private static void check(ExampleProgram program, String... options) {
    StringWriter output = new StringWriter();
    List<String> arguments = new ArrayList<>(List.of("--master", "local[2]"));
    arguments.addAll(List.of(options));
    int exitCode =
        ExampleProgram.run(
            program,
            new PrintWriter(output, true),
            new PrintWriter(System.err, true),
            arguments.toArray(String[]::new));
    assertEquals(0, exitCode);
    System.out.println(output);

    String help = String.join("\n", program.getClass().getAnnotation(Command.class).description());
    List<Double> expected = numbers("\\b([01]\\.\\d{4})\\b", help);
    List<Double> found = numbers("accuracy ([01]\\.\\d{4})", output.toString());
    assertTrue(!expected.isEmpty() && found.size() >= expected.size(), output::toString);
    found = found.subList(found.size() - expected.size(), found.size());
    for (int i = 0; i < expected.size(); i++) {
      assertEquals(expected.get(i), found.get(i), 0.005, output::toString);
    }
  }

  private static List<Double> numbers(String pattern, String text) {
    List<Double> numbers = new ArrayList<>();
    Matcher matcher = Pattern.compile(pattern).matcher(text);
    while (matcher.find()) {
      numbers.add(Double.parseDouble(matcher.group(1)));
    }
    return numbers;
  }
}
