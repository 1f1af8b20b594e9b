package io.github.secateur.graph;

/**
 * A named array of numbers that an operator owns, and its place in the network's flat parameter
 * array.
 *
 * @param name operator name and role, for example {@code dense_1.kernel}
 * @param shape the shape of the array, row-major
 * @param offset the index of its first value in the flat array
 * @param role what the values are
 * @param initializer how the values are drawn before training
 * @param fanIn the number of inputs that reach one output, for the initializer
 * @param fanOut the number of outputs that one input reaches, for the initializer
 * @param mean the mean of values drawn from a normal distribution
 * @param deviation their standard deviation
 * @param frozen whether training leaves it as it is
 */
public record Parameter(
    String name,
    Shape shape,
    int offset,
    Role role,
    Initializer initializer,
    int fanIn,
    int fanOut,
    float mean,
    float deviation,
    boolean frozen) {

  /** What the values of a parameter are. */
  public enum Role {
    /** Multiplies inputs; subject to L2 regularization and weight decay. */
    KERNEL,
    /** Is added to outputs; not regularized. */
    BIAS,
    /** Rescales a normalized value; not regularized. */
    GAIN,
    /** A running statistic of the inputs: no gradient, updated by moving average in training. */
    STATISTIC
  }

  /** How values are drawn before training. */
  public enum Initializer {
    /** Uniform in ±sqrt(6 / fanIn) (He et al. 2015); for layers followed by a rectifier. */
    HE_UNIFORM,
    /** Uniform in ±sqrt(6 / (fanIn + fanOut)) (Glorot and Bengio 2010). */
    GLOROT_UNIFORM,
    ZEROS,
    ONES,
    /** Normal with {@link Parameter#mean} and {@link Parameter#deviation}. */
    NORMAL
  }

  /** Returns the number of values. */
  public int size() {
    return shape.size();
  }

  /** Returns whether a gradient with respect to it exists and training uses it. */
  public boolean isTrainable() {
    return !frozen && role != Role.STATISTIC;
  }
}
