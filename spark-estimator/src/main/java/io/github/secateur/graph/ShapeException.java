package io.github.secateur.graph;

/**
 * Says that a layer cannot take the shape that reaches it: names the layer, what it expects and
 * what it found.
 */
public final class ShapeException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /** Makes the message "layer NAME (TYPE) expects EXPECTED, found FOUND". */
  public ShapeException(String name, OperatorType type, String expected, Object found) {
    super("layer \"%s\" (%s) expects %s, found %s".formatted(name, type.label(), expected, found));
  }
}
