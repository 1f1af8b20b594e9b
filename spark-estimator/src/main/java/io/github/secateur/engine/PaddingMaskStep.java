package io.github.secateur.engine;

import io.github.secateur.graph.Attributes;
import java.util.Arrays;

/** y = 0 where x is the padding index, otherwise 1; its gradient is 0. */
final class PaddingMaskStep extends OperatorStep {
  private final float padding;

  PaddingMaskStep(Binding binding) {
    super(binding);
    padding = ((Attributes.PaddingMask) operator.attributes()).paddingIndex();
  }

  @Override
  void forward(Frame f) {
    for (int i = 0; i < count(f); i++) {
      f.workspace[y + i] = f.workspace[x + i] == padding ? 0 : 1;
    }
  }

  @Override
  void backward(Frame f) {
    Arrays.fill(f.workspace, dx, dx + count(f), 0f);
  }
}
