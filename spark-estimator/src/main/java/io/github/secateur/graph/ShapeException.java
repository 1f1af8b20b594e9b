package io.github.secateur.graph;

import java.util.Locale;

/**
 * Says that a layer cannot take the shape that reaches it: names the layer, what it expects and
 * what it found.
 */
public final class ShapeException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /** Makes the message "layer NAME (TYPE) expects EXPECTED, found FOUND". */
  public ShapeException(String name, OperatorType type, String expected, Object found) {
    this(name, type.label(), expected, found);
  }

  /** Makes the same message for a layer whose type is not that of its operator. */
  public ShapeException(String name, String type, String expected, Object found) {
    super(
        String.format(
            Locale.ROOT, "layer \"%s\" (%s) expects %s, found %s", name, type, expected, found));
  }
}
