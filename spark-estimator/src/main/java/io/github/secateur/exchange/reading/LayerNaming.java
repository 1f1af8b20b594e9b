package io.github.secateur.exchange.reading;

import io.github.secateur.exchange.onnx.Node;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Names of layers: those of the file's operators. An operator that PyTorch's exporters named by the
 * path of its module gets that path: {@code /layer4/layer4.0/conv1/Conv} becomes {@code
 * layer4.0.conv1}. Where a path has other modules below it, or is taken, the type of the operator
 * follows: {@code layer4.0.Add}. Other names stay as they are, with _ for what no layer's name may
 * hold.
 */
final class LayerNaming {
  private static final int MAX_LENGTH = 100;

  private final Map<Node, String> names = new IdentityHashMap<>();
  private final Set<String> taken = new HashSet<>();

  /** Takes a name for each operator, in their order, and those of the inputs. */
  LayerNaming(List<Node> nodes, List<String> inputs) {
    taken.addAll(inputs);
    taken.add("input");
    Set<String> containers = new HashSet<>();
    for (Node node : nodes) {
      String path = path(node);
      for (int dot = path.lastIndexOf('.'); dot > 0; dot = path.lastIndexOf('.', dot - 1)) {
        containers.add(path.substring(0, dot));
      }
    }
    for (Node node : nodes) {
      String path = path(node);
      String type = lastPart(node);
      String name;
      if (path.isEmpty()) {
        name = node.name().isEmpty() ? node.type() : strip(node.name());
      } else if (containers.contains(path) || taken.contains(valid(path))) {
        name = path + "." + type;
      } else {
        name = path;
      }
      names.put(node, free(valid(name)));
    }
  }

  /** Returns the path of the module that an operator came from, empty if unknown. */
  private static String path(Node node) {
    if (!node.scope().isEmpty()) {
      return node.scope();
    }
    if (!node.name().startsWith("/")) {
      return "";
    }
    String[] parts = node.name().substring(1).split("/", -1);
    String path = "";
    String last = "";
    for (String part : List.of(parts).subList(0, parts.length - 1)) {
      // "layer4", then "layer4.0": the second repeats the first
      boolean repeats = !last.isEmpty() && part.startsWith(last + ".");
      path =
          repeats
              ? path + part.substring(last.length())
              : path.isEmpty() ? part : path + "." + part;
      last = part;
    }
    return path;
  }

  private static String lastPart(Node node) {
    String name = node.name();
    return name.startsWith("/") ? name.substring(name.lastIndexOf('/') + 1) : node.type();
  }

  private static String strip(String name) {
    return name.startsWith("/") ? name.substring(1) : name;
  }

  private static String valid(String name) {
    String valid = name.replaceAll("[^A-Za-z0-9_./-]", "_");
    return valid.length() > MAX_LENGTH - 20
        ? valid.substring(valid.length() - (MAX_LENGTH - 20))
        : valid;
  }

  private String free(String name) {
    String free = name;
    for (int number = 2; !taken.add(free); number++) {
      free = name + "_" + number;
    }
    return free;
  }

  /** Returns the name of the layer for an operator. */
  String of(Node node) {
    return names.get(node);
  }

  /** Returns a new name for a layer that helps another one. */
  String beside(String layer, String role) {
    return free(layer + "." + role);
  }
}
