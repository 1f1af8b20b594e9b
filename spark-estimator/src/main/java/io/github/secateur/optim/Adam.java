package io.github.secateur.optim;

import java.util.List;

/**
 * Adam (Kingma and Ba 2015), with both moments corrected for their bias towards zero: m ← β₁·m +
 * (1-β₁)·g, v ← β₂·v + (1-β₂)·g², w ← w - rate · m̂ / (√v̂ + ε) with m̂ = m / (1-β₁ᵗ), v̂ = v /
 * (1-β₂ᵗ) at step t.
 *
 * <p>Moments below 2⁻⁷⁷ are rounded; see {@link Optimizer#TINY}.
 *
 * <p>With {@linkplain #decoupled weight decay} it is AdamW (Loshchilov and Hutter 2019, in the form
 * of PyTorch): before each step, w ← w - rate · decay · w.
 */
public final class Adam implements Optimizer {
  private static final long serialVersionUID = 1;

  private final int count;
  private final AdamOptions options;
  private final IndexRange[] decayed;
  private final double decay;
  private final float[] mean;
  private final float[] square;
  private long steps;

  // of the step that has begun
  private transient float rate;
  private transient float epsilon;
  private transient float shrinkage;

  /**
   * Makes an optimizer that has seen no gradient.
   *
   * @param count the number of weights
   */
  public Adam(int count, AdamOptions options) {
    this(count, options, List.of(), 0);
  }

  private Adam(int count, AdamOptions options, List<IndexRange> decayed, double decay) {
    this.count = count;
    this.options = options;
    this.decayed = decayed.toArray(IndexRange[]::new);
    this.decay = decay;
    this.mean = new float[count];
    this.square = new float[count];
  }

  /**
   * Makes AdamW: Adam whose weights also shrink by rate · decay at each step, whatever their
   * gradients.
   *
   * @param decayed the ranges of the weights that shrink
   */
  public static Adam decoupled(
      int count, AdamOptions options, List<IndexRange> decayed, double decay) {
    return new Adam(count, options, decayed, decay);
  }

  @Override
  public void begin(double learningRate) {
    steps++;
    // m̂ / (√v̂ + ε) = m · √(1-β₂ᵗ) / (1-β₁ᵗ) / (√v + ε · √(1-β₂ᵗ)): one division for each weight
    double root = Math.sqrt(1 - Math.pow(options.beta2(), steps));
    rate = (float) (learningRate * root / (1 - Math.pow(options.beta1(), steps)));
    epsilon = (float) (options.epsilon() * root);
    shrinkage = (float) (1 - learningRate * decay);
  }

  @Override
  public void move(float[] weights, float[] gradient, int from, int to) {
    shrink(weights, from, to);
    float beta1 = (float) options.beta1();
    float beta2 = (float) options.beta2();
    float rest1 = (float) (1 - options.beta1());
    float rest2 = (float) (1 - options.beta2());
    float[] m = mean;
    float[] v = square;
    float factor = rate;
    float summand = epsilon;
    for (int i = from; i < to; i++) {
      float g = gradient[i];
      m[i] = beta1 * m[i] + rest1 * g + TINY - TINY;
      v[i] = beta2 * v[i] + rest2 * (g * g) + TINY - TINY;
      weights[i] -= factor * m[i] / ((float) Math.sqrt(v[i]) + summand);
    }
  }

  private void shrink(float[] weights, int from, int to) {
    float factor = shrinkage;
    if (factor != 1) {
      for (IndexRange range : decayed) {
        int end = Math.min(to, range.to());
        for (int i = Math.max(from, range.from()); i < end; i++) {
          weights[i] *= factor;
        }
      }
    }
  }

  @Override
  public int count() {
    return count;
  }

  @Override
  public Adam copy() {
    Adam copy = new Adam(count, options, List.of(decayed), decay);
    copy.restore(steps, memory());
    return copy;
  }

  @Override
  public long steps() {
    return steps;
  }

  @Override
  public float[][] memory() {
    return new float[][] {mean, square};
  }

  @Override
  public void continueAfter(long stepsTaken) {
    steps = stepsTaken;
  }
}
