package io.github.secateur.optim;

/**
 * Stochastic gradient descent with momentum, in the form of PyTorch: v ← μ·v + g, then w ← w - rate
 * · v, or with Nesterov's momentum w ← w - rate · (g + μ·v). Values of v below 2⁻⁷⁷ are rounded;
 * see {@link Optimizer#TINY}.
 */
public final class Sgd implements Optimizer {
  private static final long serialVersionUID = 1;

  private final int count;
  private final SgdOptions options;
  private final float[] velocity;
  private long steps;
  private transient float rate; // of the step that has begun

  /**
   * Makes an optimizer at rest.
   *
   * @param count the number of weights
   */
  public Sgd(int count, SgdOptions options) {
    this.count = count;
    this.options = options;
    this.velocity = new float[options.momentum() > 0 ? count : 0];
  }

  @Override
  public void begin(double learningRate) {
    steps++;
    rate = (float) learningRate;
  }

  @Override
  public void move(float[] weights, float[] gradient, int from, int to) {
    float momentum = (float) options.momentum();
    if (momentum == 0) {
      plain(weights, gradient, from, to, rate);
    } else if (options.nesterov()) {
      nesterov(weights, gradient, from, to, rate, momentum);
    } else {
      heavyBall(weights, gradient, from, to, rate, momentum);
    }
  }

  private static void plain(float[] weights, float[] gradient, int from, int to, float rate) {
    for (int i = from; i < to; i++) {
      weights[i] -= rate * gradient[i];
    }
  }

  private void heavyBall(
      float[] weights, float[] gradient, int from, int to, float rate, float momentum) {
    float[] v = velocity;
    for (int i = from; i < to; i++) {
      v[i] = momentum * v[i] + gradient[i] + TINY - TINY;
      weights[i] -= rate * v[i];
    }
  }

  private void nesterov(
      float[] weights, float[] gradient, int from, int to, float rate, float momentum) {
    float[] v = velocity;
    for (int i = from; i < to; i++) {
      v[i] = momentum * v[i] + gradient[i] + TINY - TINY;
      weights[i] -= rate * (gradient[i] + momentum * v[i]);
    }
  }

  @Override
  public int count() {
    return count;
  }

  @Override
  public Sgd copy() {
    Sgd copy = new Sgd(count, options);
    copy.restore(steps, memory());
    return copy;
  }

  @Override
  public long steps() {
    return steps;
  }

  @Override
  public float[][] memory() {
    return new float[][] {velocity};
  }

  @Override
  public void continueAfter(long stepsTaken) {
    steps = stepsTaken;
  }
}
