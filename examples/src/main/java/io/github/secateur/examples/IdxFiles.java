package io.github.secateur.examples;

import java.io.DataInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.zip.GZIPInputStream;

/**
 * The four files of MNIST, Fashion-MNIST, KMNIST or EMNIST in a folder, plain or with ".gz" behind
 * their names. IDX is the format of the MNIST page: two zero bytes, a type, the number of
 * dimensions, the sizes (big-endian), the values.
 */
public final class IdxFiles {
  private static final int UNSIGNED_BYTE = 8;
  private static final int ROWS_PER_VALIDATION_ROW = 12; // 5,000 of MNIST's 60,000

  private final Path folder;

  private IdxFiles(Path folder) {
    this.folder = folder;
  }

  /**
   * Reads training and test images. Every twelfth training image, from the twelfth on, is for
   * validation.
   *
   * @throws IOException if a file is missing or is no IDX file of unsigned bytes
   */
  public static ImageSet read(Path folder) throws IOException {
    IdxFiles files = new IdxFiles(folder);
    Idx trainImages = files.read("train-images-idx3-ubyte", 3);
    Idx trainLabels = files.read("train-labels-idx1-ubyte", 1);
    Idx testImages = files.read("t10k-images-idx3-ubyte", 3);
    Idx testLabels = files.read("t10k-labels-idx1-ubyte", 1);

    Part[] parts = new Part[trainLabels.sizes[0] + testLabels.sizes[0]];
    Arrays.fill(parts, Part.TEST);
    for (int row = 0; row < trainLabels.sizes[0]; row++) {
      boolean validation = row % ROWS_PER_VALIDATION_ROW == ROWS_PER_VALIDATION_ROW - 1;
      parts[row] = validation ? Part.VALIDATION : Part.TRAINING;
    }
    return new ImageSet(
        folder.toAbsolutePath().normalize().getFileName().toString(),
        trainImages.sizes[1],
        trainImages.sizes[2],
        255,
        join(trainImages.values, testImages.values),
        join(trainLabels.values, testLabels.values),
        parts);
  }

  private record Idx(int[] sizes, byte[] values) {}

  private Idx read(String name, int dimensions) throws IOException {
    Path plain = folder.resolve(name);
    Path zipped = folder.resolve(name + ".gz");
    Path file = Files.exists(plain) ? plain : zipped;
    if (!Files.exists(file)) {
      throw new FileNotFoundException("found neither " + plain + " nor " + zipped.getFileName());
    }
    try (InputStream bytes = Files.newInputStream(file);
        DataInputStream in =
            new DataInputStream(
                file.equals(zipped) ? new GZIPInputStream(bytes, 1 << 16) : bytes)) {
      int magic = in.readInt();
      if (magic != (UNSIGNED_BYTE << 8 | dimensions)) {
        throw new IOException(
            String.format(
                Locale.ROOT,
                "%s must begin with 0x%08x (IDX, unsigned bytes, %d dimensions), found 0x%08x",
                file,
                UNSIGNED_BYTE << 8 | dimensions,
                dimensions,
                magic));
      }
      int[] sizes = new int[dimensions];
      int length = 1;
      for (int i = 0; i < dimensions; i++) {
        sizes[i] = in.readInt();
        length = Math.multiplyExact(length, sizes[i]);
      }
      byte[] values = new byte[length];
      in.readFully(values);
      return new Idx(sizes, values);
    }
  }

  private static byte[] join(byte[] first, byte[] second) {
    byte[] joined = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, joined, first.length, second.length);
    return joined;
  }
}
