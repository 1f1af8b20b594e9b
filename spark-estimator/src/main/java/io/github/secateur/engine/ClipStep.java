package io.github.secateur.engine;

import io.github.secateur.graph.Attributes;

/** y = min(max(x, min), max). */
final class ClipStep extends OperatorStep {
  private final float min;
  private final float max;

  ClipStep(Binding binding) {
    super(binding);
    Attributes.Clip clip = (Attributes.Clip) operator.attributes();
    min = clip.min();
    max = clip.max();
  }

  @Override
  void forward(Frame f) {
    f.kernels.clip(count(f), min, max, f.workspace, x, f.workspace, y);
  }

  @Override
  void backward(Frame f) {
    f.kernels.clipGradient(count(f), min, max, f.workspace, y, f.workspace, dy, f.workspace, dx);
  }
}
