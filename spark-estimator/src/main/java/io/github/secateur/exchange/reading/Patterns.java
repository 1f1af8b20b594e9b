package io.github.secateur.exchange.reading;

import io.github.secateur.exchange.onnx.Node;
import io.github.secateur.exchange.onnx.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Finds what exporters write as several operators and we have as one layer: a product and its bias,
 * gelu by the error function, silu, a layer normalization written out, guards around a softmax.
 */
final class Patterns {
  private final List<Node> nodes;
  private final NodeGraph graph;
  private final Map<String, Supplier<Tensor>> constants;
  private final Map<String, Node> replaced = new HashMap<>(); // by the output of the last operator

  Patterns(List<Node> nodes, Map<String, Supplier<Tensor>> constants) {
    this.nodes = nodes;
    this.graph = new NodeGraph(nodes);
    this.constants = constants;
  }

  /** Returns the value whose softmax an output is: softmax belongs to the loss. */
  String logits(String output) {
    String value = output;
    for (int steps = 0; steps <= nodes.size(); steps++) {
      Node producer = graph.producer(value);
      if (producer == null
          || !Set.of("Softmax", "LogSoftmax", "Identity").contains(producer.type())) {
        return value;
      }
      value = producer.input(0);
    }
    return value;
  }

  /** Returns the operators with one in place of several. */
  List<Node> rewritten(String output) {
    for (Node node : nodes) {
      Node found =
          switch (node.type()) {
            case "Add" -> biased(node, output);
            case "Erf" -> gelu(node, output);
            case "Mul" -> gated(node);
            case "Where" -> guarded(node);
            case "Div" -> normalized(node);
            default -> null;
          };
      if (found != null) {
        replaced.putIfAbsent(found.outputs().get(0), found);
      }
    }
    List<Node> result = new ArrayList<>();
    for (Node node : nodes) {
      Node instead = node.outputs().isEmpty() ? null : replaced.get(node.outputs().get(0));
      result.add(instead == null ? node : instead);
    }
    return result;
  }

  private static Node node(Node model, String type, List<String> inputs, String output) {
    return new Node(model.name(), "", type, inputs, List.of(output), Map.of(), model.scope());
  }

  /** A product with a constant, and a vector added to it. */
  private Node biased(Node add, String output) {
    for (int side = 0; side < 2 && add.inputs().size() == 2; side++) {
      Node product = graph.producer(add.inputs().get(side));
      String bias = add.inputs().get(1 - side);
      if (product != null
          && product.type().equals("MatMul")
          && product.inputs().size() == 2
          && onlyReader(product, output)
          && isConstant(product.inputs().get(1))
          && constant(bias) != null
          && constant(bias).rank() == 1) {
        List<String> inputs = new ArrayList<>(product.inputs());
        inputs.add(bias);
        return node(product, "MatMul", inputs, add.outputs().get(0));
      }
    }
    return null;
  }

  private boolean onlyReader(Node node, String output) {
    String value = node.outputs().get(0);
    return !value.equals(output) && graph.consumers(value).size() == 1;
  }

  /** x · (1 + erf(x / √2)) / 2, its factors in any order. */
  private Node gelu(Node erf, String output) {
    Node scaled = erf.input(0) == null ? null : graph.producer(erf.input(0));
    String x = null;
    if (scaled != null && scaled.type().equals("Div") && near(scaled.input(1), Math.sqrt(2))) {
      x = scaled.input(0);
    } else if (scaled != null && scaled.type().equals("Mul")) {
      x = other(scaled, Math.sqrt(0.5));
    }
    Node plusOne = reader(erf, "Add", output);
    if (x == null || plusOne == null || other(plusOne, 1) == null) {
      return null;
    }
    boolean half = false;
    boolean times = false;
    Node last = plusOne;
    while (!half || !times) {
      Node product = reader(last, "Mul", output);
      if (product == null) {
        return null;
      }
      String factor = otherThan(product, last.outputs().get(0));
      Node inner = factor == null ? null : graph.producer(factor);
      if (!half && near(factor, 0.5)) {
        half = true;
      } else if (!times && x.equals(factor)) {
        times = true;
      } else if (!half
          && !times
          && inner != null
          && inner.type().equals("Mul")
          && x.equals(other(inner, 0.5))) {
        half = true;
        times = true;
      } else {
        return null;
      }
      last = product;
    }
    return node(erf, "Gelu", List.of(x), last.outputs().get(0));
  }

  /** x times a function of x, such as silu. */
  private Node gated(Node product) {
    for (int side = 0; side < 2 && product.inputs().size() == 2; side++) {
      String x = product.inputs().get(side);
      Node gate = graph.producer(product.inputs().get(1 - side));
      if (gate == null || gate.input(0) == null) {
        continue;
      }
      Node inner = graph.producer(gate.input(0));
      boolean direct = gate.input(0).equals(x);
      String type = null;
      if (direct) {
        type = Operators.timesInput(gate);
      } else if (gate.type().equals("Tanh") && inner != null && x.equals(inner.input(0))) {
        type = inner.type().equals("Softplus") ? "Mish" : null;
      }
      if (type != null) {
        return node(gate, type, List.of(x), product.outputs().get(0));
      }
    }
    return null;
  }

