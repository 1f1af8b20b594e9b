package io.github.secateur.exchange.reading;

import io.github.secateur.exchange.onnx.FileGraph;
import io.github.secateur.exchange.onnx.FileInput;
import io.github.secateur.exchange.onnx.FormatException;
import io.github.secateur.exchange.onnx.Model;
import io.github.secateur.exchange.onnx.Node;
import io.github.secateur.exchange.onnx.Tensor;
import io.github.secateur.graph.Attributes;
import io.github.secateur.graph.OperatorType;
import io.github.secateur.graph.Shape;
import io.github.secateur.nn.Input;
import io.github.secateur.nn.TrainedNetwork;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/** Turns a file's operators, one after the other, into layers and constants. */
public final class Importer {
  private static final int OLDEST = 9;
  private static final int NEWEST = 25;
  private static final int MAX_RANK = 12;

  private final Model model;
  private final boolean channelsLast;
  private final FileGraph graph;
  private final Map<String, Value> values = new HashMap<>();
  private final Map<String, Supplier<Tensor>> constants;
  private final Problems problems = new Problems();
  private final ConstantFolding folding;
  private int literalBatch;

  private Importer(Model model, boolean channelsLast) {
    this.model = model;
    this.channelsLast = channelsLast;
    this.graph = model.graph();
    this.constants = graph.constants();
    this.folding = new ConstantFolding(model.opset(), ConstantFolding.MAX_SIZE);
  }

  /**
   * Returns the network of a file.
   *
   * @param channelsLast whether rows of images are height × width × channels; otherwise they are
   *     channels × height × width, as in the file
   * @throws FormatException if it cannot be read; the message lists everything that stands in the
   *     way
   */
  public static TrainedNetwork read(Model model, boolean channelsLast) {
    return new Importer(model, channelsLast).read();
  }

  private TrainedNetwork read() {
    if (model.opset() < OLDEST || model.opset() > NEWEST) {
      throw new FormatException(
          "operators of version %d to %d are read, found %d; export again with opset_version=17",
          OLDEST, NEWEST, model.opset());
    }
    if (graph.outputs().isEmpty()) {
      throw FormatException.damaged("the graph has no output");
    }
    List<Node> inlined = NodeGraph.inlined(graph.nodes(), model.functions());
    Patterns patterns = new Patterns(inlined, constants);
    String output = patterns.logits(graph.outputs().get(0).name());
    NodeGraph nodes = new NodeGraph(patterns.rewritten(output));
    List<Node> order = nodes.ancestors(output);
    List<FileInput> read = inputs(order, output);
    LayerNaming names =
        new LayerNaming(order, read.stream().map(input -> layerName(input.name())).toList());
    Layers layers = new Layers(read.stream().map(this::input).toList(), names);
    for (Node node : order) {
      add(node, nodes, layers, names);
    }
    problems.throwIfAny();
    return finish(values.get(output), output, layers, names);
  }

  private TrainedNetwork finish(Value value, String output, Layers layers, LayerNaming names) {
    if (!(value instanceof Flow flow)) {
      throw new FormatException("the output \"%s\" does not depend on an input", output);
    }
    List<Atom> all = Atom.ofRow(Atom.join(flow.axes()));
    String last = layers.arrange(flow, List.of(all), "output");
    if (!last.equals(layers.last())) {
      layers.add(
          names.beside("output", "identity"), last, OperatorType.IDENTITY, new Attributes.None());
    }
    try {
      return layers.build();
    } catch (IllegalArgumentException e) {
      throw new FormatException("%s", e.getMessage());
    }
  }

  // ---- inputs
  // --------------------------------------------------------------------------------------------------

  /** Returns the inputs that the output depends on, in the file's order. */
  private List<FileInput> inputs(List<Node> order, String output) {
    Set<String> names = new HashSet<>(Set.of(output));
    order.forEach(node -> names.addAll(node.inputs()));
    List<FileInput> read =
        graph.inputs().stream()
            .filter(input -> !constants.containsKey(input.name()) && names.contains(input.name()))
            .toList();
    if (read.isEmpty()) {
      throw new FormatException("the output \"%s\" does not depend on an input", output);
    }
    return read;
  }

  private String layerName(String name) {
    String valid = name.replaceAll("[^A-Za-z0-9_./-]", "_");
    return valid.isEmpty() ? "x" : valid.substring(0, Math.min(valid.length(), 80));
  }

