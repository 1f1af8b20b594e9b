package io.github.secateur.exchange.onnx;

import java.util.List;

/**
 * An input or output of a graph.
 *
 * @param name its name
 * @param type the number that ONNX gives to the type of its values; 0 if the file says nothing
 * @param dimensions the length along each axis, -1 where it may vary; null if the file says nothing
 */
public record FileInput(String name, int type, List<Long> dimensions) {
  /** The type of float32. */
  public static final int FLOAT = 1;
}
