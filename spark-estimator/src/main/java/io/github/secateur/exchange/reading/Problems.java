package io.github.secateur.exchange.reading;

import io.github.secateur.exchange.onnx.FormatException;
import io.github.secateur.exchange.onnx.Node;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What stands in the way of reading a file: for each operator and reason the names of nodes. */
final class Problems {
  /** The reason that there is no layer for an operator. */
  static final String UNKNOWN = "there is no layer for it";

  private static final int SHOWN = 3;

  private final Map<String, List<String>> nodes = new LinkedHashMap<>();

  void add(Node node, String reason) {
    String type = node.domain().isEmpty() ? node.type() : node.domain() + "." + node.type();
    nodes.computeIfAbsent(type + ": " + reason, key -> new ArrayList<>()).add(node.name());
  }

  /**
   * Throws an exception that lists all, if there are any.
   *
   * @throws FormatException if there are any
   */
  void throwIfAny() {
    if (nodes.isEmpty()) {
      return;
    }
    StringBuilder message = new StringBuilder("it holds what cannot become layers:");
    nodes.forEach(
        (what, names) -> {
          List<String> shown = names.subList(0, Math.min(SHOWN, names.size()));
          message.append(
              String.format(
                  Locale.ROOT,
                  "%n  %s (%d, at \"%s\"%s)",
                  what,
                  names.size(),
                  String.join("\", \"", shown),
                  names.size() > SHOWN ? ", …" : ""));
        });
    message.append(
        String.format(
            Locale.ROOT,
            "%nOperators behind these may not be read either. Export the part before them, or write"
                + " them with operators that are read."));
    throw new FormatException("%s", message);
  }
}
