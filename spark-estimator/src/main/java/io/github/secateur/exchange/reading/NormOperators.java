package io.github.secateur.exchange.reading;

import io.github.secateur.exchange.onnx.Tensor;
import io.github.secateur.graph.Attributes;
import io.github.secateur.graph.OperatorType;
import java.util.ArrayList;
import java.util.List;

/** Normalizations. */
final class NormOperators {
  private NormOperators() {}

  static void register() {
    Operators.one("BatchNormalization", NormOperators::batch);
    Operators.one("LayerNormalization", NormOperators::layer);
    Operators.one("Softmax", NormOperators::softmax);
  }

  private static Flow batch(Call call) {
    Flow flow = call.flow(0);
    if (flow.batchAxis() != 0 || flow.axes().get(0).size() != 1 || flow.rank() < 2) {
      throw new Unreadable("channels in each row of the batch");
    }
    for (int output = 1; output < call.used().size(); output++) {
      if (call.used().get(output)) {
        throw new Unreadable("statistics as outputs");
      }
    }
    Attributes.BatchNorm attributes =
        new Attributes.BatchNorm(
            call.node().number("momentum", 0.9f), call.node().number("epsilon", 1e-5f));
    List<Atom> channels = flow.inNetworkOrder(flow.axis(1));
    Flow read = withLast(call, flow, channels);
    int[] order = Flow.positions(channels, flow.axis(1));
    call.layers().add(call.name(), read.value(), OperatorType.BATCH_NORM, attributes);
    String[] roles = {"gain", "bias", "mean", "variance"};
    for (int i = 0; i < roles.length; i++) {
      call.layers().weights(call.name(), roles[i], ordered(call.tensor(1 + i), order));
    }
    return read.withValue(call.name());
  }

  private static Flow layer(Call call) {
    Flow flow = call.flow(0);
    int axis = flow.axisOf(call.node().integer("axis", -1));
    if (call.node().has("single") && axis != flow.rank() - 1) {
      throw new Unreadable("only the last axis is normalized, found axis %d", axis);
    }
    for (int output = 1; output < call.used().size(); output++) {
      if (call.used().get(output)) {
        throw new Unreadable("mean and deviation as outputs");
      }
    }
    List<Atom> file = Atom.join(flow.axes().subList(axis, flow.rank()));
    if (file.contains(Atom.BATCH)) {
      throw new Unreadable("rows of the batch stay apart");
    }
    List<Atom> normalized = flow.inNetworkOrder(file);
    Flow read = withLast(call, flow, normalized);
    int[] order = Flow.positions(normalized, file);
    Attributes.LayerNorm attributes =
        new Attributes.LayerNorm(call.node().number("epsilon", 1e-5f));
    call.layers().add(call.name(), read.value(), OperatorType.LAYER_NORM, attributes);
    call.layers().weights(call.name(), "gain", ordered(call.tensor(1), order));
    call.layers()
        .weights(
            call.name(),
            "bias",
            call.has(2) ? ordered(call.tensor(2), order) : new float[order.length]);
    return read.withValue(call.name());
  }

  /** Adds exp(x) / Σ exp(x) along an axis; along all from an axis on before version 13. */
  private static Flow softmax(Call call) {
    Flow flow = call.flow(0);
    boolean old = call.opset() < 13;
    int axis = flow.axisOf(call.node().integer("axis", old ? 1 : -1));
    List<Atom> along = Atom.join(flow.axes().subList(axis, old ? flow.rank() : axis + 1));
    if (along.contains(Atom.BATCH)) {
      throw new Unreadable("rows of the batch stay apart");
    }
    Flow read = withLast(call, flow, flow.inNetworkOrder(along));
    Attributes attributes = new Attributes.Softmax(Attributes.Softmax.LAST);
    return read.withValue(
        call.layers().add(call.name(), read.value(), OperatorType.SOFTMAX, attributes));
  }

  private static float[] ordered(Tensor tensor, int[] order) {
    if (tensor.size() != order.length) {
      throw new Unreadable("%d numbers, found %d", order.length, tensor.size());
    }
    float[] values = new float[order.length];
    for (int i = 0; i < order.length; i++) {
      values[i] = tensor.floatAt(order[i]);
    }
    return values;
  }

  /** Returns a flow whose last axis in the network has just these atoms. */
  static Flow withLast(Call call, Flow flow, List<Atom> last) {
    List<Atom> others = flow.others(last);
    List<Atom> order = new ArrayList<>(others);
    order.addAll(last);
    if (flow.order().equals(order) && flow.shape().last() == Atom.product(last)) {
      return flow;
    }
    List<List<Atom>> groups = new ArrayList<>(Flow.single(others));
    groups.add(last);
    String value = call.layers().arrange(flow, groups, call.name());
    return new Flow(flow.axes(), value, Flow.shape(groups), order);
  }
}