  private Input input(FileInput input) {
    List<Long> dimensions = input.dimensions();
    if (dimensions == null || dimensions.isEmpty() || dimensions.size() > MAX_RANK) {
      throw new FormatException(
          "input \"%s\" must have a shape of 1 to %d axes, the first for the batch",
          input.name(), MAX_RANK);
    }
    List<List<Atom>> axes = new ArrayList<>();
    axes.add(List.of(Atom.BATCH));
    literalBatch = Math.max(literalBatch, (int) Math.min(dimensions.get(0), 1 << 20));
    long size = 1;
    for (int axis = 1; axis < dimensions.size(); axis++) {
      long length = dimensions.get(axis);
      size = length < 1 || length > 1 << 30 ? Long.MAX_VALUE : size * length;
      if (size > 1 << 30) {
        throw new FormatException(
            "input \"%s\" must have a fixed length along axis %d, and at most 2^30 values in a row;"
                + " export again with fixed sizes for all axes but the first",
            input.name(), axis);
      }
      axes.add(Atom.axis((int) length));
    }
    List<List<Atom>> groups = new ArrayList<>(axes.subList(1, axes.size()));
    if (channelsLast && groups.size() == 3) {
      groups.add(groups.remove(0));
    }
    Shape shape = Flow.shape(groups);
    boolean single = onlyInput();
    String name = single ? "input" : layerName(input.name());
    values.put(input.name(), new Flow(axes, name, shape, Atom.join(groups)));
    return new Input(name, shape);
  }

  private boolean onlyInput() {
    return graph.inputs().stream().filter(input -> !constants.containsKey(input.name())).count()
        == 1;
  }

  // ---- operators
  // -----------------------------------------------------------------------------------------------

  private void add(Node node, NodeGraph nodes, Layers layers, LayerNaming names) {
    List<Value> inputs = new ArrayList<>();
    for (String input : node.inputs()) {
      inputs.add(input.isEmpty() ? null : value(input, node));
    }
    List<Boolean> used =
        node.outputs().stream().map(output -> !nodes.consumers(output).isEmpty()).toList();
    if (inputs.stream().anyMatch(Value.Unknown.class::isInstance)) {
      if (!Operators.knows(node) && !folding.knows(node.type())) {
        problems.add(node, Problems.UNKNOWN);
      }
      put(node, List.of());
      return;
    }
    Call call = new Call(node, inputs, layers, names.of(node), model.opset(), literalBatch, used);
    try {
      put(node, results(call));
    } catch (Unreadable | FormatException e) {
      problems.add(node, e.getMessage());
      put(node, List.of());
    } catch (IllegalArgumentException
        | ArithmeticException
        | IndexOutOfBoundsException
        | NullPointerException
        | NegativeArraySizeException e) {
      // what a damaged file asks for: axes that do not exist, inputs that are missing
      problems.add(node, "it does not fit its inputs: " + e.getMessage());
      put(node, List.of());
    }
  }

  private Value value(String name, Node reader) {
    Value known = values.get(name);
    if (known != null) {
      return known;
    }
    Supplier<Tensor> tensor = constants.get(name);
    if (tensor == null) {
      throw FormatException.damaged(
          "\"%s\" (%s) reads the value \"%s\", which nothing computes",
          reader.name(), reader.type(), name);
    }
    Constant constant = Constant.of(tensor.get());
    values.put(name, constant);
    return constant;
  }

  private void put(Node node, List<? extends Value> results) {
    for (int i = 0; i < node.outputs().size(); i++) {
      Value result = i < results.size() ? results.get(i) : null;
      values.put(node.outputs().get(i), result == null ? new Value.Unknown() : result);
    }
  }

  private List<? extends Value> results(Call call) {
    Node node = call.node();
    if (!node.domain().isEmpty()) {
      throw new Unreadable(Problems.UNKNOWN);
    }
    if (call.inputs().stream().allMatch(input -> input == null || input instanceof Constant)) {
      if (!folding.knows(node.type())) {
        throw new Unreadable("of constants it is not computed");
      }
      return folded(call);
    }
    if (node.type().equals("Shape") || node.type().equals("Size")) {
      return List.of(shape(call));
    }
    return Operators.add(call);
  }

  private static Value shape(Call call) {
    Tensor two = ConstantFolding.shape(call.node(), call.flow(0).dimensions(2));
    Tensor three = ConstantFolding.shape(call.node(), call.flow(0).dimensions(3));
    if (call.node().type().equals("Size")) {
      two = Tensor.of(new int[0], new long[] {Tensor.size(call.flow(0).dimensions(2))});
      three = Tensor.of(new int[0], new long[] {Tensor.size(call.flow(0).dimensions(3))});
    }
    return new Constant(two, three);
  }

  private List<Constant> folded(Call call) {
    List<Tensor> two = new ArrayList<>();
    List<Tensor> three = new ArrayList<>();
    boolean fixed = true;
    for (Value input : call.inputs()) {
      two.add(input == null ? null : ((Constant) input).two());
      three.add(input == null ? null : ((Constant) input).three());
      fixed &= input == null || ((Constant) input).isFixed();
    }
    List<Tensor> ofTwo = folding.apply(call.node(), two);
    List<Tensor> ofThree = fixed ? ofTwo : folding.apply(call.node(), three);
    List<Constant> results = new ArrayList<>();
    for (int i = 0; i < ofTwo.size(); i++) {
      results.add(new Constant(ofTwo.get(i), ofThree.get(i)));
    }
    return results;
  }
}
