package io.github.secateur.exchange;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Rows of numbers from a file of NumPy: float32 or int64, the first axis is that of the rows. */
final class Npy {
  private Npy() {}

  static float[][] rows(Path file) {
    try {
      ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
      int length = bytes.getShort(8);
      String header = new String(bytes.array(), 10, length, StandardCharsets.US_ASCII);
      int[] shape =
          Arrays.stream(header.substring(header.indexOf('(') + 1, header.indexOf(')')).split(","))
              .map(String::strip)
              .filter(text -> !text.isEmpty())
              .mapToInt(Integer::parseInt)
              .toArray();
      float[][] rows = new float[shape[0]][Arrays.stream(shape).skip(1).reduce(1, (x, y) -> x * y)];
      bytes.position(10 + length);
      for (float[] row : rows) {
        for (int i = 0; i < row.length; i++) {
          row[i] = header.contains("<i8") ? bytes.getLong() : bytes.getFloat();
        }
      }
      return rows;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
