package io.github.secateur.engine;

import io.github.secateur.graph.Parameter;
import io.github.secateur.kernel.Product;
import java.util.Arrays;

/** Y = f(X·W + b), dW += Xᵀ·dY, db += Σ dY, dX = dY·Wᵀ. X is [vectors × in], W is [in × out]. */
final class DenseStep extends ActivatedStep {
  private final int in;
  private final int out;
  private final int kernel;
  private final int bias;
  private final boolean sparse;
  private final Binding.GradientTarget kernelGradient;
  private final Binding.GradientTarget biasGradient;

  private final Product product;
  private final Product weightProduct = new Product().transpose(true, false);
  private final Product inputProduct = new Product().transpose(false, true);

  DenseStep(Binding binding) {
    super(binding);
    in = operator.inputShape().last();
    out = operator.shape().last();
    sparse = binding.sparseInput(0);
    product = new Product().activation(activation(), slope());
    Parameter kernelParameter = operator.parameter("kernel");
    Parameter biasParameter = operator.parameter("bias");
    kernel = kernelParameter.offset();
    bias = biasParameter == null ? -1 : biasParameter.offset();
    boolean wanted = binding.weightGradient();
    kernelGradient = wanted ? binding.gradientTarget(kernelParameter) : null;
    biasGradient = wanted && biasParameter != null ? binding.gradientTarget(biasParameter) : null;
  }

  @Override
  int writtenGradient() {
    return kernelGradient == null || kernelGradient.discarded() || sparse
        ? -1
        : kernelGradient.offset();
  }

  @Override
  int writtenGradientLength() {
    return in * out;
  }

  @Override
  void forward(Frame f) {
    if (!sparse) {
      f.kernels.product(
          product
              .sizes(vectors(f), out, in)
              .a(f.workspace, x, in)
              .b(f.parameters, kernel, out)
              .bias(bias < 0 ? null : f.parameters, bias)
              .c(f.workspace, y, out));
      return;
    }
    if (bias >= 0) {
      f.kernels.fillRows(f.rows, out, f.parameters, bias, f.workspace, y);
    } else {
      Arrays.fill(f.workspace, y, y + f.rows * out, 0f);
    }
    SparseRows rows = f.sparse;
    f.kernels.sparseGemm(
        f.rows,
        out,
        rows.rowStart(),
        rows.columns(),
        rows.values(),
        f.parameters,
        kernel,
        f.workspace,
        y);
    if (activation() != null) {
      f.kernels.activation(activation(), slope(), count(f), f.workspace, y, f.workspace, y);
    }
  }

  @Override
  void backward(Frame f) {
    if (kernelGradient != null) {
      float[] target = kernelGradient.array(f);
      if (sparse) {
        SparseRows rows = f.sparse;
        f.kernels.sparseGemmTransposed(
            f.rows,
            out,
            rows.rowStart(),
            rows.columns(),
            rows.values(),
            f.workspace,
            dy,
            target,
            kernelGradient.offset());
      } else {
        f.kernels.product(
            weightProduct
                .sizes(in, out, vectors(f))
                .a(f.workspace, x, in)
                .b(f.workspace, dy, out)
                .accumulate(f.adds || kernelGradient.discarded())
                .c(target, kernelGradient.offset(), out));
      }
    }
    if (biasGradient != null) {
      f.kernels.sumRows(
          vectors(f), out, f.workspace, dy, biasGradient.array(f), biasGradient.offset());
    }
    if (hasInputGradient()) {
      f.kernels.product(
          inputProduct
              .sizes(vectors(f), in, out)
              .a(f.workspace, dy, out)
              .b(f.parameters, kernel, out)
              .c(f.workspace, dx, in));
    }
  }
}
