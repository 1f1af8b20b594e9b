package io.github.secateur.engine;

import io.github.secateur.graph.Attributes;
import io.github.secateur.kernel.Reduction;
import io.github.secateur.kernel.ReductionGeometry;

/** The mean, sum, maximum or norm of the values along some axes. */
final class ReductionStep extends OperatorStep {
  private final Reduction reduction;
  private final ReductionGeometry geometry;

  ReductionStep(Binding binding) {
    super(binding);
    reduction = Reduction.valueOf(operator.type().name());
    boolean[] reduced = new boolean[operator.inputShape().rank()];
    for (int axis : ((Attributes.Reduce) operator.attributes()).axes()) {
      reduced[axis] = true;
    }
    geometry = ReductionGeometry.of(operator.inputShape().toArray(), reduced);
  }

  @Override
  void forward(Frame f) {
    f.kernels.reduce(reduction, geometry, f.rows, f.workspace, x, f.workspace, y);
  }

  @Override
  void backward(Frame f) {
    float[] w = f.workspace;
    f.kernels.reduceGradient(reduction, geometry, f.rows, w, x, w, y, w, dy, w, dx);
  }
}
