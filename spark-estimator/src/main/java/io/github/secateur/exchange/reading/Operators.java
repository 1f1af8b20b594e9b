package io.github.secateur.exchange.reading;

import io.github.secateur.exchange.onnx.Node;
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
    one("Neg", call -> call.pointwise(OperatorType.SCALE, new Attributes.Scale(-1)));
  }

  private static Flow sloped(Call call, OperatorType type, float otherwise) {
    return call.pointwise(type, new Attributes.Slope(call.node().number("alpha", otherwise)));
  }

  private static Flow gelu(Call call) {
    if (!call.node().text("approximate", "none").equals("none")) {
      throw new Unreadable("approximate must be \"none\"");
    }
    return call.pointwise(OperatorType.GELU);
  }

  private static Flow hardSigmoid(Call call) {
    float alpha = call.node().number("alpha", 0.2f);
    float beta = call.node().number("beta", 0.5f);
    if (Math.abs(alpha - 1 / 6.0) > 1e-6 || beta != 0.5f) {
      throw new Unreadable("alpha must be 1/6 and beta 0.5, found %s and %s", alpha, beta);
    }
    return call.pointwise(OperatorType.HARD_SIGMOID);
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
