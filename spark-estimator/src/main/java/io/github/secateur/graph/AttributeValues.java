package io.github.secateur.graph;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The values of an operator's {@linkplain AttributeField fields}, by their names, in order. */
public final class AttributeValues {
  private final Map<String, Object> values = new LinkedHashMap<>();

  /** Makes a set of values without any. */
  public AttributeValues() {}

  /** Adds the value of a field; returns this. */
  public AttributeValues with(String name, Object value) {
    values.put(name, value);
    return this;
  }

  /** Returns all values by their names, in the order in which they were added. */
  public Map<String, Object> toMap() {
    return new LinkedHashMap<>(values);
  }

  int integer(String name) {
    return (Integer) values.get(name);
  }

  float number(String name) {
    return (Float) values.get(name);
  }

  boolean bool(String name) {
    return (Boolean) values.get(name);
  }

  List<Integer> integers(String name) {
    return ((List<?>) values.get(name)).stream().map(Integer.class::cast).toList();
  }

  List<Float> numbers(String name) {
    return ((List<?>) values.get(name)).stream().map(Float.class::cast).toList();
  }

  /** Returns the steps along the height and along the width. */
  private List<Integer> steps(String name) {
    return values.get(name) instanceof Integer both ? List.of(both, both) : integers(name);
  }

  /** Returns two steps as people write them: one number if they are equal, otherwise a list. */
  static Object steps(int height, int width) {
    return height == width ? (Object) height : List.of(height, width);
  }

  /**
   * Returns the window of a convolution or pool, whose fields have the same names in both.
   *
   * @param size the name of the field of its height and width
   */
  Window window(String size, boolean ceilMode) {
    List<Integer> heightAndWidth = integers(size);
    List<Integer> stride = steps("stride");
    List<Integer> dilation = steps("dilation");
    return new Window(
        heightAndWidth.get(0),
        heightAndWidth.get(1),
        stride.get(0),
        stride.get(1),
        dilation.get(0),
        dilation.get(1),
        Padding.ofWritten(values.get("padding")),
        ceilMode);
  }
}
