package io.github.secateur.exchange.reading;

import io.github.secateur.exchange.onnx.Tensor;
import io.github.secateur.graph.Attributes;
import io.github.secateur.graph.OperatorType;
import java.util.ArrayList;
import java.util.List;

/** Products with a matrix of weights. */
final class ProductOperators {
  private ProductOperators() {}

  static void register() {
    Operators.one("Gemm", ProductOperators::gemm);
    Operators.one("MatMul", ProductOperators::matmul);
  }

  /** Y = alpha · A·B + beta · C. */
  private static Flow gemm(Call call) {
    if (call.node().integer("transA", 0) != 0) {
      throw new Unreadable("transA must be 0");
    }
    Tensor matrix = call.tensor(1);
    if (call.node().integer("transB", 0) != 0) {
      matrix = ConstantFolding.transpose(matrix, null);
    }
    float alpha = call.node().number("alpha", 1);
    float beta = call.node().number("beta", 1);
    Tensor bias = call.optional(2);
    return product(
        call,
        call.flow(0),
        scaled(matrix.toFloats(), alpha),
        matrix,
        bias == null ? null : scaled(spread(bias, matrix.dimension(1)), beta));
  }

  private static Flow matmul(Call call) {
    if (!call.isConstant(0) && !call.isConstant(1)) {
      return ofTwo(call);
    }
    Tensor matrix = call.tensor(1);
    if (matrix.rank() != 2) {
      throw new Unreadable("weights must be a matrix, found %d axes", matrix.rank());
    }
    float[] bias = call.has(2) ? spread(call.tensor(2), matrix.dimension(1)) : null;
    return product(call, call.flow(0), matrix.toFloats(), matrix, bias);
  }

  /** Adds a product of two values: the last two axes of both, for each index of those before. */
  private static Flow ofTwo(Call call) {
    Flow first = call.flow(0);
    Flow second = call.flow(1);
    int rank = first.rank();
    if (rank < 3 || second.rank() != rank || first.length(rank - 1) != second.length(rank - 2)) {
      throw new Unreadable("two values of as many axes, at least 3, whose inner lengths are equal");
    }
    List<List<Atom>> ofFirst = new ArrayList<>();
    List<List<Atom>> ofSecond = new ArrayList<>();
    List<List<Atom>> axes = new ArrayList<>();
    for (int axis = 0; axis < rank - 2; axis++) {
      boolean batch = first.axes().get(axis).contains(Atom.BATCH);
      if (batch != second.axes().get(axis).contains(Atom.BATCH)) {
        throw new Unreadable("the batch in the same axis of both values");
      }
      if (first.length(axis) != second.length(axis)) {
        throw new Unreadable("values of the same lengths before the last two axes");
      }
      List<Atom> joined = new ArrayList<>(batch ? List.of(Atom.BATCH) : List.of());
      joined.addAll(Atom.axis(first.length(axis)));
      axes.add(joined);
      if (first.length(axis) > 1) {
        ofFirst.add(first.axis(axis));
        ofSecond.add(second.axis(axis));
      }
    }
    ofFirst.addAll(List.of(first.axis(rank - 2), first.axis(rank - 1)));
    ofSecond.addAll(List.of(second.axis(rank - 2), second.axis(rank - 1)));
    axes.add(Atom.axis(first.length(rank - 2)));
    axes.add(Atom.axis(second.length(rank - 1)));
    Layers layers = call.layers();
    String left = layers.arrange(first, ofFirst, call.name());
    String right = layers.arrange(second, ofSecond, call.name());
    layers.add(call.name(), left, network -> network.matmul(right));
    return new Flow(axes, call.name(), layers.shape(), Atom.ofRow(Atom.join(axes)));
  }

  private static float[] scaled(float[] values, float factor) {
    for (int i = 0; i < values.length; i++) {
      values[i] *= factor;
    }
    return values;
  }

  /** Returns one number for each unit, of a vector, a row, or one number for all. */
  private static float[] spread(Tensor bias, int units) {
    if (bias.size() != 1 && bias.size() != units) {
      throw new Unreadable("one number for each of %d units, found %d", units, bias.size());
    }
    float[] values = new float[units];
    for (int i = 0; i < units; i++) {
      values[i] = bias.floatAt(bias.size() == 1 ? 0 : i);
    }
    return values;
  }

  /**
   * Adds a dense layer over the last axis, or a 1×1 convolution where there are other axes. The
   * kernel's rows are put into the order that the network has the last axis in.
   */
  static Flow product(Call call, Flow flow, float[] matrix, Tensor like, float[] bias) {
    int last = flow.rank() - 1;
    int in = like.dimension(0);
    int units = like.dimension(1);
    if (flow.axes().get(last).contains(Atom.BATCH) || flow.length(last) != in || flow.rank() < 2) {
      throw new Unreadable(
          "a matrix of %d rows meets a last axis of that length, found %d", in, flow.length(last));
    }
    List<Atom> summed = flow.inNetworkOrder(flow.axis(last));
    List<Atom> others = flow.others(summed);
    float[] kernel = rows(matrix, Flow.positions(summed, flow.axis(last)), units);
    List<Atom> out = Atom.axis(units);
    List<List<Atom>> axes = new ArrayList<>(flow.axes());
    axes.set(last, out);
    List<Atom> order = new ArrayList<>(others);
    order.addAll(out);
    Layers layers = call.layers();
    if (others.isEmpty()) {
      String read = layers.arrange(flow, List.of(summed), call.name());
      layers.add(call.name(), read, OperatorType.DENSE, new Attributes.Dense(units, bias != null));
    } else {
      String read = layers.arrange(flow, List.of(others, List.of(), summed), call.name());
      layers.add(call.name(), read, WindowOperators.pointConvolution(units, bias != null));
    }
    layers.weights(call.name(), "kernel", kernel);
    if (bias != null) {
      layers.weights(call.name(), "bias", bias);
    }
    return new Flow(axes, call.name(), layers.shape(), order);
  }

  /** Returns the rows of a matrix in another order: row i is row order[i]. */
  private static float[] rows(float[] matrix, int[] order, int columns) {
    float[] result = new float[matrix.length];
    for (int row = 0; row < order.length; row++) {
      System.arraycopy(matrix, order[row] * columns, result, row * columns, columns);
    }
    return result;
  }
}
