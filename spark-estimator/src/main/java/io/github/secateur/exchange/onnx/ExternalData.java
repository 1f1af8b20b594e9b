package io.github.secateur.exchange.onnx;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;

/**
 * Tensors that stand in files beside the model. Only plain names of files in its folder are
 * followed: no path, no link.
 */
public final class ExternalData {
  private final Path folder;

  private ExternalData(Path folder) {
    this.folder = folder;
  }

  /** Returns those in files of this folder. */
  public static ExternalData in(Path folder) {
    return new ExternalData(folder);
  }

  /** Returns the bytes that the entries of a tensor point at. */
  ByteBuffer bytes(String tensor, Map<String, String> entries) {
    String name = entries.getOrDefault("location", "");
    if (name.isEmpty() || name.equals(".") || name.equals("..") || !name.matches("[^/\\\\:\0]+")) {
      throw new FormatException(
          "tensor \"%s\" must stand in a file beside the model, found \"%s\"", tensor, name);
    }
    Path file = folder.resolve(name);
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new FormatException(
          "tensor \"%s\" stands in \"%s\", which is no file beside the model; copy it there",
          tensor, name);
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long size = channel.size();
      long offset = number(tensor, entries, "offset", 0);
      long length = number(tensor, entries, "length", size - Math.min(offset, size));
      if (offset > size || length > size - offset || length > Integer.MAX_VALUE) {
        throw new FormatException(
            "tensor \"%s\" is said to be %d bytes from %d on in \"%s\", found a file of %d",
            tensor, length, offset, name, size);
      }
      return channel.map(FileChannel.MapMode.READ_ONLY, offset, length);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long number(
      String tensor, Map<String, String> entries, String key, long otherwise) {
    String text = entries.get(key);
    if (text == null) {
      return otherwise;
    }
    if (!text.matches("[0-9]{1,18}")) {
      throw new FormatException(
          "%s of tensor \"%s\" must be a whole number, found \"%s\"", key, tensor, text);
    }
    return Long.parseLong(text);
  }
}
