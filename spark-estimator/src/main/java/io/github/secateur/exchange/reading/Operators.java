package io.github.secateur.exchange.reading;

import io.github.secateur.exchange.onnx.Node;
import io.github.secateur.exchange.onnx.Tensor;
import io.github.secateur.graph.Attributes;
import io.github.secateur.graph.OperatorType;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The operators of a file that become layers, by their types. */
final class Operators {
  /** Makes layers of an operator and returns its values. */
  interface Reading {
    List<Flow> read(Call call);
  }

  /** Makes layers of an operator of one value. */
  interface One {
    Flow read(Call call);
  }

  private static final Map<String, Reading> READINGS = new TreeMap<>();

  static {
    one("Identity", call -> call.flow(0));
    one("Cast", Operators::cast);
    one("Dropout", Operators::dropout);
    activations();
    AxisOperators.register();
    ProductOperators.register();
    WindowOperators.register();
    NormOperators.register();
    PairOperators.register();
  }

  private Operators() {}

  static void one(String type, One reading) {
    several(type, call -> List.of(reading.read(call)));
  }

  static void several(String type, Reading reading) {
    READINGS.put(type, reading);
  }

  static boolean knows(Node node) {
    return node.domain().isEmpty() && READINGS.containsKey(node.type());
  }

  static List<Flow> add(Call call) {
    Reading reading = READINGS.get(call.node().type());
    if (reading == null) {
      throw new Unreadable(Problems.UNKNOWN);
    }
    return reading.read(call);
  }

  private static void activations() {
    one("Relu", call -> call.pointwise(OperatorType.RELU));
    one("Tanh", call -> call.pointwise(OperatorType.TANH));
    one("Sigmoid", call -> call.pointwise(OperatorType.SIGMOID));
    one("Softplus", call -> call.pointwise(OperatorType.SOFTPLUS));
    one("Silu", call -> call.pointwise(OperatorType.SILU));
    one("Gelu", Operators::gelu);
    one("HardSigmoid", Operators::hardSigmoid);
    one("LeakyRelu", call -> sloped(call, OperatorType.LEAKY_RELU, 0.01f));
    one("Elu", call -> sloped(call, OperatorType.ELU, 1));
    one("HardSwish", call -> call.pointwise(OperatorType.HARD_SWISH));
    one("Mish", call -> call.pointwise(OperatorType.MISH));
    one("Selu", Operators::selu);
    one("PRelu", Operators::prelu);
    one("Clip", Operators::clip);
    one("Exp", call -> call.pointwise(OperatorType.EXP));
    one("Log", call -> call.pointwise(OperatorType.LOG));
    one("Abs", call -> call.pointwise(OperatorType.ABS));
    one("Sqrt", call -> call.pointwise(OperatorType.POW, new Attributes.Slope(0.5f)));
    one("Reciprocal", call -> call.pointwise(OperatorType.POW, new Attributes.Slope(-1)));
    one("Pow", Operators::pow);
    one("Neg", call -> call.pointwise(OperatorType.SCALE, new Attributes.Scale(-1)));
  }

  private static Flow sloped(Call call, OperatorType type, float otherwise) {
    return call.pointwise(type, new Attributes.Slope(call.node().number("alpha", otherwise)));
  }

  private static Flow gelu(Call call) {
    boolean tanh = call.node().text("approximate", "none").equals("tanh");
    return call.pointwise(tanh ? OperatorType.GELU_TANH : OperatorType.GELU);
  }

  private static Flow hardSigmoid(Call call) {
    if (!isSixth(call.node())) {
      throw new Unreadable(
          "alpha must be 1/6 and beta 0.5, found %s and %s",
          call.node().number("alpha", 0.2f), call.node().number("beta", 0.5f));
    }
    return call.pointwise(OperatorType.HARD_SIGMOID);
  }

  private static boolean isSixth(Node node) {
    return Math.abs(node.number("alpha", 0.2f) - 1 / 6.0) < 1e-6
        && node.number("beta", 0.5f) == 0.5f;
  }

  /** Returns the operator that x · f(x) is, of the operator f; null if there is none. */
  static String timesInput(Node function) {
    return switch (function.type()) {
      case "Sigmoid" -> "Silu";
      case "HardSigmoid" -> isSixth(function) ? "HardSwish" : null;
      default -> null;
    };
  }

  private static Flow selu(Call call) {
    float alpha = call.node().number("alpha", 1.6732632f);
    float gamma = call.node().number("gamma", 1.0507010f);
    if (Math.abs(alpha - 1.6732632) > 1e-5 || Math.abs(gamma - 1.0507010) > 1e-5) {
      throw new Unreadable("the usual alpha and gamma, found %s and %s", alpha, gamma);
    }
    return call.pointwise(OperatorType.SELU);
  }

  private static Flow clip(Call call) {
    Node node = call.node();
    float min = call.has(1) ? call.scalar(1, 0) : node.number("min", -Float.MAX_VALUE);
    float max = call.has(2) ? call.scalar(2, 0) : node.number("max", Float.MAX_VALUE);
    if (min == 0 && max == 6) {
      return call.pointwise(OperatorType.RELU6);
    }
    if (min == 0 && max >= Float.MAX_VALUE) {
      return call.pointwise(OperatorType.RELU);
    }
    return call.pointwise(
        OperatorType.CLIP,
        new Attributes.Clip(Math.max(min, -Float.MAX_VALUE), Math.min(max, Float.MAX_VALUE)));
  }

  private static Flow pow(Call call) {
    float exponent = call.scalar(1, 1);
    return exponent == 1
        ? call.flow(0)
        : call.pointwise(OperatorType.POW, new Attributes.Slope(exponent));
  }

  /** A slope for each channel, which stand along axis 1, or one for all. */
  private static Flow prelu(Call call) {
    Tensor slopes = call.tensor(1);
    Flow flow = call.flow(0);
    if (slopes.size() == 1) {
      Flow result = call.pointwise(OperatorType.PRELU, new Attributes.Prelu(false));
      call.layers().weights(call.name(), "slope", slopes.toFloats());
      return result;
    }
    int axis = flow.rank() - slopes.rank();
    if (slopes.dimension(0) != slopes.size() || axis < 1) {
      throw new Unreadable("one slope for each channel, found %d", slopes.size());
    }
    List<Atom> channels = flow.axis(axis);
    Flow read = NormOperators.withLast(call, flow, channels);
    String name =
        call.layers()
            .add(call.name(), read.value(), OperatorType.PRELU, new Attributes.Prelu(true));
    call.layers().weights(name, "slope", slopes.toFloats());
    return read.withValue(name);
  }

  private static Flow cast(Call call) {
    long type = call.node().integer("to", 1);
    if (type != 1 && type != 10 && type != 11 && type != 16 && type != 6 && type != 7) {
      throw new Unreadable("values must stay numbers, found type %d", type);
    }
    return call.flow(0);
  }

  private static Flow dropout(Call call) {
    float rate = call.has(1) ? call.scalar(1, 0.5f) : call.node().number("ratio", 0.5f);
    return rate <= 0
        ? call.flow(0)
        : call.pointwise(OperatorType.DROPOUT, new Attributes.Dropout(rate));
  }
}
