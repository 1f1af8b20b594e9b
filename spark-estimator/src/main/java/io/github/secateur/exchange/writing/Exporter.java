package io.github.secateur.exchange.writing;

import io.github.secateur.exchange.onnx.FormatException;
import io.github.secateur.graph.Attributes;
import io.github.secateur.graph.Graph;
import io.github.secateur.graph.Operator;
import io.github.secateur.graph.OperatorType;
import io.github.secateur.graph.Parameter;
import io.github.secateur.graph.Shape;
import io.github.secateur.graph.Window;
import io.github.secateur.nn.Input;
import io.github.secateur.nn.TrainedNetwork;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes the operators of a network as those of ONNX. An image is written with its channels first
 * where an operator of ONNX wants it so, and stays so until a layer needs them last: a value has
 * one form or both.
 */
public final class Exporter {
  /** The name of the output. */
  public static final String LOGITS = "logits";

  private final TrainedNetwork network;
  private final Graph graph;
  private final float[] parameters;
  private final FileWriter file = new FileWriter();
  private final Map<Integer, String> last = new HashMap<>(); // values as we have them
  private final Map<Integer, String> first = new HashMap<>(); // images with channels first
  private String batch; // the name of the number of rows, once it is needed

  private Exporter(TrainedNetwork network) {
    this.network = network;
    this.graph = network.network().lower();
    this.parameters = network.parameters();
  }

  /** Returns a network as a file of ONNX. */
  public static byte[] write(TrainedNetwork network) {
    return new Exporter(network).write();
  }

  private byte[] write() {
    for (Input input : network.network().inputs()) {
      file.input(input.name(), input.shape().toArray());
    }
    boolean several = network.network().inputs().size() > 1;
    for (Operator operator : graph.operators()) {
      if (operator.type() == OperatorType.INPUT) {
        if (!several) {
          last.put(operator.id(), operator.name());
        }
      } else {
        write(operator);
      }
    }
    Operator output = graph.output();
    file.node("Identity", LOGITS, List.of(last(output.id())), LOGITS);
    file.output(LOGITS, output.shape().toArray());
    return file.toByteArray(network.network().toJson());
  }

  // ---- the two forms
  // -------------------------------------------------------------------------------------------

  /** Returns the name of a value as we have it. */
  private String last(int id) {
    return last.computeIfAbsent(
        id,
        missing -> {
          String name = graph.operator(id).name() + ":last";
          int rank = graph.operator(id).shape().rank();
          int[] order = new int[rank + 1];
          for (int axis = 1; axis < rank; axis++) {
            order[axis] = axis + 1;
          }
          order[rank] = 1;
          file.node("Transpose", name, List.of(first.get(id)), name, "perm", order);
          return name;
        });
  }

  /** Returns the name of a value with its last axis behind the batch. */
  private String first(int id) {
    int rank = graph.operator(id).shape().rank();
    if (rank == 1) {
      return last(id);
    }
    return first.computeIfAbsent(
        id,
        missing -> {
          String name = graph.operator(id).name() + ":first";
          int[] order = new int[rank + 1];
          order[1] = rank;
          for (int axis = 2; axis <= rank; axis++) {
            order[axis] = axis - 1;
          }
          file.node("Transpose", name, List.of(last.get(id)), name, "perm", order);
          return name;
        });
  }

  /** Adds a node that makes the value of an operator with channels first, of values of such. */
  private void nodeFirst(Operator operator, String type, List<String> inputs, Object... constants) {
    file.node(type, operator.name(), inputs, operator.name(), constants);
    (operator.shape().rank() == 1 ? last : first).put(operator.id(), operator.name());
  }

  private void nodeLast(Operator operator, String type, List<String> inputs, Object... constants) {
    file.node(type, operator.name(), inputs, operator.name(), constants);
    last.put(operator.id(), operator.name());
  }

  /** Adds a node that takes each value by itself, in the form that is there. */
  private void nodeAnyhow(Operator operator, String type, List<String> more, Object... constants) {
    int input = operator.inputs().get(0);
    boolean isFirst = !last.containsKey(input);
    List<String> inputs = new ArrayList<>(List.of(isFirst ? first.get(input) : last.get(input)));
    inputs.addAll(more);
    if (isFirst) {
      nodeFirst(operator, type, inputs, constants);
    } else {
      nodeLast(operator, type, inputs, constants);
    }
  }

