package io.github.secateur.engine;

import io.github.secateur.graph.Attributes;
import io.github.secateur.graph.Parameter;
import io.github.secateur.kernel.Product;
import io.github.secateur.kernel.Recurrence;
import java.util.Arrays;

/**
 * A recurrent layer. One product computes X·W of all steps; each step adds H·U, with H the output
 * of the step before. The gradient goes back step by step; those of W and U are one product each.
 *
 * <p>What is saved stands in blocks, each [rows × steps × …]: gates, state, and for each step the
 * output before it; then the gradients [rows × units] of an output and a state.
 */
final class RecurrentStep extends OperatorStep {
  private final Recurrence recurrence;
  private final int steps;
  private final int in;
  private final int units;
  private final int width;
  private final int stateWidth;
  private final int added; // columns of H·U that are added to the sums of the gates
  private final boolean all;
  private final boolean reverse;
  private final int saved;
  private final int kernel;
  private final int recurrentKernel;
  private final int bias;
  private final int recurrentBias;
  private final float[] start;
  private final Binding.GradientTarget kernelGradient;
  private final Binding.GradientTarget recurrentKernelGradient;
  private final Binding.GradientTarget biasGradient;
  private final Binding.GradientTarget recurrentBiasGradient;

  private final Product product = new Product();
  private final Product biasedProduct = new Product();

  RecurrentStep(Binding binding) {
    super(binding);
    Attributes.Recurrent attributes = (Attributes.Recurrent) operator.attributes();
    recurrence = Recurrence.valueOf(operator.type().name());
    steps = operator.inputShape().dimension(0);
    in = operator.inputShape().last();
    units = attributes.units();
    width = recurrence.gates() * units;
    stateWidth = recurrence.states() * units;
    added = recurrence == Recurrence.GRU ? width - units : width;
    all = attributes.allOutputs();
    reverse = attributes.reverse();
    saved = binding.saved();
    start = new float[width];
    Parameter[] parameters = {
      operator.parameter("kernel"),
      operator.parameter("recurrentKernel"),
      operator.parameter("bias"),
      operator.parameter("recurrentBias")
    };
    kernel = parameters[0].offset();
    recurrentKernel = parameters[1].offset();
    bias = parameters[2].offset();
    recurrentBias = parameters[3].offset();
    boolean wanted = binding.weightGradient();
    kernelGradient = wanted ? binding.gradientTarget(parameters[0]) : null;
    recurrentKernelGradient = wanted ? binding.gradientTarget(parameters[1]) : null;
    biasGradient = wanted ? binding.gradientTarget(parameters[2]) : null;
    recurrentBiasGradient = wanted ? binding.gradientTarget(parameters[3]) : null;
  }

  // ---- places in the workspace
  // -----------------------------------------------------------------------------------

  /** Returns the index in time of a step, counted in the order of computation. */
  private int time(int step) {
    return reverse ? steps - 1 - step : step;
  }

  private int gates(int time) {
    return saved + time * width;
  }

  private int state(Frame f, int time) {
    return saved + f.rows * steps * width + time * stateWidth;
  }

  private int outputBefore(Frame f, int time) {
    return saved + f.rows * steps * (width + stateWidth) + time * units;
  }

  private int outputGradient(Frame f) {
    return outputBefore(f, 0) + f.rows * steps * units;
  }

  private int stateGradient(Frame f) {
    return outputGradient(f) + f.rows * units;
  }

  /** Returns where what a step reads of the one before begins, or -1. */
  private int before(Frame f, int step) {
    return switch (recurrence) {
      case LSTM -> step == 0 ? -1 : state(f, time(step - 1));
      case GRU -> outputBefore(f, time(step));
      case RNN -> -1;
    };
  }

  private int beforeStride() {
    return steps * (recurrence == Recurrence.LSTM ? stateWidth : units);
  }

  // ---- forward
  // ---------------------------------------------------------------------------------------------------

  @Override
  void forward(Frame f) {
    float[] w = f.workspace;
    float[] p = f.parameters;
    for (int i = 0; i < width; i++) {
      start[i] = i < added ? p[bias + i] + p[recurrentBias + i] : p[bias + i];
    }
    f.kernels.product(
        biasedProduct
            .sizes(f.rows * steps, width, in)
            .a(w, x, in)
            .b(p, kernel, width)
            .bias(start, 0)
            .c(w, gates(0), width));
    for (int row = 0; row < f.rows; row++) {
      int first = outputBefore(f, time(0)) + row * steps * units;
      Arrays.fill(w, first, first + units, 0f);
    }
    for (int step = 0; step < steps; step++) {
      addRecurrentPart(f, time(step));
      boolean last = step == steps - 1;
      int next = last ? -1 : outputBefore(f, time(step + 1));
      int output = all ? y + time(step) * units : last ? y : next;
      int stride = all || !last ? steps * units : units;
      f.kernels.recurrentStep(
          recurrence,
          f.rows,
          units,
          w,
          gates(time(step)),
          steps * width,
          state(f, time(step)),
          steps * stateWidth,
          before(f, step),
          beforeStride(),
          output,
          stride);
      if (all && !last) {
        f.kernels.copyRows(f.rows, units, w, output, stride, w, next, stride);
      }
    }
  }

