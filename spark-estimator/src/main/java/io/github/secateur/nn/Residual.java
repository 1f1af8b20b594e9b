package io.github.secateur.nn;

import java.util.List;
import java.util.Map;

/**
 * branch(x) + shortcut(x): He et al., Deep residual learning for image recognition, 2016.
 *
 * @param branch layers that x passes through
 * @param shortcut layers that x passes through on the other way, for example a 1×1 convolution that
 *     changes the channels; none: x itself
 */
public record Residual(List<NamedLayer> branch, List<NamedLayer> shortcut) implements Layer {

  public Residual {
    branch = List.copyOf(branch);
    shortcut = List.copyOf(shortcut);
  }

  @Override
  public String type() {
    return "residual";
  }

  @Override
  public List<List<NamedLayer>> branches() {
    return List.of(branch, shortcut);
  }

  @Override
  public Layer withBranches(List<List<NamedLayer>> branches) {
    return new Residual(branches.get(0), branches.get(1));
  }

  @Override
  public Map<String, Object> constants() {
    return Map.of();
  }
}
