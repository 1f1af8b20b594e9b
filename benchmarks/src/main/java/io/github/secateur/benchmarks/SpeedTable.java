package io.github.secateur.benchmarks;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.DoubleStream;

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
    StringBuilder text = new StringBuilder(String.format(Locale.ROOT, "%-24s", ""));
    columns.forEach(column -> text.append(String.format(Locale.ROOT, "%14s", column)));
    text.append('\n');
    rows.forEach(
        (name, row) -> {
          text.append(String.format(Locale.ROOT, "%-24s", name));
          for (String column : columns) {
            Double value = row.get(column);
            text.append(
                String.format(Locale.ROOT, "%14s", value == null ? "" : number(format, value)));
          }
          text.append('\n');
        });
    return text.toString();
  }

  /** Returns the ratios of two columns, in the rows that have both. */
  SpeedTable ratios(String column, String other) {
    SpeedTable ratios = new SpeedTable();
    rows.forEach(
        (name, row) -> {
          if (row.containsKey(column) && row.containsKey(other)) {
            ratios.put(name, other, row.get(column) / row.get(other));
          }
        });
    return ratios;
  }

  /**
   * Returns a line with the geometric mean and the smallest number of a column; nothing if it is
   * missing.
   *
   * @param title what the line begins with
   */
  String summary(String column, String title) {
    double[] values =
        rows.values().stream()
            .filter(row -> row.containsKey(column))
            .mapToDouble(row -> row.get(column))
            .sorted()
            .toArray();
    if (values.length == 0) {
      return "";
    }
    double logs = DoubleStream.of(values).map(Math::log).sum();
    return String.format(
        Locale.ROOT,
        "%s: geometric mean %s, smallest %s%n",
        title,
        number("%.2f", Math.exp(logs / values.length)),
        number("%.2f", values[0]));
  }

  private static String number(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }
}
