package io.github.secateur.engine;

import io.github.secateur.graph.Attributes;
import io.github.secateur.graph.Shape;
import java.util.Arrays;

/**
 * Operators that copy values to other places: permute, pad, slice, concat, a part of the input.
 * Their gradients copy back.
 */
final class CopyStep {
  private CopyStep() {}

  /** Axes in another order; the gradient puts them back. */
  static final class Permute extends OperatorStep {
    private final int[] dimensions;
    private final int[] order;
    private final int[] outputDimensions;
    private final int[] inverse;

    Permute(Binding binding) {
      super(binding);
      Attributes.Permute attributes = (Attributes.Permute) operator.attributes();
      dimensions = operator.inputShape().toArray();
      outputDimensions = operator.shape().toArray();
      order = attributes.order().stream().mapToInt(Integer::intValue).toArray();
      inverse = new int[order.length];
      for (int axis = 0; axis < order.length; axis++) {
        inverse[order[axis]] = axis;
      }
    }

    @Override
    void forward(Frame f) {
      f.kernels.permute(f.rows, dimensions, order, f.workspace, x, f.workspace, y);
    }

    @Override
    void backward(Frame f) {
      f.kernels.permute(f.rows, outputDimensions, inverse, f.workspace, dy, f.workspace, dx);
    }
  }

  /** Zeros around the values; the gradient drops them. */
  static final class Pad extends OperatorStep {
    private final int run;
    private final int[] outputPlaces;

    Pad(Binding binding) {
      super(binding);
      Attributes.Pad pad = (Attributes.Pad) operator.attributes();
      Shape in = operator.inputShape();
      Shape out = operator.shape();
      run = in.last();
      outputPlaces = new int[in.size() / run];
      int[] position = new int[in.rank()];
      for (int i = 0; i < outputPlaces.length; i++) {
        int place = 0;
        for (int axis = 0; axis < in.rank(); axis++) {
          place = place * out.dimension(axis) + position[axis] + pad.before().get(axis);
        }
        outputPlaces[i] = place;
        for (int axis = in.rank() - 2;
            axis >= 0 && ++position[axis] == in.dimension(axis);
            axis--) {
          position[axis] = 0;
        }
      }
    }

    @Override
    void forward(Frame f) {
      int in = operator.inputShape().size();
      int out = operator.shape().size();
      Arrays.fill(f.workspace, y, y + f.rows * out, 0f);
      for (int i = 0; i < outputPlaces.length; i++) {
        f.kernels.copyRows(
            f.rows, run, f.workspace, x + i * run, in, f.workspace, y + outputPlaces[i], out);
      }
    }

    @Override
    void backward(Frame f) {
      int in = operator.inputShape().size();
      int out = operator.shape().size();
      for (int i = 0; i < outputPlaces.length; i++) {
        f.kernels.copyRows(
            f.rows, run, f.workspace, dy + outputPlaces[i], out, f.workspace, dx + i * run, in);
      }
    }
  }

  /** A part of an axis; the gradient is 0 elsewhere. Neighbouring indices are copied as one. */
  static final class Slice extends OperatorStep {
    private final int outer;
    private final int inner; // values of a run
    private final int runs;
    private final int first;
    private final int step;

    Slice(Binding binding) {
      super(binding);
      Attributes.Slice slice = (Attributes.Slice) operator.attributes();
      Shape in = operator.inputShape();
      int size = 1; // of an index of the axis
      for (int axis = slice.axis() + 1; axis < in.rank(); axis++) {
        size *= in.dimension(axis);
      }
      int length = in.dimension(slice.axis());
      boolean whole = slice.step() == 1;
      outer = in.size() / (length * size);
      runs = whole ? 1 : slice.count(length);
      inner = whole ? slice.count(length) * size : size;
      first = slice.first(length) * size;
      step = slice.step() * size;
    }

    @Override
    void forward(Frame f) {
      int in = operator.inputShape().size() / outer;
      int out = operator.shape().size() / outer;
      for (int i = 0; i < runs; i++) {
        f.kernels.copyRows(
            f.rows * outer,
            inner,
            f.workspace,
            x + first + i * step,
            in,
            f.workspace,
            y + i * inner,
            out);
      }
    }

    @Override
    void backward(Frame f) {
      int in = operator.inputShape().size() / outer;
      int out = operator.shape().size() / outer;
      Arrays.fill(f.workspace, dx, dx + f.rows * outer * in, 0f);
      for (int i = 0; i < runs; i++) {
        f.kernels.copyRows(
            f.rows * outer,
            inner,
            f.workspace,
            dy + i * inner,
            out,
            f.workspace,
            dx + first + i * step,
            in);
      }
    }
  }

  /** Inputs joined along an axis; the gradient of each input is its part. */
  static final class Concat extends OperatorStep {
    private final int outer;
    private final int[] inputs;
    private final int[] runs;

    Concat(Binding binding) {
      super(binding);
      int axis = ((Attributes.Concat) operator.attributes()).axis();
      int rowsBefore = 1;
      for (int i = 0; i < axis; i++) {
        rowsBefore *= operator.shape().dimension(i);
      }
      outer = rowsBefore;
      inputs = new int[operator.inputs().size()];
      runs = new int[inputs.length];
      for (int i = 0; i < inputs.length; i++) {
        inputs[i] = binding.input(i);
        runs[i] = operator.inputShapes().get(i).size() / outer;
      }
    }

    @Override
    void forward(Frame f) {
      int stride = operator.shape().size() / outer;
      int place = y;
      for (int i = 0; i < inputs.length; i++) {
        f.kernels.copyRows(
            f.rows * outer, runs[i], f.workspace, inputs[i], runs[i], f.workspace, place, stride);
        place += runs[i];
      }
    }

    @Override
    void backward(Frame f) {
      int stride = operator.shape().size() / outer;
      int place = dy;
      for (int i = 0; i < inputs.length; i++) {
        if (target(i) >= 0) {
          f.kernels.copyRows(
              f.rows * outer, runs[i], f.workspace, place, stride, f.workspace, target(i), runs[i]);
        }
        place += runs[i];
      }
    }
  }

  /** A part of each row of the input. Nothing before it trains, so it has no gradient. */
  static final class InputPart extends OperatorStep {
    private final int offset;

    InputPart(Binding binding) {
      super(binding);
      offset = ((Attributes.InputPart) operator.attributes()).offset();
    }

    @Override
    void forward(Frame f) {
      int n = operator.shape().size();
      int in = operator.inputShape().size();
      f.kernels.copyRows(f.rows, n, f.workspace, x + offset, in, f.workspace, y, n);
    }

    @Override
    void backward(Frame f) {}
  }
}
