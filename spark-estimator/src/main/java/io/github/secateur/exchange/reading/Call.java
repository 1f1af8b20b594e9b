package io.github.secateur.exchange.reading;

import io.github.secateur.exchange.onnx.Node;
import io.github.secateur.exchange.onnx.Tensor;
import io.github.secateur.graph.Attributes;
import io.github.secateur.graph.OperatorType;
import java.util.ArrayList;
import java.util.List;

/**
 * An operator with the values that it reads.
 *
 * @param node the operator
 * @param inputs for each input its value, null where it is left out
 * @param layers the network so far
 * @param name what its layer is to be called
 * @param opset the version of the operators
 * @param literalBatch the number of rows that the file is made for; 0 if any number
 * @param used whether somebody reads an output
 */
record Call(
    Node node,
    List<Value> inputs,
    Layers layers,
    String name,
    int opset,
    int literalBatch,
    List<Boolean> used) {

  /** Returns whether an input is given. */
  boolean has(int index) {
    return index < inputs.size() && inputs.get(index) != null;
  }

  /** Returns an input that the rows flow through. */
  Flow flow(int index) {
    if (!has(index) || !(inputs.get(index) instanceof Flow flow)) {
      throw new Unreadable("input %d must be computed from the rows", index);
    }
    return flow;
  }

  /** Returns whether an input is a constant. */
  boolean isConstant(int index) {
    return has(index) && inputs.get(index) instanceof Constant;
  }

  /** Returns an input in which neither the rows nor their number have a part. */
  Tensor tensor(int index) {
    if (!isConstant(index) || !((Constant) inputs.get(index)).isFixed()) {
      throw new Unreadable("input %d must be a constant of the file", index);
    }
    return ((Constant) inputs.get(index)).two();
  }

  /** Returns an input as a constant, null if it is left out. */
  Tensor optional(int index) {
    return has(index) ? tensor(index) : null;
  }

  /** Returns all inputs as constants, null where they are left out or are none. */
  List<Tensor> tensors() {
    List<Tensor> tensors = new ArrayList<>();
    for (int i = 0; i < inputs.size(); i++) {
      tensors.add(isConstant(i) ? ((Constant) inputs.get(i)).two() : null);
    }
    return tensors;
  }

  /** Returns a constant of one value, or this if it is left out. */
  float scalar(int index, float otherwise) {
    Tensor tensor = optional(index);
    if (tensor == null) {
      return otherwise;
    }
    if (tensor.size() != 1) {
      throw new Unreadable("input %d must be one number, found %d", index, tensor.size());
    }
    return tensor.floatAt(0);
  }

  /** Returns axes from an attribute or an input; null: none. */
  int[] axes(int index) {
    return has(index) ? tensor(index).toInts() : node.integers("axes");
  }

  /** Adds a layer that keeps the shape and the order of what it reads. */
  Flow pointwise(OperatorType type, Attributes attributes) {
    Flow flow = flow(0);
    return flow.withValue(layers.add(name, flow.value(), type, attributes));
  }

  /** Adds a layer without constants that keeps the shape and the order of what it reads. */
  Flow pointwise(OperatorType type) {
    return pointwise(type, new Attributes.None());
  }
}
