package io.github.secateur.engine;

import io.github.secateur.graph.Attributes;
import io.github.secateur.graph.Parameter;
import io.github.secateur.graph.Vocabularies;
import java.util.Arrays;

/**
 * Y(i) = W(x(i)), dW(x(i)) += dY(i) for i ascending. X holds whole numbers; its gradient is 0. The
 * vector of the padding index gets no gradient.
 */
final class EmbeddingStep extends OperatorStep {
  private final int numbers;
  private final int width;
  private final int vocabulary;
  private final int padding;
  private final int table;
  private final Binding.GradientTarget tableGradient;

  EmbeddingStep(Binding binding) {
    super(binding);
    Attributes.Embedding attributes = (Attributes.Embedding) operator.attributes();
    numbers = operator.inputShape().size();
    width = attributes.width();
    vocabulary = attributes.vocabulary();
    padding = attributes.paddingIndex();
    Parameter kernel = operator.parameter("kernel");
    table = kernel.offset();
    tableGradient = binding.weightGradient() ? binding.gradientTarget(kernel) : null;
  }

  @Override
  void forward(Frame f) {
    int n = f.rows * numbers;
    check(n, f.workspace);
    f.kernels.gatherRows(n, width, f.parameters, table, f.workspace, x, f.workspace, y);
  }

  /**
   * Refuses what is no index.
   *
   * @throws IllegalArgumentException if a value is not whole, or not in the vocabulary
   */
  private void check(int n, float[] values) {
    for (int i = 0; i < n; i++) {
      float value = values[x + i];
      if (!Vocabularies.isIndex(value, vocabulary)) {
        throw Vocabularies.refusal(operator.name(), vocabulary, value, i % numbers);
      }
    }
  }

  @Override
  void backward(Frame f) {
    if (tableGradient != null) {
      f.kernels.addToRows(
          f.rows * numbers,
          width,
          padding,
          f.workspace,
          x,
          f.workspace,
          dy,
          tableGradient.array(f),
          tableGradient.offset());
    }
    if (hasInputGradient()) {
      Arrays.fill(f.workspace, dx, dx + f.rows * numbers, 0f);
    }
  }
}
