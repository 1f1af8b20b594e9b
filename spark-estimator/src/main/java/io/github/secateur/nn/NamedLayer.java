package io.github.secateur.nn;

import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * A layer in its place in a network.
 *
 * @param name unique in the network, branches included
 * @param layer what it computes
 * @param frozen whether training leaves its weights and statistics as they are, and random
 *     behaviour is off; a frozen residual or concat layer holds only frozen layers
 */
public record NamedLayer(String name, Layer layer, boolean frozen) {

  public NamedLayer {
    Objects.requireNonNull(name);
    Objects.requireNonNull(layer);
  }

  /** Returns the layers of each of its branches; none for a layer without branches. */
  public List<List<NamedLayer>> branches() {
    if (layer instanceof Residual residual) {
      return List.of(residual.branch(), residual.shortcut());
    }
    return layer instanceof Concat concat ? concat.branches() : List.of();
  }

  /** Returns this layer after all those in its branches, in the order of the operator graph. */
  Stream<NamedLayer> all() {
    return Stream.concat(
        branches().stream().flatMap(List::stream).flatMap(NamedLayer::all), Stream.of(this));
  }

  /** Returns this layer frozen, and all those in its branches. */
  NamedLayer freeze() {
    List<List<NamedLayer>> branches =
        branches().stream()
            .map(branch -> branch.stream().map(NamedLayer::freeze).toList())
            .toList();
    return new NamedLayer(name, withBranches(branches), true);
  }

  /** Returns its layer with other branches, as many as it has. */
  Layer withBranches(List<List<NamedLayer>> branches) {
    if (layer instanceof Residual) {
      return new Residual(branches.get(0), branches.get(1));
    }
    return layer instanceof Concat concat ? new Concat(concat.axis(), branches) : layer;
  }
}