  /** 0 where a softmax is not a number, which it always is where nothing is masked. */
  private Node guarded(Node where) {
    Node test = where.input(0) == null ? null : graph.producer(where.input(0));
    return test != null
            && test.type().equals("IsNaN")
            && test.input(0) != null
            && test.input(0).equals(where.input(2))
            && producedBy(where.input(2), "Softmax")
        ? node(where, "Identity", List.of(where.input(2)), where.outputs().get(0))
        : null;
  }

  private boolean producedBy(String value, String type) {
    Node producer = value == null ? null : graph.producer(value);
    return producer != null && producer.type().equals(type);
  }

  /** (x − mean) / √(variance + ε) · gain + bias. */
  private Node normalized(Node quotient) {
    Node root = quotient.input(1) == null ? null : graph.producer(quotient.input(1));
    Node sum = step(root, "Sqrt", 0);
    String variance = sum == null || !sum.type().equals("Add") ? null : constantBeside(sum);
    Node mean = variance == null ? null : graph.producer(otherThan(sum, variance));
    Node centred = quotient.input(0) == null ? null : graph.producer(quotient.input(0));
    if (mean == null || centred == null || !centred.type().equals("Sub")) {
      return null;
    }
    Node square = step(mean, "ReduceMean", 0);
    if (square == null
        || !quotient.input(0).equals(square.input(0))
        || !isSquare(square)
        || !producedBy(centred.input(1), "ReduceMean")
        || !centred.input(0).equals(graph.producer(centred.input(1)).input(0))) {
      return null;
    }
    Node gain = onlyReaderOf(quotient, "Mul");
    String gains = gain == null ? null : otherThan(gain, quotient.outputs().get(0));
    Node bias = gains == null || constant(gains) == null ? null : onlyReaderOf(gain, "Add");
    String biases = bias == null ? null : otherThan(bias, gain.outputs().get(0));
    if (biases == null || constant(biases) == null || constant(gains).rank() != 1) {
      return null;
    }
    int[] axes = mean.integers("axes");
    if (axes == null && mean.input(1) != null && constant(mean.input(1)) != null) {
      axes = constant(mean.input(1)).toInts();
    }
    if (axes == null || axes.length != 1) {
      return null;
    }
    return new Node(
        quotient.name(),
        "",
        "LayerNormalization",
        List.of(centred.input(0), gains, biases),
        List.of(bias.outputs().get(0)),
        Map.of("axis", (long) axes[0], "epsilon", constant(variance).floatAt(0), "single", 1L),
        quotient.scope());
  }

  private boolean isSquare(Node node) {
    return node.type().equals("Pow")
        ? near(node.input(1), 2)
        : node.type().equals("Mul") && node.input(0).equals(node.input(1));
  }

  private Node onlyReaderOf(Node node, String type) {
    List<Node> readers = graph.consumers(node.outputs().get(0));
    return readers.size() == 1 && readers.get(0).type().equals(type) ? readers.get(0) : null;
  }

  /** Returns what computes an input of a node of this type. */
  private Node step(Node node, String type, int input) {
    return node == null || !node.type().equals(type) || node.input(input) == null
        ? null
        : graph.producer(node.input(input));
  }

  private String constantBeside(Node sum) {
    for (String input : sum.inputs()) {
      if (constant(input) != null && constant(input).size() == 1) {
        return input;
      }
    }
    return null;
  }

  /** Returns the only operator that reads a node's value, if it is of this type. */
  private Node reader(Node node, String type, String output) {
    return onlyReader(node, output) ? onlyReaderOf(node, type) : null;
  }

  /** Returns the other input of a node that has this number as one; null if it has not. */
  private String other(Node node, double number) {
    for (int side = 0; side < 2 && node.inputs().size() == 2; side++) {
      if (near(node.inputs().get(side), number)) {
        return node.inputs().get(1 - side);
      }
    }
    return null;
  }

  private static String otherThan(Node node, String input) {
    if (node.inputs().size() != 2) {
      return null;
    }
    return node.inputs().get(0).equals(input) ? node.inputs().get(1) : node.inputs().get(0);
  }

  private boolean near(String name, double number) {
    Tensor tensor = constant(name);
    return tensor != null && tensor.size() == 1 && Math.abs(tensor.floatAt(0) - number) < 1e-4;
  }

  private boolean isConstant(String name) {
    return origin(name) != null;
  }

  /** Returns a constant of the file, null for another value. */
  private Tensor constant(String name) {
    String origin = origin(name);
    if (origin == null) {
      return null;
    }
    Supplier<Tensor> held = constants.get(origin);
    return held != null ? held.get() : graph.producer(origin).tensor("value");
  }

  /** Returns the constant that a name stands for, through operators that change nothing. */
  private String origin(String name) {
    String value = name;
    for (int steps = 0; value != null && steps <= nodes.size(); steps++) {
      Node producer = graph.producer(value);
      if (producer == null) {
        return constants.containsKey(value) ? value : null;
      }
      if (producer.type().equals("Constant") && producer.has("value")) {
        return value;
      }
      value = producer.type().equals("Identity") ? producer.input(0) : null;
    }
    return null;
  }
}