  private String last(Operator operator) {
    return last(operator.inputs().get(0));
  }

  private String first(Operator operator) {
    return first(operator.inputs().get(0));
  }

  // ---- operators
  // -----------------------------------------------------------------------------------------------

  private void write(Operator operator) {
    switch (operator.type()) {
      case INPUT -> throw new IllegalStateException("an input is no operator");
      case INPUT_PART -> last.put(operator.id(), operator.name());
      case SCALE -> {
        float factor = ((Attributes.Scale) operator.attributes()).factor();
        nodeAnyhow(operator, "Mul", List.of(number(operator, "factor", factor)));
      }
      case NORMALIZE -> normalize(operator);
      case DENSE -> dense(operator);
      case CONV2D -> convolution(operator);
      case MAX_POOL2D -> pool(operator, "MaxPool");
      case AVG_POOL2D -> pool(operator, "AveragePool");
      case GLOBAL_AVG_POOL2D -> global(operator, "GlobalAveragePool");
      case GLOBAL_MAX_POOL2D -> global(operator, "GlobalMaxPool");
      case FLATTEN, RESHAPE ->
          nodeLast(operator, "Reshape", List.of(last(operator), shape(operator, operator.shape())));
      case PERMUTE -> permute(operator);
      case PAD -> pad(operator);
      case SLICE -> slice(operator);
      case MEAN -> reduce(operator, "ReduceMean");
      case SUM -> reduce(operator, "ReduceSum");
      case MAX -> reduce(operator, "ReduceMax");
      case L2 -> reduce(operator, "ReduceL2");
      case LEARNED -> learned(operator);
      case IDENTITY -> nodeAnyhow(operator, "Identity", List.of());
      case CONCAT -> concat(operator);
      case ADD -> pair(operator, "Add");
      case SUBTRACT -> pair(operator, "Sub");
      case MULTIPLY -> pair(operator, "Mul");
      case MAXIMUM -> pair(operator, "Max");
      case DIVIDE -> pair(operator, "Div");
      case MINIMUM -> pair(operator, "Min");
      case BATCH_NORM -> batchNorm(operator);
      case SOFTMAX -> {
        int axis = ((Attributes.Softmax) operator.attributes()).axis();
        nodeLast(operator, "Softmax", List.of(last(operator)), "axis", axis < 0 ? axis : axis + 1);
      }
      case LAYER_NORM -> {
        float epsilon = ((Attributes.LayerNorm) operator.attributes()).epsilon();
        nodeLast(
            operator,
            "LayerNormalization",
            weights(last(operator), operator, "gain", "bias"),
            "axis",
            -1,
            "epsilon",
            epsilon);
      }
      case DROPOUT -> {
        float rate = ((Attributes.Dropout) operator.attributes()).rate();
        nodeAnyhow(operator, "Dropout", List.of(number(operator, "rate", rate)));
      }
      case RELU -> nodeAnyhow(operator, "Relu", List.of());
      case LEAKY_RELU -> nodeAnyhow(operator, "LeakyRelu", List.of(), "alpha", slope(operator));
      case ELU -> nodeAnyhow(operator, "Elu", List.of(), "alpha", slope(operator));
      case GELU -> nodeAnyhow(operator, "Gelu", List.of());
      case SILU -> gated(operator, "Sigmoid");
      case TANH -> nodeAnyhow(operator, "Tanh", List.of());
      case SIGMOID -> nodeAnyhow(operator, "Sigmoid", List.of());
      case HARD_SIGMOID ->
          nodeAnyhow(operator, "HardSigmoid", List.of(), "alpha", 1 / 6f, "beta", 0.5f);
      case SOFTPLUS -> nodeAnyhow(operator, "Softplus", List.of());
      case RELU6 ->
          nodeAnyhow(
              operator, "Clip", List.of(number(operator, "min", 0), number(operator, "max", 6)));
      case CLIP -> {
        Attributes.Clip clip = (Attributes.Clip) operator.attributes();
        String min = number(operator, "min", clip.min());
        nodeAnyhow(operator, "Clip", List.of(min, number(operator, "max", clip.max())));
      }
      case SELU -> nodeAnyhow(operator, "Selu", List.of());
      case GELU_TANH -> nodeAnyhow(operator, "Gelu", List.of(), "approximate", "tanh");
      case HARD_SWISH -> nodeAnyhow(operator, "HardSwish", List.of());
      case MISH -> nodeAnyhow(operator, "Mish", List.of());
      case EXP -> nodeAnyhow(operator, "Exp", List.of());
      case LOG -> nodeAnyhow(operator, "Log", List.of());
      case ABS -> nodeAnyhow(operator, "Abs", List.of());
      case POW ->
          nodeAnyhow(operator, "Pow", List.of(number(operator, "exponent", slope(operator))));
      case PRELU -> nodeLast(operator, "PRelu", weights(last(operator), operator, "slope"));
      default -> sequence(operator);
    }
  }

