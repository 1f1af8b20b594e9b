package io.github.secateur.nn;

import io.github.secateur.graph.Attributes;
import io.github.secateur.graph.OperatorType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a network that others trained is made into before it is trained on. */
final class FineTuning {
  /** The name of a head, if it is free. */
  private static final String HEAD = "head";

  private FineTuning() {}

  /**
   * Returns the names of a layer and of all whose values it depends on.
   *
   * @return empty if there is no layer of this name
   */
  static Set<String> upTo(List<NamedLayer> layers, String name) {
    Set<String> names = new LinkedHashSet<>();
    Map<String, NamedLayer> byName = new HashMap<>();
    Map<String, String> before = new HashMap<>();
    String last = null;
    for (NamedLayer layer : layers) {
      byName.put(layer.name(), layer);
      before.put(layer.name(), last);
      last = layer.name();
      if (layer.name().equals(name)) {
        addAll(layer.name(), byName, before, names);
        return names;
      }
      for (List<NamedLayer> branch : layer.branches()) {
        Set<String> inside = upTo(branch, name);
        if (!inside.isEmpty()) {
          read(layer, before).forEach(input -> addAll(input, byName, before, names));
          names.addAll(inside);
          return names;
        }
      }
    }
    return names;
  }

  private static List<String> read(NamedLayer layer, Map<String, String> before) {
    if (layer.layer() instanceof OperatorLayer operator
        && operator.operator().definition().isSource()) {
      return List.of();
    }
    if (!layer.inputs().isEmpty()) {
      return layer.inputs();
    }
    String last = before.get(layer.name());
    return last == null ? List.of() : List.of(last);
  }

  private static void addAll(
      String name, Map<String, NamedLayer> layers, Map<String, String> before, Set<String> names) {
    List<String> open = new ArrayList<>(List.of(name));
    while (!open.isEmpty()) {
      NamedLayer layer = layers.get(open.remove(open.size() - 1));
      if (layer != null && names.add(layer.name())) { // null: an input
        open.addAll(read(layer, before));
      }
    }
  }

  /**
   * Returns layers with the last one that has weights made anew, for other classes; null if that is
   * no dense layer or convolution.
   */
  static List<NamedLayer> withHead(List<NamedLayer> layers, int classes, Set<String> taken) {
    int head = layers.size() - 1;
    while (head >= 0 && !hasWeights(layers.get(head))) {
      head--;
    }
    OperatorLayer fresh = head < 0 ? null : head(layers.get(head).layer(), classes);
    if (fresh == null) {
      return null;
    }
    String old = layers.get(head).name();
    String name = HEAD;
    for (int number = 2; taken.contains(name); number++) {
      name = HEAD + "_" + number;
    }
    List<NamedLayer> result = new ArrayList<>(layers.subList(0, head));
    result.add(new NamedLayer(name, fresh, false, layers.get(head).inputs()));
    for (NamedLayer layer : layers.subList(head + 1, layers.size())) {
      String renamed = name;
      List<String> inputs =
          layer.inputs().stream().map(input -> input.equals(old) ? renamed : input).toList();
      result.add(new NamedLayer(layer.name(), ofAnySize(layer.layer()), layer.frozen(), inputs));
    }
    return result;
  }

  private static boolean hasWeights(NamedLayer named) {
    return named
        .all()
        .anyMatch(
            each -> each.layer() instanceof OperatorLayer layer && layer.operator().hasWeights());
  }

  private static OperatorLayer head(Layer layer, int classes) {
    if (!(layer instanceof OperatorLayer old)) {
      return null;
    }
    if (old.attributes() instanceof Attributes.Dense dense) {
      return new OperatorLayer(OperatorType.DENSE, new Attributes.Dense(classes, dense.bias()));
    }
    if (old.attributes() instanceof Attributes.Conv2d c) {
      return new OperatorLayer(
          OperatorType.CONV2D, new Attributes.Conv2d(classes, c.window(), c.groups(), c.bias()));
    }
    return null;
  }

  /** Returns a layer that makes rows vectors in place of one that makes them vectors of a size. */
  private static Layer ofAnySize(Layer layer) {
    return layer instanceof OperatorLayer old
            && old.attributes() instanceof Attributes.Reshape reshape
            && reshape.target().rank() == 1
        ? OperatorLayer.of(OperatorType.FLATTEN)
        : layer;
  }
}
