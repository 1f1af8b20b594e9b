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
 *     behaviour is off; a frozen layer with branches holds only frozen layers
 * @param inputs the names of the inputs and layers whose values it reads; none: the layer before it
 */
public record NamedLayer(String name, Layer layer, boolean frozen, List<String> inputs) {

  public NamedLayer {
    Objects.requireNonNull(name);
    Objects.requireNonNull(layer);
    inputs = List.copyOf(inputs);
  }

  /** Makes a layer that reads the value of the one before it. */
  public NamedLayer(String name, Layer layer, boolean frozen) {
    this(name, layer, frozen, List.of());
  }

  /** Returns the layers of each of its branches; none for a layer without branches. */
  public List<List<NamedLayer>> branches() {
    return layer.branches();
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
    return new NamedLayer(name, layer.withBranches(branches), true, inputs);
  }

  /** Returns this layer of another name. */
  NamedLayer renamed(String newName) {
    return new NamedLayer(newName, layer, frozen, inputs);
  }

  /** Returns this layer with other branches, as many as it has. */
  NamedLayer withBranches(List<List<NamedLayer>> branches) {
    return new NamedLayer(name, layer.withBranches(branches), frozen, inputs);
  }
}