  private static float slope(Operator operator) {
    return ((Attributes.Slope) operator.attributes()).slope();
  }

  private String number(Operator operator, String role, float value) {
    return file.floats(operator.name() + ":" + role, new int[0], value);
  }

  /** Returns a constant shape whose first axis stays as long as it is. */
  private String shape(Operator operator, Shape row) {
    int[] shape = new int[row.rank() + 1];
    System.arraycopy(row.toArray(), 0, shape, 1, row.rank());
    return file.integers(operator.name() + ":shape", shape);
  }

  /** Returns a value and the names of an operator's parameters, those that it has. */
  private List<String> weights(String value, Operator operator, String... roles) {
    List<String> names = new ArrayList<>(List.of(value));
    for (String role : roles) {
      Parameter parameter = operator.parameter(role);
      if (parameter != null) {
        int[] dimensions = Kernels.dimensions(operator, parameter);
        int[] places = Kernels.places(operator, parameter);
        float[] values = new float[places.length];
        for (int i = 0; i < places.length; i++) {
          values[places[i]] = parameters[parameter.offset() + i];
        }
        names.add(file.floats(parameter.name(), dimensions, values));
      }
    }
    return names;
  }

  private void normalize(Operator operator) {
    Attributes.Normalize normalize = (Attributes.Normalize) operator.attributes();
    String centred = operator.name() + ":centred";
    String mean = channels(operator, "mean", normalize.mean());
    String deviation = channels(operator, "deviation", normalize.deviation());
    file.node("Sub", centred, List.of(last(operator), mean), centred);
    nodeLast(operator, "Div", List.of(centred, deviation));
  }

  private String channels(Operator operator, String role, List<Float> values) {
    float[] array = new float[values.size()];
    for (int i = 0; i < array.length; i++) {
      array[i] = values.get(i);
    }
    return file.floats(operator.name() + ":" + role, new int[] {array.length}, array);
  }

  /** Adds a product with a matrix: of vectors, or of the tokens of a row. */
  private void dense(Operator operator) {
    List<String> inputs = weights(last(operator), operator, "kernel", "bias");
    if (operator.shape().rank() == 1) {
      nodeLast(operator, "Gemm", inputs);
    } else if (inputs.size() == 2) {
      nodeLast(operator, "MatMul", inputs);
    } else {
      String product = operator.name() + ":product";
      file.node("MatMul", product, inputs.subList(0, 2), product);
      nodeLast(operator, "Add", List.of(product, inputs.get(2)));
    }
  }

