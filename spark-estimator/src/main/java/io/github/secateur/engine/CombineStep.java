package io.github.secateur.engine;

import io.github.secateur.graph.Broadcast;
import io.github.secateur.kernel.Combination;
import java.util.Arrays;

/**
 * z = f(x, y) for two values, of which one may stand for several of the other along an axis. Its
 * gradient is then the sum over those.
 */
final class CombineStep extends OperatorStep {
  private final Combination f;
  private final Broadcast broadcast;
  private final int[] inputs;
  private final int[] sizes;
  private final boolean[] passes = new boolean[2]; // whether the gradient is that of the value

  CombineStep(Binding binding, Combination f) {
    super(binding);
    this.f = f;
    inputs = new int[] {binding.input(0), binding.input(1)};
    sizes = new int[] {operator.inputShapes().get(0).size(), operator.inputShapes().get(1).size()};
    for (int i = 0; i < passes.length; i++) {
      passes[i] = operator.definition().passesGradientThrough(operator, i);
    }
    broadcast = Broadcast.of(operator.inputShapes().get(0), operator.inputShapes().get(1));
  }

  @Override
  void forward(Frame frame) {
    float[] w = frame.workspace;
    if (broadcast.isPlain()) {
      frame.kernels.combine(f, count(frame), w, inputs[0], 1, w, inputs[1], 1, w, y);
      return;
    }
    int run = broadcast.run();
    int z = y;
    for (int row = 0; row < frame.rows; row++) {
      for (int position = 0; position < broadcast.positions(); position++) {
        frame.kernels.combine(
            f,
            run,
            w,
            place(0, row, position),
            broadcast.step(0),
            w,
            place(1, row, position),
            broadcast.step(1),
            w,
            z);
        z += run;
      }
    }
  }

  private int place(int input, int row, int position) {
    return inputs[input] + row * sizes[input] + broadcast.start(input, position);
  }

  @Override
  void backward(Frame frame) {
    for (int i = 0; i < 2; i++) {
      if (passes[i]) {
        passGradient(frame, i);
      } else if (target(i) >= 0) {
        gradient(frame, i);
      }
    }
  }

  private void gradient(Frame frame, int input) {
    float[] w = frame.workspace;
    int other = 1 - input;
    boolean second = input == 1;
    if (broadcast.isPlain()) {
      frame.kernels.combineGradient(
          f,
          second,
          count(frame),
          w,
          inputs[input],
          1,
          w,
          inputs[other],
          1,
          w,
          dy,
          false,
          w,
          target(input));
      return;
    }
    boolean sums = sizes[input] < operator.shape().size();
    if (sums) {
      Arrays.fill(w, target(input), target(input) + frame.rows * sizes[input], 0f);
    }
    int run = broadcast.run();
    int dz = dy;
    for (int row = 0; row < frame.rows; row++) {
      for (int position = 0; position < broadcast.positions(); position++) {
        frame.kernels.combineGradient(
            f,
            second,
            run,
            w,
            place(input, row, position),
            broadcast.step(input),
            w,
            place(other, row, position),
            broadcast.step(other),
            w,
            dz,
            sums,
            w,
            target(input) + row * sizes[input] + broadcast.start(input, position));
        dz += run;
      }
    }
  }
}
