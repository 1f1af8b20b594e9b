package io.github.secateur.examples;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.GZIPInputStream;

/**
 * The 1,797 handwritten digits of 8×8 pixels that ship with the examples; their source is told
 * beside the file.
 */
final class Digits {
  private static final int SIDE = 8;
  private static final int WHITEST = 16;
  private static final int CLASSES = 10;

  private Digits() {}

  /** Reads all digits, split in a fixed way: see {@link #split}. */
  static ImageSet read() throws IOException {
    List<String> lines;
    try (InputStream file = Digits.class.getResourceAsStream("digits/digits.csv.gz");
        BufferedReader reader =
            new BufferedReader(
                new InputStreamReader(new GZIPInputStream(file), StandardCharsets.US_ASCII))) {
      lines = reader.lines().toList();
    }
    byte[] pixels = new byte[lines.size() * SIDE * SIDE];
    byte[] labels = new byte[lines.size()];
    for (int row = 0; row < labels.length; row++) {
      String[] values = lines.get(row).split(",");
      for (int i = 0; i < SIDE * SIDE; i++) {
        pixels[row * SIDE * SIDE + i] = Byte.parseByte(values[i]);
      }
      labels[row] = Byte.parseByte(values[SIDE * SIDE]);
    }
    return new ImageSet("UCI digits", SIDE, SIDE, WHITEST, pixels, labels, split(labels));
  }

  /**
   * Counts the images of each digit in the order of the file: of every ten, the fifth and the tenth
   * are for the test (20 %), the third is for validation (10 %), the others are for training. So
   * every digit is split alike, and every writer's images are in all parts.
   */
  private static Part[] split(byte[] labels) {
    Part[] parts = new Part[labels.length];
    int[] seen = new int[CLASSES];
    for (int row = 0; row < labels.length; row++) {
      int turn = seen[labels[row]]++ % 10;
      parts[row] = turn % 5 == 4 ? Part.TEST : turn == 2 ? Part.VALIDATION : Part.TRAINING;
    }
    return parts;
  }
}
