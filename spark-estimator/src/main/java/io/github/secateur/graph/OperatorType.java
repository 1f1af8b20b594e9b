package io.github.secateur.graph;

/**
 * The types of operators, and the three facts about a type that the backward plan rests on: whether
 * it only moves data, whether it owns weights, and whether it is random. This is the one place that
 * says so.
 */
public enum OperatorType {
  INPUT(Kind.INPUT, "input"),
  SCALE(Kind.WEIGHTLESS, "scale"),
  NORMALIZE(Kind.WEIGHTLESS, "normalize"),
  DENSE(Kind.WEIGHTED, "dense"),
  CONV2D(Kind.WEIGHTED, "conv2d"),
  MAX_POOL2D(Kind.WEIGHTLESS, "maxPool2d"),
  AVG_POOL2D(Kind.WEIGHTLESS, "avgPool2d"),
  GLOBAL_AVG_POOL2D(Kind.WEIGHTLESS, "globalAvgPool2d"),
  RESHAPE(Kind.COPY, "reshape"),
  PERMUTE(Kind.COPY, "permute"),
  PAD(Kind.COPY, "pad"),
  IDENTITY(Kind.COPY, "identity"),
  CONCAT(Kind.COPY, "concat"),
  SLICE(Kind.COPY, "slice"),
  ADD(Kind.WEIGHTLESS, "add"),
  BATCH_NORM(Kind.WEIGHTED, "batchNorm"),
  LAYER_NORM(Kind.WEIGHTED, "layerNorm"),
  DROPOUT(Kind.RANDOM, "dropout"),
  RELU(Kind.ACTIVATION, "relu"),
  LEAKY_RELU(Kind.ACTIVATION, "leakyRelu"),
  ELU(Kind.ACTIVATION, "elu"),
  GELU(Kind.ACTIVATION, "gelu"),
  SILU(Kind.ACTIVATION, "silu"),
  TANH(Kind.ACTIVATION, "tanh"),
  SIGMOID(Kind.ACTIVATION, "sigmoid"),
  SOFTPLUS(Kind.ACTIVATION, "softplus");

  private enum Kind {
    INPUT,
    COPY,
    WEIGHTLESS,
    ACTIVATION,
    RANDOM,
    WEIGHTED
  }

  private final Kind kind;
  private final String label;

  OperatorType(Kind kind, String label) {
    this.kind = kind;
    this.label = label;
  }

  /** Returns whether the operator only moves data (reshape, permute, pad, concat, identity). */
  public boolean isCopy() {
    return kind == Kind.COPY;
  }

  /** Returns whether operators of this type own weights. */
  public boolean hasWeights() {
    return kind == Kind.WEIGHTED;
  }

  /**
   * Returns whether training draws random numbers in it, so that two evaluations of one row differ.
   */
  public boolean isRandom() {
    return kind == Kind.RANDOM;
  }

  /** Returns whether it maps each value by itself with a fixed function. */
  public boolean isActivation() {
    return kind == Kind.ACTIVATION;
  }

  /** Returns the name of the layer that lowers to it, as in the builder and in JSON. */
  public String label() {
    return label;
  }
}
