package io.github.secateur.benchmarks;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** A table of numbers: a row for each shape or kernel, a column for each implementation. */
final class SpeedTable {
  private final Map<String, Map<String, Double>> rows = new LinkedHashMap<>();
  private final Set<String> columns = new TreeSet<>();

  void put(String row, String column, double value) {
    rows.computeIfAbsent(row, r -> new TreeMap<>()).put(column, value);
    columns.add(column);
  }

  /** Returns the table as text; a cell without a value is empty. */
  String print(String format) {
    StringBuilder text = new StringBuilder("%-24s".formatted(""));
    columns.forEach(column -> text.append("%14s".formatted(column)));
    text.append('\n');
    rows.forEach(
        (name, row) -> {
          text.append("%-24s".formatted(name));
          for (String column : columns) {
            Double value = row.get(column);
            text.append("%14s".formatted(value == null ? "" : number(format, value)));
          }
          text.append('\n');
        });
    return text.toString();
  }

  /**
   * Returns a line with the geometric mean and the smallest of the ratios of two columns, over the
   * rows that have both; nothing if a column is missing.
   */
  String ratios(String column, String other) {
    double[] ratios =
        rows.values().stream()
            .filter(row -> row.containsKey(column) && row.containsKey(other))
            .mapToDouble(row -> row.get(column) / row.get(other))
            .sorted()
            .toArray();
    if (ratios.length == 0) {
      return "";
    }
    double logs = 0;
    for (double ratio : ratios) {
      logs += Math.log(ratio);
    }
    return "%s / %s: geometric mean %s, smallest %s%n"
        .formatted(
            column,
            other,
            number("%.2f", Math.exp(logs / ratios.length)),
            number("%.2f", ratios[0]));
  }

  private static String number(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }
}
