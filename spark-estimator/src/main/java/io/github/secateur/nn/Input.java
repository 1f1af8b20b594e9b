package io.github.secateur.nn;

import io.github.secateur.graph.Shape;
import java.util.Objects;

/**
 * One of the inputs of a network. A row holds all inputs, each flattened, one after the other.
 *
 * @param name unique among inputs and layers
 * @param shape the shape of its part of a row
 */
public record Input(String name, Shape shape) {

  public Input {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(shape, "shape");
  }

  /** Returns an input with these dimensions: {@code Input.of("image", 28, 28, 1)}. */
  public static Input of(String name, int... dimensions) {
    return new Input(name, Shape.of(dimensions));
  }
}
