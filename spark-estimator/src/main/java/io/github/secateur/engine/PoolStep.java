package io.github.secateur.engine;

import io.github.secateur.graph.OperatorType;
import io.github.secateur.kernel.WindowGeometry;

/**
 * Maximum, mean and global mean pooling. The places of maxima are saved only if the input gradient
 * runs.
 */
final class PoolStep extends OperatorStep {
  private final WindowGeometry geometry;
  private final int index;

  PoolStep(Binding binding) {
    super(binding);
    geometry = operator.type() == OperatorType.GLOBAL_AVG_POOL2D ? null : Windows.of(operator);
    index = binding.saved();
  }

  @Override
  void forward(Frame f) {
    float[] w = f.workspace;
    switch (operator.type()) {
      case MAX_POOL2D, GLOBAL_MAX_POOL2D ->
          f.kernels.maxPool2d(
              geometry, f.rows, w, x, w, y, index < 0 ? null : w, Math.max(index, 0));
      case AVG_POOL2D -> f.kernels.avgPool2d(geometry, f.rows, w, x, w, y);
      default ->
          f.kernels.globalAvgPool2d(f.rows, positions(), operator.shape().last(), w, x, w, y);
    }
  }

  @Override
  void backward(Frame f) {
    float[] w = f.workspace;
    switch (operator.type()) {
      case MAX_POOL2D, GLOBAL_MAX_POOL2D ->
          f.kernels.maxPool2dGradient(geometry, f.rows, w, index, w, dy, w, dx);
      case AVG_POOL2D -> f.kernels.avgPool2dGradient(geometry, f.rows, w, dy, w, dx);
      default ->
          f.kernels.globalAvgPool2dGradient(
              f.rows, positions(), operator.shape().last(), w, dy, w, dx);
    }
  }

  private int positions() {
    return operator.inputShape().size() / operator.shape().last();
  }
}
