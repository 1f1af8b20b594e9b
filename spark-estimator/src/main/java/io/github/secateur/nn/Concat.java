package io.github.secateur.nn;

import java.util.List;
import java.util.Map;

/**
 * The outputs of branches that read the same x, joined along one axis.
 *
 * @param axis the axis of a row, counted from 0; the others must be equal
 * @param branches the layers of each branch; a branch without layers is x itself
 */
public record Concat(int axis, List<List<NamedLayer>> branches) implements Layer {

  public Concat {
    branches = branches.stream().map(List::copyOf).toList();
  }

  @Override
  public String type() {
    return "concat";
  }

  @Override
  public Layer withBranches(List<List<NamedLayer>> newBranches) {
    return new Concat(axis, newBranches);
  }

  @Override
  public Map<String, Object> constants() {
    return Map.of("axis", axis);
  }
}
