package io.github.secateur.engine;

import io.github.secateur.graph.Attributes;
import io.github.secateur.graph.Shape;

/** y = exp(x) / Σ exp(x) along an axis, dx = y · (dy - Σ dy · y). */
final class SoftmaxStep extends OperatorStep {
  private final int outer;
  private final int length;
  private final int inner;

  SoftmaxStep(Binding binding) {
    super(binding);
    Shape shape = operator.shape();
    int axis = ((Attributes.Softmax) operator.attributes()).axis();
    int along = axis == Attributes.Softmax.LAST ? shape.rank() - 1 : axis;
    int before = 1;
    for (int i = 0; i < along; i++) {
      before *= shape.dimension(i);
    }
    outer = before;
    length = shape.dimension(along);
    inner = shape.size() / (before * length);
  }

  @Override
  void forward(Frame f) {
    f.kernels.softmax(f.rows * outer, length, inner, f.workspace, x, f.workspace, y);
  }

  @Override
  void backward(Frame f) {
    float[] w = f.workspace;
    f.kernels.softmaxGradient(f.rows * outer, length, inner, w, y, w, dy, w, dx);
  }
}
