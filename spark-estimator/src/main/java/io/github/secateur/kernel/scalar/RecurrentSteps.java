package io.github.secateur.kernel.scalar;

import io.github.secateur.kernel.Activation;
import io.github.secateur.kernel.Combination;
import io.github.secateur.kernel.Kernels;
import io.github.secateur.kernel.Recurrence;
import java.util.Arrays;

/**
 * One step of a recurrent layer and its gradient, row by row, made of the kernels that work value
 * by value: so the bits are theirs.
 */
final class RecurrentSteps {
  private float[] first = new float[0];
  private float[] second = new float[0];

  /** As {@link Kernels#recurrentStep}, by these kernels. */
  void step(
      Kernels k,
      Recurrence recurrence,
      int rows,
      int units,
      float[] w,
      int gates,
      int gatesStride,
      int state,
      int stateStride,
      int before,
      int beforeStride,
      int h,
      int hStride) {
    for (int row = 0; row < rows; row++) {
      int g = gates + row * gatesStride;
      int s = state + row * stateStride;
      int b = before < 0 ? -1 : before + row * beforeStride;
      int y = h + row * hStride;
      switch (recurrence) {
        case LSTM -> lstm(k, units, w, g, s, b, y);
        case GRU -> gru(k, units, w, g, s, b, y);
        case RNN -> rnn(k, units, w, g, y);
      }
    }
  }

  /** As {@link Kernels#recurrentStepGradient}, by these kernels. */
  void gradient(
      Kernels k,
      Recurrence recurrence,
      int rows,
      int units,
      float[] w,
      int gates,
      int gatesStride,
      int state,
      int stateStride,
      int before,
      int beforeStride,
      int dh,
      int dc) {
    if (first.length < units) {
      first = new float[units];
      second = new float[units];
    }
    for (int row = 0; row < rows; row++) {
      int g = gates + row * gatesStride;
      int s = state + row * stateStride;
      int b = before < 0 ? -1 : before + row * beforeStride;
      int d = dh + row * units;
      switch (recurrence) {
        case LSTM -> lstmGradient(k, units, w, g, s, b, d, dc + row * units);
        case GRU -> gruGradient(k, units, w, g, s, b, d);
        case RNN -> k.activationGradient(Activation.TANH, 0, units, w, g, w, d, w, g);
      }
    }
  }

  private static void lstm(Kernels k, int n, float[] w, int gates, int state, int before, int h) {
    int f = gates + n;
    int g = f + n;
    int o = g + n;
    int tanh = state + n;
    activate(k, Activation.SIGMOID, 2 * n, w, gates);
    activate(k, Activation.TANH, n, w, g);
    activate(k, Activation.SIGMOID, n, w, o);
    k.multiply(n, w, gates, w, g, w, state);
    if (before >= 0) {
      k.multiply(n, w, f, w, before, w, h);
      k.add(n, w, state, w, h, w, state);
    }
    k.activation(Activation.TANH, 0, n, w, state, w, tanh);
    k.multiply(n, w, o, w, tanh, w, h);
  }

  private void lstmGradient(
      Kernels k, int n, float[] w, int gates, int state, int before, int dh, int dc) {
    int f = gates + n;
    int g = f + n;
    int o = g + n;
    int tanh = state + n;
    k.multiply(n, w, dh, w, tanh, first, 0);
    k.multiply(n, w, dh, w, o, second, 0);
    gradient(k, Activation.SIGMOID, n, w, o, first);
    k.activationGradient(Activation.TANH, 0, n, w, tanh, second, 0, second, 0);
    k.add(n, w, dc, second, 0, w, dc);
    k.multiply(n, w, dc, w, g, first, 0);
    k.multiply(n, w, dc, w, gates, second, 0);
    gradient(k, Activation.SIGMOID, n, w, gates, first);
    gradient(k, Activation.TANH, n, w, g, second);
    if (before >= 0) {
      k.multiply(n, w, dc, w, before, first, 0);
      k.multiply(n, w, dc, w, f, w, dc);
      gradient(k, Activation.SIGMOID, n, w, f, first);
    } else {
      Arrays.fill(w, f, f + n, 0f);
    }
  }

  private static void gru(Kernels k, int n, float[] w, int gates, int state, int before, int h) {
    int z = gates + n;
    int m = z + n;
    activate(k, Activation.SIGMOID, 2 * n, w, gates);
    k.multiply(n, w, gates, w, state, w, h);
    k.add(n, w, m, w, h, w, m);
    activate(k, Activation.TANH, n, w, m);
    subtract(k, n, w, before, w, m, w, h);
    k.multiply(n, w, z, w, h, w, h);
    k.add(n, w, m, w, h, w, h);
  }

  private void gruGradient(Kernels k, int n, float[] w, int gates, int state, int before, int dh) {
    int z = gates + n;
    int m = z + n;
    subtract(k, n, w, before, w, m, first, 0);
    k.multiply(n, first, 0, w, dh, first, 0); // dz
    k.multiply(n, w, dh, w, z, second, 0); // what the output before gets directly
    gradient(k, Activation.SIGMOID, n, w, z, first);
    subtract(k, n, w, dh, second, 0, first, 0); // dm
    System.arraycopy(second, 0, w, dh, n);
    gradient(k, Activation.TANH, n, w, m, first);
    k.multiply(n, w, m, w, state, first, 0); // dr
    k.multiply(n, w, m, w, gates, w, state);
    gradient(k, Activation.SIGMOID, n, w, gates, first);
  }

  private static void rnn(Kernels k, int n, float[] w, int gates, int h) {
    activate(k, Activation.TANH, n, w, gates);
    System.arraycopy(w, gates, w, h, n);
  }

  private static void activate(Kernels k, Activation f, int n, float[] w, int place) {
    k.activation(f, 0, n, w, place, w, place);
  }

  /** Replaces y = f(x) by f′(x) · dy. */
  private static void gradient(Kernels k, Activation f, int n, float[] w, int y, float[] dy) {
    k.activationGradient(f, 0, n, w, y, dy, 0, w, y);
  }

  private static void subtract(
      Kernels k, int n, float[] x, int xOffset, float[] y, int yOffset, float[] z, int zOffset) {
    k.combine(Combination.SUBTRACT, n, x, xOffset, 1, y, yOffset, 1, z, zOffset);
  }
}
