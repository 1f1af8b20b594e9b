package io.github.secateur.kernel;

/** What a recurrent layer computes in a step, from the sums that its gates start from. */
public enum Recurrence {
  /**
   * Gates i, f, g, o: c = σ(f) · c′ + σ(i) · tanh(g), h = σ(o) · tanh(c), with c′ of the step
   * before (Hochreiter and Schmidhuber 1997; the forget gate by Gers et al. 2000). The state is c,
   * then tanh(c).
   */
  LSTM(4, 2, 9),
  /**
   * Gates r, z, n and the recurrent part p of n: m = tanh(n + σ(r) · p), h = m + σ(z) · (h′ - m),
   * with h′ of the step before (Cho et al. 2014, with the product before the gate as in PyTorch).
   * The state is p.
   */
  GRU(3, 1, 8),
  /** h = tanh(gate); without a state. */
  RNN(1, 0, 1);

  private final int gates;
  private final int states;
  private final int flops;

  Recurrence(int gates, int states, int flops) {
    this.gates = gates;
    this.states = states;
    this.flops = flops;
  }

  /** Returns the number of gates of a unit. */
  public int gates() {
    return gates;
  }

  /** Returns the number of values of the state of a unit. */
  public int states() {
    return states;
  }

  /** Returns the operations of a unit in a step; its gradient counts as many. */
  public int flops() {
    return flops;
  }
}
