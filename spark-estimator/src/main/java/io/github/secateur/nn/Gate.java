package io.github.secateur.nn;

import java.util.List;
import java.util.Map;

/**
 * x · branch(x): Hu et al., Squeeze-and-excitation networks, 2018. Where the branch's output has
 * length 1 along an axis, or no such axis, it stands for all along it: a vector of one value for
 * each channel gates the channels of an image.
 *
 * @param branch layers that x passes through
 */
public record Gate(List<NamedLayer> branch) implements Layer {

  public Gate {
    branch = List.copyOf(branch);
  }

  @Override
  public String type() {
    return "gate";
  }

  @Override
  public List<List<NamedLayer>> branches() {
    return List.of(branch);
  }

  @Override
  public Layer withBranches(List<List<NamedLayer>> branches) {
    return new Gate(branches.get(0));
  }

  @Override
  public Map<String, Object> constants() {
    return Map.of();
  }
}
