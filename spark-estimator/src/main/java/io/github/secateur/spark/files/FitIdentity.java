package io.github.secateur.spark.files;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.zip.CRC32C;

/**
 * What must be the same for two fits to take the same steps: params, network and initial weights,
 * and the rows in their order and partitions. Two fits of the same identity give the same bits.
 */
final class FitIdentity {
  private static final int EXCERPT = 40;

  private final Map<String, String> settings;
  private final Map<String, String> data;

  /**
   * Describes a fit.
   *
   * @param settings params that bear on the result, by name
   * @param data facts about the rows, by name; empty while they are not known
   */
  FitIdentity(Map<String, String> settings, Map<String, String> data) {
    this.settings = new LinkedHashMap<>(settings);
    this.data = new LinkedHashMap<>(data);
  }

  /** Returns the checksum of an array. */
  static String checksum(float[] values) {
    CRC32C checksum = new CRC32C();
    byte[] bytes = new byte[Float.BYTES];
    for (float value : values) {
      int bits = Float.floatToRawIntBits(value);
      for (int i = 0; i < Float.BYTES; i++) {
        bytes[i] = (byte) (bits >>> (8 * i));
      }
      checksum.update(bytes);
    }
    return String.format(Locale.ROOT, "%08x", checksum.getValue());
  }

  /** Returns the same settings with the facts about the rows. */
  FitIdentity withData(Map<String, String> facts) {
    return new FitIdentity(settings, facts);
  }

  boolean hasSameSettings(FitIdentity other) {
    return settings.equals(other.settings);
  }

  /** Returns a name for files: the same for the same identity, and for no other one by accident. */
  String name() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(toJson().toString().getBytes(StandardCharsets.UTF_8));
      return "fit-" + HexFormat.of().formatHex(digest.digest(), 0, 12);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** Returns in which settings another fit differs, in words; empty if in none. */
  List<String> differencesOfSettings(FitIdentity other) {
    return differences(settings, other.settings);
  }

  /** Returns in which facts about the rows another fit differs, in words; empty if in none. */
  List<String> differencesOfData(FitIdentity other) {
    return differences(data, other.data);
  }

  private static List<String> differences(Map<String, String> here, Map<String, String> there) {
    List<String> found = new ArrayList<>();
    TreeSet<String> names = new TreeSet<>(here.keySet());
    names.addAll(there.keySet());
    for (String name : names) {
      String mine = Objects.requireNonNullElse(here.get(name), "unset");
      String other = Objects.requireNonNullElse(there.get(name), "unset");
      if (!mine.equals(other)) {
        int from = Math.max(0, commonStart(mine, other) - EXCERPT / 2);
        found.add(
            String.format(
                Locale.ROOT,
                "%s is %s there, %s here",
                name,
                excerpt(other, from),
                excerpt(mine, from)));
      }
    }
    return found;
  }

  private static int commonStart(String left, String right) {
    int i = 0;
    while (i < Math.min(left.length(), right.length()) && left.charAt(i) == right.charAt(i)) {
      i++;
    }
    return i;
  }

  /** Cuts a long value to where two values begin to differ. */
  private static String excerpt(String value, int from) {
    if (value.length() <= EXCERPT) {
      return value;
    }
    int end = Math.min(value.length(), from + EXCERPT);
    return (from > 0 ? "…" : "") + value.substring(from, end) + (end < value.length() ? "…" : "");
  }

  JsonNode toJson() {
    ObjectNode json = new ObjectMapper().createObjectNode();
    settings.forEach(json.putObject("settings")::put);
    data.forEach(json.putObject("data")::put);
    return json;
  }

  /**
   * Returns the identity that {@link #toJson} wrote.
   *
   * @throws IllegalArgumentException if the JSON is of another form
   */
  static FitIdentity fromJson(JsonNode json) {
    return new FitIdentity(strings(json.path("settings")), strings(json.path("data")));
  }

  private static Map<String, String> strings(JsonNode json) {
    if (!json.isObject()) {
      throw new IllegalArgumentException("it does not say which fit it belongs to");
    }
    Map<String, String> map = new LinkedHashMap<>();
    json.properties().forEach(field -> map.put(field.getKey(), field.getValue().asText()));
    return map;
  }
}
