package io.github.secateur.exchange.reading;

import io.github.secateur.exchange.onnx.Tensor;
import io.github.secateur.graph.Attributes;
import io.github.secateur.graph.OperatorType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Constants of a file that meet values of rows: a class token, positions, a scale of a layer. */
final class Learned {
  private Learned() {}

  /**
   * Returns a constant as a value that is the same in each row, with the batch where another has
   * it.
   */
  static Flow inEachRow(Call call, int input, Flow other) {
    Flow flow = of(call, input, other);
    int axis = other.batchAxis() - (other.rank() - flow.rank());
    if (axis < 0
        || !flow.axes().get(axis).isEmpty()
        || other.axes().get(other.batchAxis()).size() > 1) {
      throw new Unreadable("a constant that is the same in each row");
    }
    List<List<Atom>> axes = new ArrayList<>(flow.axes());
    axes.set(axis, List.of(Atom.BATCH));
    return flow.withAxes(axes);
  }

  /** Returns a constant as a value with length 1 where another value has the batch. */
  static Flow of(Call call, int input, Flow other) {
    Constant constant = (Constant) call.inputs().get(input);
    Tensor tensor = constant.two();
    int axis = other.batchAxis() - (other.rank() - tensor.rank());
    int rows = constant.isFixed() ? call.literalBatch() : 2;
    if (axis >= 0 && tensor.dimension(axis) > 1 && tensor.dimension(axis) == rows) {
      tensor = one(tensor, axis);
    }
    if (!tensor.isFloat()) {
      tensor = ConstantFolding.cast(tensor, 1);
    }
    List<List<Atom>> axes = new ArrayList<>();
    List<List<Atom>> groups = new ArrayList<>();
    for (int length : tensor.dimensions()) {
      List<Atom> atoms = Atom.axis(length);
      axes.add(atoms);
      if (!atoms.isEmpty()) {
        groups.add(atoms);
      }
    }
    String name = call.layers().beside(call.name(), "parameter");
    Attributes attributes = new Attributes.Learned(Flow.shape(groups), 0, 0);
    call.layers().source(name, OperatorType.LEARNED, attributes);
    call.layers().weights(name, "value", tensor.toFloats());
    return new Flow(axes, name, Flow.shape(groups), Atom.join(groups));
  }

  /** Returns what is equal at each index of an axis, once. */
  private static Tensor one(Tensor tensor, int axis) {
    int[] shape = tensor.dimensions();
    int inner = Tensor.size(Arrays.copyOfRange(shape, axis + 1, shape.length));
    int length = shape[axis];
    float[] values = new float[tensor.size() / length];
    for (int i = 0; i < tensor.size(); i++) {
      int place = i / (inner * length) * inner + i % inner;
      if (i / inner % length == 0) {
        values[place] = tensor.floatAt(i);
      } else if (values[place] != tensor.floatAt(i)) {
        throw new Unreadable("a constant that is the same in each row");
      }
    }
    shape[axis] = 1;
    return Tensor.of(shape, values);
  }
}
