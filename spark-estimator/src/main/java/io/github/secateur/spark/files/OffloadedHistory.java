package io.github.secateur.spark.files;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.secateur.train.History;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The history of a model that a Connect server has moved to its disk, in a folder beside the model.
 */
public final class OffloadedHistory {
  private static final String FILE = "history.json";

  private OffloadedHistory() {}

  /** Writes the history into a folder on the local disk, which it makes. */
  public static void write(History history, String folder) {
    try {
      Path file = Files.createDirectories(Path.of(folder)).resolve(FILE);
      Files.writeString(file, HistoryJson.toJson(history).toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads the history from a folder on the local disk. */
  public static History read(String folder) {
    try {
      return HistoryJson.history(
          new ObjectMapper().readTree(Files.readString(Path.of(folder, FILE))));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