  /** Writes an operator over tokens, or refuses one that cannot be written. */
  private void sequence(Operator operator) {
    SequenceWriter sequences = new SequenceWriter(file);
    List<String> values = operator.inputs().stream().map(this::last).toList();
    switch (operator.type()) {
      case MATMUL -> sequences.matmul(operator, values);
      case ATTENTION -> sequences.attention(operator, values.get(0), null);
      case MASKED_ATTENTION -> sequences.attention(operator, values.get(0), values.get(1));
      case MASKED_MEAN -> sequences.maskedMean(operator, values.get(0), values.get(1));
      case PADDING_MASK -> sequences.paddingMask(operator, values.get(0));
      case EMBEDDING -> {
        List<String> table = weights(values.get(0), operator, "kernel");
        sequences.embedding(operator, values.get(0), table.get(1));
      }
      case LSTM, GRU, RNN -> {
        String[] roles = {"kernel", "recurrentKernel", "bias", "recurrentBias"};
        List<String> names = weights(values.get(0), operator, roles);
        sequences.recurrent(operator, values.get(0), names.subList(1, names.size()));
      }
      default ->
          throw new FormatException(
              "layer \"%s\" (%s) cannot be written yet", operator.name(), operator.type().label());
    }
    last.put(operator.id(), operator.name());
  }

  private void convolution(Operator operator) {
    Attributes.Conv2d convolution = (Attributes.Conv2d) operator.attributes();
    List<Object> constants = window(operator, convolution.window());
    constants.addAll(List.of("group", convolution.groups()));
    List<String> inputs = weights(first(operator), operator, "kernel", "bias");
    nodeFirst(operator, "Conv", inputs, constants.toArray());
  }

  private void pool(Operator operator, String type) {
    Attributes.Pool2d pool = (Attributes.Pool2d) operator.attributes();
    List<Object> constants = window(operator, pool.window());
    if (pool.countIncludePad()) {
      constants.addAll(List.of("count_include_pad", 1));
    }
    nodeFirst(operator, type, List.of(first(operator)), constants.toArray());
  }

  /** Returns the constants of a window; what a last position needs beyond is padding behind. */
  private static List<Object> window(Operator operator, Window window) {
    int height = operator.inputShape().dimension(0);
    int width = operator.inputShape().dimension(1);
    int top = window.padTop(height);
    int left = window.padLeft(width);
    int below = (operator.shape().dimension(0) - 1) * window.strideHeight();
    int beside = (operator.shape().dimension(1) - 1) * window.strideWidth();
    int[] pads = {
      top,
      left,
      Math.max(window.padBottom(height), below + window.reachHeight() - height - top),
      Math.max(window.padRight(width), beside + window.reachWidth() - width - left)
    };
    return new ArrayList<>(
        List.of(
            "kernel_shape",
            new int[] {window.height(), window.width()},
            "strides",
            new int[] {window.strideHeight(), window.strideWidth()},
            "dilations",
            new int[] {window.dilationHeight(), window.dilationWidth()},
            "pads",
            pads));
  }

  private void global(Operator operator, String type) {
    String pooled = operator.name() + ":pooled";
    file.node(type, pooled, List.of(first(operator)), pooled);
    nodeLast(operator, "Flatten", List.of(pooled));
  }

  private void permute(Operator operator) {
    List<Integer> order = ((Attributes.Permute) operator.attributes()).order();
    int[] all = new int[order.size() + 1];
    for (int axis = 0; axis < order.size(); axis++) {
      all[axis + 1] = order.get(axis) + 1;
    }
    nodeLast(operator, "Transpose", List.of(last(operator)), "perm", all);
  }

  private void pad(Operator operator) {
    Attributes.Pad pad = (Attributes.Pad) operator.attributes();
    int rank = pad.before().size();
    int[] pads = new int[2 * (rank + 1)];
    for (int axis = 0; axis < rank; axis++) {
      pads[1 + axis] = pad.before().get(axis);
      pads[rank + 2 + axis] = pad.after().get(axis);
    }
    nodeLast(
        operator, "Pad", List.of(last(operator), file.integers(operator.name() + ":pads", pads)));
  }

  private void reduce(Operator operator, String type) {
    int rank = operator.inputShape().rank();
    List<Integer> reduced = ((Attributes.Reduce) operator.attributes()).axes();
    int[] axes = reduced.stream().mapToInt(axis -> axis < 0 ? axis + rank + 1 : axis + 1).toArray();
    String kept = operator.name() + ":kept";
    String named = file.integers(operator.name() + ":axes", axes);
    file.node(type, kept, List.of(last(operator), named), kept);
    nodeLast(operator, "Reshape", List.of(kept, shape(operator, operator.shape())));
  }

