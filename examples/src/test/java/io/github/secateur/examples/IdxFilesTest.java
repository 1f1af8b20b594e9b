package io.github.secateur.examples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.DataOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdxFilesTest {
  private static final int TRAINING_ROWS = 24;
  private static final int TEST_ROWS = 2;

  @TempDir Path folder;

  @Test
  void plainAndZippedFilesGiveTheSameImages() throws IOException {
    write("", 0x0803);
    ImageSet plain = IdxFiles.read(folder);
    deleteAll();
    write(".gz", 0x0803);
    ImageSet zipped = IdxFiles.read(folder);

    assertArrayEquals(plain.pixels(), zipped.pixels());
    assertArrayEquals(plain.labels(), zipped.labels());
    assertEquals(2, plain.height());
    assertEquals(3, plain.width());
    assertArrayEquals(new double[] {250, 251, 252, 253, 254, 255}, plain.image(0));
  }

  @Test
  void everyTwelfthTrainingImageIsForValidation() throws IOException {
    write("", 0x0803);
    ImageSet images = IdxFiles.read(folder);

    assertEquals(22, images.count(Part.TRAINING));
    assertEquals(2, images.count(Part.VALIDATION));
    assertEquals(Part.VALIDATION, images.parts()[11]);
    assertEquals(Part.VALIDATION, images.parts()[23]);
    assertEquals(TEST_ROWS, images.count(Part.TEST));
  }

  @Test
  void aMissingFileIsNamed() {
    var failure = assertThrows(FileNotFoundException.class, () -> IdxFiles.read(folder));

    assertEquals(
        String.format(
            Locale.ROOT,
            "found neither %s nor train-images-idx3-ubyte.gz",
            folder.resolve("train-images-idx3-ubyte")),
        failure.getMessage());
  }

  @Test
  void aFileOfAnotherFormatIsRefused() throws IOException {
    write("", 0x0d03);

    var failure = assertThrows(IOException.class, () -> IdxFiles.read(folder));

    assertEquals(
        String.format(
            Locale.ROOT,
            "%s must begin with 0x00000803 (IDX, unsigned bytes, 3 dimensions), found 0x00000d03",
            folder.resolve("train-images-idx3-ubyte")),
        failure.getMessage());
  }

  private void write(String suffix, int imageMagic) throws IOException {
    writeImages("train-images-idx3-ubyte" + suffix, imageMagic, TRAINING_ROWS);
    writeLabels("train-labels-idx1-ubyte" + suffix, TRAINING_ROWS);
    writeImages("t10k-images-idx3-ubyte" + suffix, imageMagic, TEST_ROWS);
    writeLabels("t10k-labels-idx1-ubyte" + suffix, TEST_ROWS);
  }

  private void writeImages(String name, int magic, int rows) throws IOException {
    try (DataOutputStream out = open(name)) {
      out.writeInt(magic);
      out.writeInt(rows);
      out.writeInt(2);
      out.writeInt(3);
      for (int i = 0; i < rows * 6; i++) {
        out.writeByte(250 + i);
      }
    }
  }

  private void writeLabels(String name, int rows) throws IOException {
    try (DataOutputStream out = open(name)) {
      out.writeInt(0x0801);
      out.writeInt(rows);
      for (int i = 0; i < rows; i++) {
        out.writeByte(i % 10);
      }
    }
  }

  private DataOutputStream open(String name) throws IOException {
    OutputStream file = Files.newOutputStream(folder.resolve(name));
    return new DataOutputStream(name.endsWith(".gz") ? new GZIPOutputStream(file) : file);
  }

  private void deleteAll() throws IOException {
    try (var files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
  }
}
