package io.github.secateur.graph;

import io.github.secateur.graph.ArithmeticDefinition.Reads;
import io.github.secateur.graph.OperatorDefinition.Kind;

/** The types of operators. What is known of a type stands in its {@link #definition}. */
public enum OperatorType {
  INPUT(new InputDefinition()),
  INPUT_PART(new InputPartDefinition()),
  SCALE(new ScaleDefinition()),
  NORMALIZE(new NormalizeDefinition()),
  DENSE(new DenseDefinition()),
  CONV2D(new Conv2dDefinition()),
  MAX_POOL2D(new Pool2dDefinition("maxPool2d", true)),
  AVG_POOL2D(new Pool2dDefinition("avgPool2d", false)),
  GLOBAL_AVG_POOL2D(new GlobalPool2dDefinition("globalAvgPool2d", false)),
  GLOBAL_MAX_POOL2D(new GlobalPool2dDefinition("globalMaxPool2d", true)),
  FLATTEN(new ViewDefinition.Plain("flatten", true)),
  RESHAPE(new ViewDefinition.Reshape()),
  PERMUTE(new CopyDefinition.Permute()),
  PAD(new CopyDefinition.Pad()),
  IDENTITY(new ViewDefinition.Plain("identity", false)),
  SLICE(new CopyDefinition.Slice()),
  CONCAT(new CopyDefinition.Concat()),
  ADD(new ArithmeticDefinition("add", Reads.NOTHING, true, true)),
  SUBTRACT(new ArithmeticDefinition("subtract", Reads.NOTHING, true, false)),
  MULTIPLY(new ArithmeticDefinition("multiply", Reads.OTHER, false, false)),
  DIVIDE(new ArithmeticDefinition("divide", Reads.DIVISOR, false, false)),
  MAXIMUM(new ArithmeticDefinition("maximum", Reads.BOTH, false, false)),
  MINIMUM(new ArithmeticDefinition("minimum", Reads.BOTH, false, false)),
  MATMUL(new MatmulDefinition()),
  SOFTMAX(new SoftmaxDefinition()),
  ATTENTION(new AttentionDefinition("attention", false)),
  MASKED_ATTENTION(new AttentionDefinition("maskedAttention", true)),
  MASKED_MEAN(new MaskedMeanDefinition()),
  PADDING_MASK(new PaddingMaskDefinition()),
  EMBEDDING(new EmbeddingDefinition()),
  LSTM(new RecurrentDefinition("lstm", 4, 2, 9, false)),
  GRU(new RecurrentDefinition("gru", 3, 1, 8, true)),
  RNN(new RecurrentDefinition("rnn", 1, 0, 1, false)),
  BATCH_NORM(new BatchNormDefinition()),
  LAYER_NORM(new LayerNormDefinition()),
  DROPOUT(new DropoutDefinition()),
  MEAN(new ReductionDefinition("mean", false)),
  SUM(new ReductionDefinition("sum", false)),
  MAX(new ReductionDefinition("max", true)),
  L2(new ReductionDefinition("l2", true)),
  GROUP_NORM(new GroupNormDefinition()),
  LOCAL_RESPONSE_NORM(new LocalResponseDefinition()),
  LEARNED(new LearnedDefinition()),
  PRELU(new PreluDefinition()),
  CLIP(new ClipDefinition()),
  EXP(new ActivationDefinition(Kind.WEIGHTLESS, "exp", GradientRule.OUTPUT)),
  LOG(new ActivationDefinition(Kind.WEIGHTLESS, "log", GradientRule.INPUT)),
  POW(
      new SlopedActivationDefinition(
          Kind.WEIGHTLESS,
          "pow",
          AttributeField.required("exponent", AttributeField.Kind.NUMBER, "the power to take"),
          1000)),
  ABS(new ActivationDefinition(Kind.WEIGHTLESS, "abs", GradientRule.INPUT)),
  RELU(new ActivationDefinition("relu", GradientRule.OUTPUT)),
  RELU6(new ActivationDefinition("relu6", GradientRule.OUTPUT)),
  LEAKY_RELU(
      new SlopedActivationDefinition("leakyRelu", "slope", 0.01f, "factor of values below 0")),
  ELU(new SlopedActivationDefinition("elu", "alpha", 1f, "minus the limit below 0")),
  SELU(new ActivationDefinition("selu", GradientRule.OUTPUT)),
  GELU(new ActivationDefinition("gelu", GradientRule.INPUT)),
  GELU_TANH(new ActivationDefinition("geluTanh", GradientRule.INPUT)),
  SILU(new ActivationDefinition("silu", GradientRule.INPUT)),
  HARD_SWISH(new ActivationDefinition("hardSwish", GradientRule.INPUT)),
  MISH(new ActivationDefinition("mish", GradientRule.INPUT)),
  TANH(new ActivationDefinition("tanh", GradientRule.OUTPUT)),
  SIGMOID(new ActivationDefinition("sigmoid", GradientRule.OUTPUT)),
  HARD_SIGMOID(new ActivationDefinition("hardSigmoid", GradientRule.OUTPUT)),
  SOFTPLUS(new ActivationDefinition("softplus", GradientRule.INPUT));

  private final OperatorDefinition<?> definition;

  OperatorType(OperatorDefinition<?> definition) {
    this.definition = definition;
  }

  /** Returns what is known of it. */
  public OperatorDefinition<?> definition() {
    return definition;
  }

  /** Returns whether it stands for the rows of the batch, or for a part of each. */
  public boolean isInput() {
    return definition.kind() == Kind.INPUT || definition.kind() == Kind.INPUT_PART;
  }

  /** Returns whether the operator only moves data (reshape, permute, pad, concat, identity). */
  public boolean isCopy() {
    return definition.kind() == Kind.COPY || definition.kind() == Kind.INPUT_PART;
  }

  /** Returns whether operators of this type own weights. */
  public boolean hasWeights() {
    return definition.kind() == Kind.WEIGHTED;
  }

  /**
   * Returns whether training draws random numbers in it, so that two evaluations of one row differ.
   */
  public boolean isRandom() {
    return definition.kind() == Kind.RANDOM;
  }

  /** Returns whether it maps each value by itself with a fixed function. */
  public boolean isActivation() {
    return definition.kind() == Kind.ACTIVATION;
  }

  /** Returns the name of the layer that lowers to it, as in the builder and in JSON. */
  public String label() {
    return definition.label();
  }
}