  private void slice(Operator operator) {
    Attributes.Slice slice = (Attributes.Slice) operator.attributes();
    int length = operator.inputShape().dimension(slice.axis());
    int start = slice.first(length);
    int end = start + (slice.count(length) - 1) * slice.step() + Integer.signum(slice.step());
    String name = operator.name();
    nodeLast(
        operator,
        "Slice",
        List.of(
            last(operator),
            file.integers(name + ":starts", start),
            file.integers(name + ":ends", end < 0 ? -Integer.MAX_VALUE : end),
            file.integers(name + ":axes", slice.axis() + 1),
            file.integers(name + ":steps", slice.step())));
  }

  /** Adds a constant, repeated for each row of the first input. */
  private void learned(Operator operator) {
    String name = operator.name();
    int[] row = operator.shape().toArray();
    if (batch == null) {
      batch = "batch:size";
      String input = network.network().inputs().get(0).name();
      file.node("Shape", batch, List.of(input), batch, "start", 0, "end", 1);
    }
    String rest = file.integers(name + ":row", row);
    String shape = name + ":shape";
    file.node("Concat", shape, List.of(batch, rest), shape, "axis", 0);
    Parameter value = operator.parameter("value");
    float[] values = Arrays.copyOfRange(parameters, value.offset(), value.offset() + value.size());
    String held = file.floats(value.name(), row, values);
    nodeLast(operator, "Expand", List.of(held, shape));
  }

  private void concat(Operator operator) {
    int axis = ((Attributes.Concat) operator.attributes()).axis();
    boolean isFirst = areFirst(operator);
    List<String> inputs = new ArrayList<>();
    operator.inputs().forEach(id -> inputs.add(isFirst ? first(id) : last(id)));
    if (isFirst) {
      int rank = operator.shape().rank();
      nodeFirst(operator, "Concat", inputs, "axis", axis == rank - 1 ? 1 : axis + 2);
    } else {
      nodeLast(operator, "Concat", inputs, "axis", axis + 1);
    }
  }

  /** Returns whether all inputs have the same rank and are there with channels first only. */
  private boolean areFirst(Operator operator) {
    int rank = operator.shape().rank();
    return operator.inputs().stream()
        .allMatch(id -> !last.containsKey(id) && graph.operator(id).shape().rank() == rank);
  }

  /** Adds arithmetic of two values; that of fewer axes gets axes of length 1. */
  private void pair(Operator operator, String type) {
    if (areFirst(operator)) {
      nodeFirst(operator, type, operator.inputs().stream().map(this::first).toList());
      return;
    }
    int rank = operator.shape().rank();
    List<String> inputs = new ArrayList<>();
    for (int i = 0; i < operator.inputs().size(); i++) {
      int id = operator.inputs().get(i);
      Shape shape = graph.operator(id).shape();
      String value = last(id);
      if (shape.rank() < rank) {
        int[] wide = new int[rank + 1];
        Arrays.fill(wide, 1, rank + 1, 1);
        System.arraycopy(shape.toArray(), 0, wide, rank + 1 - shape.rank(), shape.rank());
        String name = operator.name() + ":wide" + i;
        String target = file.integers(name + ":shape", wide);
        file.node("Reshape", name, List.of(value, target), name);
        value = name;
      }
      inputs.add(value);
    }
    nodeLast(operator, type, inputs);
  }

  private void batchNorm(Operator operator) {
    Attributes.BatchNorm norm = (Attributes.BatchNorm) operator.attributes();
    nodeFirst(
        operator,
        "BatchNormalization",
        weights(first(operator), operator, "gain", "bias", "mean", "variance"),
        "epsilon",
        norm.epsilon(),
        "momentum",
        norm.momentum());
  }

  /** Adds x · f(x). */
  private void gated(Operator operator, String function) {
    int input = operator.inputs().get(0);
    String value = last.containsKey(input) ? last.get(input) : first.get(input);
    String gate = operator.name() + ":gate";
    file.node(function, gate, List.of(value), gate);
    nodeAnyhow(operator, "Mul", List.of(gate));
  }
}
