package io.github.secateur.exchange.onnx;

import java.util.List;
import java.util.Map;

/**
 * An operator of a file.
 *
 * @param name its name, empty if it has none
 * @param domain the set of operators that its type belongs to, empty for that of ONNX
 * @param type what it computes, such as {@code Conv}
 * @param inputs the names of the values that it reads; an empty name stands for one left out
 * @param outputs the names of its values
 * @param attributes its constants: Long, Float, String, {@link Tensor}, {@link FileGraph}, or a
 *     list of Long, Float or String
 * @param scope the path of the layer that it came from, as newer exporters note it; empty if
 *     unknown
 */
public record Node(
    String name,
    String domain,
    String type,
    List<String> inputs,
    List<String> outputs,
    Map<String, Object> attributes,
    String scope) {

  /** Copies the lists. */
  public Node {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    attributes = Map.copyOf(attributes);
  }

  /** Returns the name of an input, or null if it is left out. */
  public String input(int index) {
    return index < inputs.size() && !inputs.get(index).isEmpty() ? inputs.get(index) : null;
  }

  /** Returns whether it has an attribute of this name. */
  public boolean has(String attribute) {
    return attributes.containsKey(attribute);
  }

  /** Returns a whole number, or this value if the file has none. */
  public long integer(String attribute, long otherwise) {
    return get(attribute, Long.class, otherwise);
  }

  /** Returns a number, or this value if the file has none. */
  public float number(String attribute, float otherwise) {
    return get(attribute, Float.class, otherwise);
  }

  /** Returns a text, or this value if the file has none. */
  public String text(String attribute, String otherwise) {
    return get(attribute, String.class, otherwise);
  }

  /** Returns whole numbers, or null if the file has none. */
  public int[] integers(String attribute) {
    List<?> values = get(attribute, List.class, null);
    if (values == null) {
      return null;
    }
    int[] result = new int[values.size()];
    for (int i = 0; i < result.length; i++) {
      if (!(values.get(i) instanceof Long value)) {
        throw wrong(attribute, "a list of whole numbers");
      }
      result[i] = (int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, value));
    }
    return result;
  }

  /** Returns a tensor, or null if the file has none. */
  public Tensor tensor(String attribute) {
    return get(attribute, Tensor.class, null);
  }

  private <T> T get(String attribute, Class<T> type, T otherwise) {
    Object value = attributes.get(attribute);
    if (value == null) {
      return otherwise;
    }
    if (!type.isInstance(value)) {
      throw wrong(attribute, "a " + type.getSimpleName());
    }
    return type.cast(value);
  }

  private FormatException wrong(String attribute, String expected) {
    return FormatException.damaged(
        "attribute \"%s\" of node \"%s\" (%s) must be %s", attribute, name, type, expected);
  }
}
