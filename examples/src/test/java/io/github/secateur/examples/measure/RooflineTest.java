package io.github.secateur.examples.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RooflineTest {

  @Test
  void everyOperatorHasItsShare(@TempDir Path folder) throws IOException {
    CompareTest.write(folder, "train", 400);
    CompareTest.write(folder, "t10k", 10);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    int exitCode =
        Roofline.run(
            new PrintStream(bytes, true, StandardCharsets.UTF_8),
            "--images=" + folder,
            "--networks=mlp",
            "--threads=2",
            "--batch-size=100",
            "--epochs=20");
    String printed = bytes.toString(StandardCharsets.UTF_8);
    assertEquals(0, exitCode, printed);
    List<String> lines = printed.lines().toList();
    // the three dense layers do 2 · (784·256 + 256·128 + 128·10) operations for each row forward
    double forward = 20 * 400 * 2.0 * (784 * 256 + 256 * 128 + 128 * 10) / 1e9;
    assertEquals(
        1,
        count(lines, "dense +forward +" + String.format(Locale.ROOT, "%.1f", forward) + " .*"),
        printed);
    assertEquals(1, count(lines, "dense +backward .*"), printed);
    assertEquals(1, count(lines, "relu +backward .*"), printed);
    assertEquals(1, count(lines, "the training .* 100.0 %"), printed);
    assertEquals(1, count(lines, "kernel +[0-9.]+ %"), printed);
    assertTrue(printed.contains("a fit of 20 epochs in Spark"), printed);
  }

  private static long count(List<String> lines, String pattern) {
    return lines.stream().filter(line -> line.matches(pattern)).count();
  }
}
