package io.github.secateur.exchange.reading;

import io.github.secateur.exchange.onnx.FormatException;
import io.github.secateur.exchange.onnx.Model;
import io.github.secateur.exchange.onnx.ModelReader;
import io.github.secateur.exchange.onnx.Node;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The operators of a file by the values that they read and compute. */
final class NodeGraph {
  private static final int MAX_NODES = 1_000_000;
  private static final int MAX_FUNCTION_DEPTH = 20;

  private final Map<String, Node> producers = new LinkedHashMap<>();
  private final Map<String, List<Node>> consumers = new HashMap<>();

  NodeGraph(List<Node> nodes) {
    for (Node node : nodes) {
      for (String output : node.outputs()) {
        if (!output.isEmpty() && producers.put(output, node) != null) {
          throw FormatException.damaged("two operators compute the value \"%s\"", output);
        }
      }
      node.inputs().forEach(input -> consumers(input).add(node));
    }
  }

  /** Returns the operator that computes a value; null for inputs and constants of the file. */
  Node producer(String value) {
    return producers.get(value);
  }

  /** Returns the operators that read a value. */
  List<Node> consumers(String value) {
    return consumers.computeIfAbsent(value, key -> new ArrayList<>());
  }

  /**
   * Returns the operators that a value depends on, each after those that it reads.
   *
   * @throws FormatException if one reads its own value, directly or through others
   */
  List<Node> ancestors(String value) {
    Map<Node, Boolean> done = new IdentityHashMap<>(); // false: begun
    List<Node> order = new ArrayList<>();
    Deque<Node> stack = new ArrayDeque<>();
    push(stack, value);
    while (!stack.isEmpty()) {
      Node node = stack.peek();
      Boolean state = done.putIfAbsent(node, false);
      if (state != null) {
        stack.pop();
        if (!state) {
          done.put(node, true);
          order.add(node);
        }
        continue;
      }
      for (String input : node.inputs()) {
        Node before = producers.get(input);
        if (before != null && Boolean.FALSE.equals(done.get(before))) {
          throw FormatException.damaged(
              "the operators \"%s\" (%s) and \"%s\" (%s) read each other's values",
              before.name(), before.type(), node.name(), node.type());
        }
        if (before != null && !done.containsKey(before)) {
          stack.push(before);
        }
      }
    }
    return order;
  }

  private void push(Deque<Node> stack, String value) {
    Node node = producers.get(value);
    if (node != null) {
      stack.push(node);
    }
  }

  /** Returns operators with those of functions in place of their calls. */
  static List<Node> inlined(List<Node> nodes, Map<String, Model.Function> functions) {
    List<Node> result = new ArrayList<>();
    inline(nodes, functions, result, 0);
    return result;
  }

  private static void inline(
      List<Node> nodes, Map<String, Model.Function> functions, List<Node> result, int depth) {
    for (Node node : nodes) {
      Model.Function function = functions.get(node.domain() + ":" + node.type());
      if (function == null) {
        result.add(node);
      } else if (depth == MAX_FUNCTION_DEPTH || result.size() > MAX_NODES) {
        throw FormatException.damaged("functions call each other more than %d deep", depth);
      } else {
        String prefix = node.name() + "/" + result.size() + "/";
        inline(bodies(node, function, prefix), functions, result, depth + 1);
      }
    }
  }

  private static List<Node> bodies(Node call, Model.Function function, String prefix) {
    Map<String, String> renamed = new HashMap<>();
    renamed.put("", "");
    for (int i = 0; i < function.inputs().size(); i++) {
      renamed.put(function.inputs().get(i), i < call.inputs().size() ? call.inputs().get(i) : "");
    }
    for (int i = 0; i < function.outputs().size() && i < call.outputs().size(); i++) {
      renamed.put(function.outputs().get(i), call.outputs().get(i));
    }
    List<Node> bodies = new ArrayList<>();
    for (Node node : function.nodes()) {
      Map<String, Object> attributes = new HashMap<>(node.attributes());
      node.attributes()
          .forEach(
              (name, value) -> {
                if (value instanceof ModelReader.Reference reference) {
                  attributes.remove(name);
                  if (call.has(reference.attribute())) {
                    attributes.put(name, call.attributes().get(reference.attribute()));
                  }
                }
              });
      bodies.add(
          new Node(
              node.name().isEmpty() ? call.name() : node.name(),
              node.domain(),
              node.type(),
              node.inputs().stream().map(in -> renamed.getOrDefault(in, prefix + in)).toList(),
              node.outputs().stream().map(out -> renamed.getOrDefault(out, prefix + out)).toList(),
              attributes,
              node.scope().isEmpty() ? call.scope() : node.scope()));
    }
    return bodies;
  }
}