  private void addRecurrentPart(Frame f, int time) {
    float[] w = f.workspace;
    int h = outputBefore(f, time);
    int stride = steps * units;
    f.kernels.product(
        product
            .sizes(f.rows, added, units)
            .transpose(false, false)
            .a(w, h, stride)
            .b(f.parameters, recurrentKernel, width)
            .accumulate(true)
            .c(w, gates(time), steps * width));
    if (added < width) {
      f.kernels.product(
          biasedProduct
              .sizes(f.rows, units, units)
              .a(w, h, stride)
              .b(f.parameters, recurrentKernel + added, width)
              .bias(f.parameters, recurrentBias + added)
              .c(w, state(f, time), steps * stateWidth));
    }
  }

  // ---- backward
  // --------------------------------------------------------------------------------------------------

  @Override
  void backward(Frame f) {
    float[] w = f.workspace;
    int dh = outputGradient(f);
    int dc = stateGradient(f);
    Arrays.fill(w, dc, dc + f.rows * units, 0f);
    for (int step = steps - 1; step >= 0; step--) {
      addOutputGradient(f, step, dh);
      f.kernels.recurrentStepGradient(
          recurrence,
          f.rows,
          units,
          w,
          gates(time(step)),
          steps * width,
          state(f, time(step)),
          steps * stateWidth,
          before(f, step),
          beforeStride(),
          dh,
          dc);
      if (step > 0) {
        passBack(f, time(step), dh);
      }
    }
    if (kernelGradient != null) {
      weightGradient(f);
    }
    if (hasInputGradient()) {
      f.kernels.product(
          product
              .sizes(f.rows * steps, in, width)
              .transpose(false, true)
              .a(w, gates(0), width)
              .b(f.parameters, kernel, width)
              .accumulate(false)
              .c(w, dx, in));
    }
  }

  /** Adds what the layer's own output gets; the last step gets nothing else. */
  private void addOutputGradient(Frame f, int step, int dh) {
    float[] w = f.workspace;
    int from = all ? dy + time(step) * units : dy;
    int stride = all ? steps * units : units;
    if (step == steps - 1) {
      f.kernels.copyRows(f.rows, units, w, from, stride, w, dh, units);
    } else if (all) {
      for (int row = 0; row < f.rows; row++) {
        int place = dh + row * units;
        f.kernels.add(units, w, place, w, from + row * stride, w, place);
      }
    }
  }

  private void passBack(Frame f, int time, int dh) {
    float[] w = f.workspace;
    boolean apart = added < width;
    f.kernels.product(
        product
            .sizes(f.rows, units, added)
            .transpose(false, true)
            .a(w, gates(time), steps * width)
            .b(f.parameters, recurrentKernel, width)
            .accumulate(apart)
            .c(w, dh, units));
    if (apart) {
      f.kernels.product(
          product
              .sizes(f.rows, units, units)
              .transpose(false, true)
              .a(w, state(f, time), steps * stateWidth)
              .b(f.parameters, recurrentKernel + added, width)
              .accumulate(true)
              .c(w, dh, units));
    }
  }

  private void weightGradient(Frame f) {
    float[] w = f.workspace;
    int n = f.rows * steps;
    float[] target = kernelGradient.array(f); // that of all four
    int dw = kernelGradient.offset();
    int du = recurrentKernelGradient.offset();
    int h = outputBefore(f, 0);
    f.kernels.product(
        product
            .sizes(in, width, n)
            .transpose(true, false)
            .a(w, x, in)
            .b(w, gates(0), width)
            .accumulate(true)
            .c(target, dw, width));
    f.kernels.product(
        product
            .sizes(units, added, n)
            .transpose(true, false)
            .a(w, h, units)
            .b(w, gates(0), width)
            .accumulate(true)
            .c(target, du, width));
    Arrays.fill(start, 0f);
    f.kernels.sumRows(n, width, w, gates(0), start, 0);
    for (int i = 0; i < width; i++) {
      target[biasGradient.offset() + i] += start[i];
    }
    for (int i = 0; i < added; i++) {
      target[recurrentBiasGradient.offset() + i] += start[i];
    }
    if (added < width) {
      int p = state(f, 0);
      int last = du + added;
      f.kernels.product(
          product
              .sizes(units, units, n)
              .transpose(true, false)
              .a(w, h, units)
              .b(w, p, units)
              .accumulate(true)
              .c(target, last, width));
      f.kernels.sumRows(n, units, w, p, target, recurrentBiasGradient.offset() + added);
    }
  }
}
