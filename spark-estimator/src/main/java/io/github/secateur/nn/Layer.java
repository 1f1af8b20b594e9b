package io.github.secateur.nn;

import java.util.List;
import java.util.Map;

/**
 * A layer without its name: what it computes, and its constants. Values are compared by their
 * contents.
 */
public sealed interface Layer permits OperatorLayer, Residual, Concat, Gate {

  /** Returns the type's name, as in the builder and in JSON: {@code conv2d}. */
  String type();

  /**
   * Returns the constants by their names in JSON, in order: Integer, Float, Boolean, String, or a
   * list of Integer or Float. Branches are not among them.
   */
  Map<String, Object> constants();

  /** Returns the layers of each of its branches; none for a layer without branches. */
  default List<List<NamedLayer>> branches() {
    return List.of();
  }

  /** Returns this layer with other branches, as many as it has. */
  default Layer withBranches(List<List<NamedLayer>> branches) {
    return this;
  }
}
