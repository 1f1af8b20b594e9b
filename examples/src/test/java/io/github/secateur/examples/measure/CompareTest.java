package io.github.secateur.examples.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompareTest {
  private static final int SIZE = 28 * 28;

  /** Ten classes, each a bright row of its own. */
  static void write(Path folder, String part, int rows) throws IOException {
    Path images = folder.resolve(part + "-images-idx3-ubyte");
    try (DataOutputStream out = new DataOutputStream(Files.newOutputStream(images))) {
      for (int number : new int[] {0x0803, rows, 28, 28}) {
        out.writeInt(number);
      }
      for (int row = 0; row < rows; row++) {
        byte[] pixels = new byte[SIZE];
        for (int i = 0; i < 28; i++) {
          pixels[(row % 10) * 2 * 28 + i] = (byte) (200 + row % 50);
        }
        out.write(pixels);
      }
    }
    Path labels = folder.resolve(part + "-labels-idx1-ubyte");
    try (DataOutputStream out = new DataOutputStream(Files.newOutputStream(labels))) {
      out.writeInt(0x0801);
      out.writeInt(rows);
      for (int row = 0; row < rows; row++) {
        out.writeByte(row % 10);
      }
    }
  }

  @Test
  void bothSidesAreMeasured(@TempDir Path folder) throws IOException {
    write(folder, "train", 400);
    write(folder, "t10k", 100);
    // stands in for a Python with torch: prints what the script prints
    Path python = folder.resolve("python");
    Files.writeString(
        python,
        """
        #!/bin/sh
        test -f "$1" && test "$3 $4 $5 $6" = "mlp 64 1 2" || exit 3
        echo "a warning"
        echo "version 9.8"
        echo "epoch 1 seconds 2000.0 accuracy 0.5000"
        echo "transform 12345 rows/s"
        """);
    assertTrue(python.toFile().setExecutable(true));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    int exitCode =
        Compare.run(
            new PrintStream(bytes, true, StandardCharsets.UTF_8),
            "--images=" + folder,
            "--python=" + python,
            "--threads=2",
            "--iterations=2",
            "--networks=mlp",
            "--batch-sizes=64",
            "--epochs=1",
            "--runs=1");
    String printed = bytes.toString(StandardCharsets.UTF_8);
    assertEquals(0, exitCode, printed);
    assertTrue(printed.contains("400 rows"), printed);
    List<String> lines = printed.lines().toList();
    assertEquals(1, count(lines, "MultilayerPerceptronClassifier .* 2 iterations"), printed);
    assertEquals(1, count(lines, "NeuralNetworkClassifier .* epochs, batch 128"), printed);
    assertEquals(1, count(lines, "ratio +[0-9.]+ +[0-9.]+"), printed);
    assertTrue(printed.contains("PyTorch 9.8"), printed);
    assertEquals(1, count(lines, "mlp +64 +2000.00 +.*0.5000 .*12,345 .*"), printed);
    assertEquals(1, count(lines, "mlp +64 +[0-9.]+ +[0-9.]+ +[0-9.]+ +yes"), printed);
  }

  private static long count(List<String> lines, String pattern) {
    return lines.stream().filter(line -> line.matches(pattern)).count();
  }
}
