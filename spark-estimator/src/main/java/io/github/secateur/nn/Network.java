package io.github.secateur.nn;

import io.github.secateur.data.TrainingSet;
import io.github.secateur.graph.Attributes;
import io.github.secateur.graph.Graph;
import io.github.secateur.graph.OperatorType;
import io.github.secateur.graph.Padding;
import io.github.secateur.graph.Shape;
import io.github.secateur.graph.ShapeException;
import io.github.secateur.plan.TrainingPlan;
import io.github.secateur.plan.print.PlanFormat;
import io.github.secateur.train.TrainingListener;
import io.github.secateur.train.TrainingOptions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * A neural network for classification: its inputs, and layers that each read the one before it, or
 * values by their names. Immutable; each method that adds a layer returns a new network.
 *
 * <pre>{@code
 * Network network = Network.image(28, 28, 1)            // height, width, channels (row-major, channels last)
 *     .scale(1f / 255).conv2d(32, 3).relu().maxPool2d(2)
 *     .flatten().dense(128).relu().dropout(0.3f).dense(10);
 * }</pre>
 *
 * Adding a layer that cannot take the shape that reaches it throws {@link ShapeException}, which
 * names the layer, what it expects and what it found. The output of the last layer is the logits,
 * one for each class; softmax is part of the loss.
 *
 * <p>A layer's name is its type and a running number, such as {@code conv2d_1}, unless {@link
 * #named} gives it another.
 */
public final class Network {
  private static final long MAX_PARAMETERS = Integer.MAX_VALUE - 8;

  private final List<Input> inputs;
  private final List<NamedLayer> layers;
  private final Map<String, Shape> values; // what layers can read by name, besides the last one
  private final String at; // the name of the value from which it goes on, or null: the last layer's
  private final Shape output;
  private final long parameters;
  private final LayerNames names;
  private final Network start; // the network without layers that this one was built from

  /** A network without layers; those of a branch cannot read other values by name. */
  private Network(List<Input> inputs, LayerNames names, boolean branch) {
    this.inputs = List.copyOf(inputs);
    this.layers = List.of();
    Map<String, Shape> shapes = new LinkedHashMap<>();
    inputs.forEach(input -> shapes.put(input.name(), input.shape()));
    this.values = branch ? Map.of() : shapes;
    this.at = inputs.size() == 1 ? null : inputs.get(0).name();
    this.output = inputs.get(0).shape();
    this.parameters = 0;
    this.names = names;
    this.start = this;
  }

  private Network(
      Network start,
      List<NamedLayer> layers,
      Map<String, Shape> values,
      String at,
      Shape output,
      long parameters,
      LayerNames names) {
    this.inputs = start.inputs;
    this.layers = List.copyOf(layers);
    this.values = values;
    this.at = at;
    this.output = output;
    this.parameters = parameters;
    this.names = names;
    this.start = start;
  }

  // ---- start
  // -----------------------------------------------------------------------------------------------------

  /** Starts a network whose rows are vectors of the given width, or have the given dimensions. */
  public static Network input(int... dimensions) {
    return inputs(Input.of(LayerNames.INPUT, dimensions));
  }

  /**
   * Starts a network of several inputs: {@code Network.inputs(Input.of("image", 28, 28, 1),
   * Input.of("table", 12))}. A row holds all of them, each flattened, one after the other. Layers
   * go on from the first one until {@link #from} names another.
   *
   * @throws IllegalArgumentException if there is none, or two have one name
   */
  public static Network inputs(Input... inputs) {
    if (inputs.length == 0) {
      throw new IllegalArgumentException("a network needs at least one input, found none");
    }
    LayerNames names = inputs.length == 1 ? LayerNames.NONE : LayerNames.START;
    long width = 0;
    for (Input input : inputs) {
      names = names.with(LayerNames.INPUT, input.name());
      width += input.shape().size();
    }
    if (width > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "a row may hold at most 2^31 - 1 values, found inputs of " + width);
    }
    return new Network(List.of(inputs), names, false);
  }

  /** Starts a network whose rows are images, row-major, channels last. */
  public static Network image(int height, int width, int channels) {
    return input(height, width, channels);
  }

  /**
   * Returns a multi-layer perceptron: dense layers with an activation between.
   *
   * @param sizes the number of features, of the units of each hidden layer, and of the classes
   * @param activation the name of a layer without constants: "relu", "tanh", "sigmoid", …
   */
  public static Network mlp(int[] sizes, String activation) {
    if (sizes.length < 2 || Arrays.stream(sizes).anyMatch(size -> size < 1)) {
      throw new IllegalArgumentException(
          "layers must be the number of features, hidden sizes, and the number of classes, each at"
              + " least 1, found "
              + Arrays.toString(sizes));
    }
    OperatorLayer layer = LayerTypes.activation(activation);
    Network network = input(sizes[0]);
    for (int i = 1; i < sizes.length; i++) {
      network = network.dense(sizes[i]);
      network = i < sizes.length - 1 ? network.add(layer) : network;
    }
    return network;
  }

  // ---- layers with weights
  // ---------------------------------------------------------------------------------------

  /** Adds Y = X·W + b, for vectors. */
  public Network dense(int units) {
    return add(OperatorType.DENSE, new Attributes.Dense(units, true));
  }

  /** Adds a convolution of images. Its window is square, its stride 1, its padding "same". */
  public Network conv2d(int filters, int kernel) {
    return conv2d(Conv2d.of(filters, kernel));
  }

  /** Adds a convolution: {@code conv2d(Conv2d.of(64, 3).stride(2).valid())}. */
  public Network conv2d(Conv2d convolution) {
    return add(convolution.layer());
  }

  /** Adds a convolution with one filter for each channel, stride 1 and "same" padding. */
  public Network depthwiseConv2d(int kernel) {
    return depthwiseConv2d(kernel, 1);
  }

  /** Adds a convolution with one filter for each channel and "same" padding. */
  public Network depthwiseConv2d(int kernel, int stride) {
    return conv2d(Conv2d.of(output.last(), kernel).stride(stride).groups(output.last()));
  }

  /** Adds a normalization of each channel over the batch. */
  public Network batchNorm() {
    return add(LayerTypes.ofDefaults(OperatorType.BATCH_NORM));
  }

  /** Adds a normalization of each channel over the batch. */
  public Network batchNorm(float momentum, float epsilon) {
    return add(OperatorType.BATCH_NORM, new Attributes.BatchNorm(momentum, epsilon));
  }

  /** Adds a normalization of each row over its last axis. */
  public Network layerNorm() {
    return add(LayerTypes.ofDefaults(OperatorType.LAYER_NORM));
  }

  /** Adds a normalization of each row over its last axis. */
  public Network layerNorm(float epsilon) {
    return add(OperatorType.LAYER_NORM, new Attributes.LayerNorm(epsilon));
  }

  /** Adds a normalization of each row over the positions and the channels of each group. */
  public Network groupNorm(int groups) {
    return groupNorm(groups, 1e-5f);
  }

  /** Adds a normalization of each row over the positions and the channels of each group. */
  public Network groupNorm(int groups, float epsilon) {
    return add(OperatorType.GROUP_NORM, new Attributes.GroupNorm(groups, epsilon));
  }

  /** Adds a normalization of each channel of each row: {@code groupNorm} of single channels. */
  public Network instanceNorm() {
    return groupNorm(output.last());
  }

  /** Adds a learned constant of this shape, 0 at first. It reads no value. */
  public Network parameter(int... shape) {
    return parameter(shape, 0, 0);
  }

  /**
   * Adds a learned constant, the same in each row, which reads no value: a class token, an
   * embedding of positions, a scale of a layer. The layer before it is read by others, by its name:
   * {@code x.named("x").parameter(64).multiply("x")}; in a branch it meets x, as in {@code
   * x.residual(b -> b.parameter(196, 64))} or {@code x.gate(b -> b.parameter(64))}.
   *
   * @param mean of the normal distribution from which values are drawn before training
   * @param deviation its standard deviation, may be 0
   */
  public Network parameter(int[] shape, float mean, float deviation) {
    return add(OperatorType.LEARNED, new Attributes.Learned(Shape.of(shape), mean, deviation));
  }

  /**
   * Adds x for x &gt; 0, slope · x otherwise, with a slope for each channel that is learned, 0.25
   * at first.
   */
  public Network prelu() {
    return prelu(true);
  }

  /** Adds x for x &gt; 0, slope · x otherwise, with slopes that are learned, 0.25 at first. */
  public Network prelu(boolean perChannel) {
    return add(OperatorType.PRELU, new Attributes.Prelu(perChannel));
  }

  /**
   * Adds a vector of the given width for each whole number of a row, which must be in [0,
   * vocabulary), from a table that is trained: [tokens] becomes [tokens × width].
   */
  public Network embedding(int vocabulary, int width) {
    return embedding(vocabulary, width, Attributes.Embedding.NO_PADDING);
  }

  /**
   * Adds a vector of the given width for each whole number of a row, from a table that is trained.
   * The vector of the padding index, which stands for no token, is 0 and stays so.
   */
  public Network embedding(int vocabulary, int width, int paddingIndex) {
    return add(OperatorType.EMBEDDING, new Attributes.Embedding(vocabulary, width, paddingIndex));
  }

  /** Adds an LSTM over the steps of [steps × inputs], and its last output [units]. */
  public Network lstm(int units) {
    return lstm(units, false, false);
  }

  /** Adds an LSTM over the steps of [steps × inputs], from a state of 0. */
  public Network lstm(int units, boolean allOutputs, boolean reverse) {
    return add(OperatorType.LSTM, new Attributes.Recurrent(units, allOutputs, reverse));
  }

  /** Adds a GRU over the steps of [steps × inputs], and its last output [units]. */
  public Network gru(int units) {
    return gru(units, false, false);
  }

  /** Adds a GRU over the steps of [steps × inputs], from a state of 0. */
  public Network gru(int units, boolean allOutputs, boolean reverse) {
    return add(OperatorType.GRU, new Attributes.Recurrent(units, allOutputs, reverse));
  }

  /** Adds a recurrent layer over the steps of [steps × inputs], and its last output [units]. */
  public Network rnn(int units) {
    return rnn(units, false, false);
  }

  /** Adds a recurrent layer with tanh over the steps of [steps × inputs], from a state of 0. */
  public Network rnn(int units, boolean allOutputs, boolean reverse) {
    return add(OperatorType.RNN, new Attributes.Recurrent(units, allOutputs, reverse));
  }

  /**
   * Adds attention of tokens [tokens × width] to each other: {@code dense(3 *
   * width).attention(heads).dense(width)}, for queries, keys and values, and the output.
   */
  public Network multiHeadAttention(int heads) {
    int width = output.last();
    return dense(3 * width).attention(heads).dense(width);
  }

  /**
   * Adds attention of tokens [tokens × width] to those whose mask is not 0.
   *
   * @param mask the name of a value [tokens], see {@link #paddingMask}
   */
  public Network multiHeadAttention(int heads, String mask) {
    int width = output.last();
    return dense(3 * width).maskedAttention(mask, heads).dense(width);
  }

  /**
   * Adds a block of a transformer, with normalization before each part: {@code residual(x ->
   * x.layerNorm().multiHeadAttention(heads)).residual(x ->
   * x.layerNorm().dense(hidden).gelu().dense(width))} (Xiong et al. 2020).
   */
  public Network transformerBlock(int heads, int hidden) {
    int width = output.last();
    return residual(x -> x.layerNorm().multiHeadAttention(heads))
        .residual(x -> x.layerNorm().dense(hidden).gelu().dense(width));
  }

  /**
   * Adds such a block whose tokens attend to those whose mask is not 0.
   *
   * @param mask the name of a value [tokens], see {@link #paddingMask}
   */
  public Network transformerBlock(int heads, int hidden, String mask) {
    int width = output.last();
    Network attended = layerNorm().multiHeadAttention(heads, mask).add(here());
    return attended.layerNorm().dense(hidden).gelu().dense(width).add(attended.here());
  }

  /**
   * Adds a block of a transformer with normalization behind each part, as it was first published:
   * {@code residual(x -> x.multiHeadAttention(heads)).layerNorm().residual(x ->
   * x.dense(hidden).gelu().dense(width)).layerNorm()} (Vaswani et al. 2017).
   */
  public Network postNormTransformerBlock(int heads, int hidden) {
    int width = output.last();
    return residual(x -> x.multiHeadAttention(heads))
        .layerNorm()
        .residual(x -> x.dense(hidden).gelu().dense(width))
        .layerNorm();
  }

  /**
   * Adds such a block whose tokens attend to those whose mask is not 0.
   *
   * @param mask the name of a value [tokens], see {@link #paddingMask}
   */
  public Network postNormTransformerBlock(int heads, int hidden, String mask) {
    int width = output.last();
    Network attended = multiHeadAttention(heads, mask).add(here()).layerNorm();
    return attended.dense(hidden).gelu().dense(width).add(attended.here()).layerNorm();
  }

  // ---- layers without weights
  // ------------------------------------------------------------------------------------

  /** Adds y = factor · x. */
  public Network scale(float factor) {
    return add(OperatorType.SCALE, new Attributes.Scale(factor));
  }

  /** Adds y = (x - mean) / deviation. */
  public Network normalize(float mean, float deviation) {
    return normalize(new float[] {mean}, new float[] {deviation});
  }

  /** Adds y = (x - mean) / deviation with one constant for each channel, or one for all. */
  public Network normalize(float[] mean, float[] deviation) {
    return add(OperatorType.NORMALIZE, new Attributes.Normalize(list(mean), list(deviation)));
  }

  /**
   * Adds the maximum of windows of size × size that do not overlap; those that leave the image are
   * dropped.
   */
  public Network maxPool2d(int size) {
    return maxPool2d(size, size);
  }

  /** Adds the maximum of windows of size × size; those that leave the image are dropped. */
  public Network maxPool2d(int size, int stride) {
    return maxPool2d(size, stride, Padding.VALID);
  }

  /** Adds the maximum of windows of size × size. */
  public Network maxPool2d(int size, int stride, Padding padding) {
    return add(OperatorType.MAX_POOL2D, new Attributes.Pool2d(size, size, stride, padding));
  }

  /** Adds the maximum of windows: {@code maxPool2d(Pool2d.of(3).stride(2).pads(1))}. */
  public Network maxPool2d(Pool2d pool) {
    if (pool.countIncludePad()) {
      throw new IllegalArgumentException(
          "a maximum does not count the pixels of the padding; leave out withPadsCounted()");
    }
    return add(pool.layer(OperatorType.MAX_POOL2D));
  }

  /**
   * Adds the mean of windows of size × size that do not overlap; those that leave the image are
   * dropped.
   */
  public Network avgPool2d(int size) {
    return avgPool2d(size, size);
  }

  /** Adds the mean of windows of size × size; those that leave the image are dropped. */
  public Network avgPool2d(int size, int stride) {
    return avgPool2d(size, stride, Padding.VALID);
  }

  /** Adds the mean of windows of size × size, over the positions inside the image. */
  public Network avgPool2d(int size, int stride, Padding padding) {
    return add(OperatorType.AVG_POOL2D, new Attributes.Pool2d(size, size, stride, padding));
  }

  /** Adds the mean of windows: {@code avgPool2d(Pool2d.of(3).stride(2).pads(1))}. */
  public Network avgPool2d(Pool2d pool) {
    return add(pool.layer(OperatorType.AVG_POOL2D));
  }

  /** Adds the largest value over all positions of an image: a vector with one for each channel. */
  public Network globalMaxPool2d() {
    return add(OperatorLayer.of(OperatorType.GLOBAL_MAX_POOL2D));
  }

  /** Adds the mean over all positions of an image: a vector with one value for each channel. */
  public Network globalAvgPool2d() {
    return add(OperatorLayer.of(OperatorType.GLOBAL_AVG_POOL2D));
  }

  /** Makes each row a vector. */
  public Network flatten() {
    return add(OperatorLayer.of(OperatorType.FLATTEN));
  }

  /** Gives rows another shape with the same number of values. */
  public Network reshape(int... dimensions) {
    return add(OperatorType.RESHAPE, new Attributes.Reshape(Shape.of(dimensions)));
  }

  /** Changes the order of the axes: output axis i is input axis order[i]. */
  public Network permute(int... order) {
    return add(OperatorType.PERMUTE, new Attributes.Permute(list(order)));
  }

  /** Adds so many rows and columns of zeros on each side of an image. */
  public Network pad(int margin) {
    return pad(new int[] {margin, margin, 0}, new int[] {margin, margin, 0});
  }

  /** Adds zeros before and after each axis. */
  public Network pad(int[] before, int[] after) {
    return add(OperatorType.PAD, new Attributes.Pad(list(before), list(after)));
  }

  /** Adds the mean over some axes, which go. */
  public Network mean(int... axes) {
    return mean(axes, false);
  }

  /** Adds the mean over some axes, which go, or stay with length 1. */
  public Network mean(int[] axes, boolean keepDims) {
    return reduce(OperatorType.MEAN, axes, keepDims);
  }

  /** Adds the sum over some axes, which go. */
  public Network sum(int... axes) {
    return sum(axes, false);
  }

  /** Adds the sum over some axes, which go, or stay with length 1. */
  public Network sum(int[] axes, boolean keepDims) {
    return reduce(OperatorType.SUM, axes, keepDims);
  }

  /** Adds the largest value over some axes, which go. */
  public Network max(int... axes) {
    return max(axes, false);
  }

  /** Adds the largest value over some axes, which go, or stay with length 1. */
  public Network max(int[] axes, boolean keepDims) {
    return reduce(OperatorType.MAX, axes, keepDims);
  }

  /** Adds the square root of the sum of squares over some axes, which go. */
  public Network l2(int... axes) {
    return l2(axes, false);
  }

  /** Adds the square root of the sum of squares over some axes, which go, or stay with length 1. */
  public Network l2(int[] axes, boolean keepDims) {
    return reduce(OperatorType.L2, axes, keepDims);
  }

  private Network reduce(OperatorType type, int[] axes, boolean keepDims) {
    return add(type, new Attributes.Reduce(list(axes), keepDims));
  }

  /** Adds x / (1 + 1e-4 / size · Σ x²)^0.75, the sum over so many channels around each. */
  public Network localResponseNorm(int size) {
    return localResponseNorm(size, 1e-4f, 0.75f, 1);
  }

  /** Adds x / (k + alpha / size · Σ x²)^beta, the sum over {@code size} channels around each. */
  public Network localResponseNorm(int size, float alpha, float beta, float k) {
    return add(
        OperatorType.LOCAL_RESPONSE_NORM, new Attributes.LocalResponse(size, alpha, beta, k));
  }

  /** Takes a part of an axis: all indices from one on, before another. */
  public Network slice(int axis, int start, int end) {
    return slice(axis, start, end, 1);
  }

  /**
   * Takes a part of an axis: every so many indices from one on, before another. Negative indices
   * count from the end of the axis, and those beyond it are cut off; with a negative step indices
   * descend, and {@code -Integer.MAX_VALUE} stops behind index 0.
   */
  public Network slice(int axis, int start, int end, int step) {
    return add(OperatorType.SLICE, new Attributes.Slice(axis, start, end, step));
  }

  /**
   * Mixes the channels of groups, as ShuffleNet does: as [groups × channels of a group], the last
   * axis is turned round (Zhang et al. 2018). Three layers: reshape, permute, reshape.
   *
   * @throws IllegalArgumentException if the channels are no multiple of the groups
   */
  public Network channelShuffle(int groups) {
    int channels = output.last();
    if (groups < 1 || channels % groups != 0) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "channelShuffle expects a multiple of %d channels, found %d",
              groups,
              channels));
    }
    int rank = output.rank();
    int[] shape = output.toArray();
    int[] grouped = Arrays.copyOf(shape, rank + 1);
    grouped[rank - 1] = groups;
    grouped[rank] = channels / groups;
    int[] order = new int[rank + 1];
    Arrays.setAll(order, axis -> axis);
    order[rank - 1] = rank;
    order[rank] = rank - 1;
    return reshape(grouped).permute(order).reshape(shape);
  }

  /** Adds y = x. */
  public Network identity() {
    return add(OperatorLayer.of(OperatorType.IDENTITY));
  }

  /** Sets values to 0 with this probability, in training only. */
  public Network dropout(float rate) {
    return add(OperatorType.DROPOUT, new Attributes.Dropout(rate));
  }

  /** Adds max(x, 0). */
  public Network relu() {
    return add(OperatorLayer.of(OperatorType.RELU));
  }

  /** Adds min(max(x, 0), 6). */
  public Network relu6() {
    return add(OperatorLayer.of(OperatorType.RELU6));
  }

  /** Adds x for x &gt; 0, 0.01 · x otherwise. */
  public Network leakyRelu() {
    return add(LayerTypes.ofDefaults(OperatorType.LEAKY_RELU));
  }

  /** Adds x for x &gt; 0, slope · x otherwise. */
  public Network leakyRelu(float slope) {
    return add(OperatorType.LEAKY_RELU, new Attributes.Slope(slope));
  }

  /** Adds x for x &gt; 0, exp(x) - 1 otherwise. */
  public Network elu() {
    return add(LayerTypes.ofDefaults(OperatorType.ELU));
  }

  /** Adds x for x &gt; 0, alpha · (exp(x) - 1) otherwise. */
  public Network elu(float alpha) {
    return add(OperatorType.ELU, new Attributes.Slope(alpha));
  }

  /** Adds 1.0507 · x for x &gt; 0, 1.7581 · (exp(x) - 1) otherwise, which keeps the variance. */
  public Network selu() {
    return add(OperatorLayer.of(OperatorType.SELU));
  }

  /** Adds x · Φ(x) with the standard normal distribution Φ. */
  public Network gelu() {
    return add(OperatorLayer.of(OperatorType.GELU));
  }

  /** Adds gelu with an approximation of Φ by tanh. */
  public Network geluTanh() {
    return add(OperatorLayer.of(OperatorType.GELU_TANH));
  }

  /** Adds x · sigmoid(x). */
  public Network silu() {
    return add(OperatorLayer.of(OperatorType.SILU));
  }

  /** Adds x · min(max(x + 3, 0), 6) / 6, silu of straight lines. */
  public Network hardSwish() {
    return add(OperatorLayer.of(OperatorType.HARD_SWISH));
  }

  /** Adds x · tanh(log(1 + exp(x))). */
  public Network mish() {
    return add(OperatorLayer.of(OperatorType.MISH));
  }

  /** Adds the hyperbolic tangent. */
  public Network tanh() {
    return add(OperatorLayer.of(OperatorType.TANH));
  }

  /** Adds 1 / (1 + exp(-x)). */
  public Network sigmoid() {
    return add(OperatorLayer.of(OperatorType.SIGMOID));
  }

  /** Adds min(max(x + 3, 0), 6) / 6, a sigmoid of straight lines. */
  public Network hardSigmoid() {
    return add(OperatorLayer.of(OperatorType.HARD_SIGMOID));
  }

  /** Adds log(1 + exp(x)). */
  public Network softplus() {
    return add(OperatorLayer.of(OperatorType.SOFTPLUS));
  }

  /** Adds exp(x) / Σ exp(x) along the last axis. */
  public Network softmax() {
    return softmax(Attributes.Softmax.LAST);
  }

  /** Adds exp(x) / Σ exp(x) along an axis of a row. */
  public Network softmax(int axis) {
    return add(OperatorType.SOFTMAX, new Attributes.Softmax(axis));
  }

  /**
   * Adds scaled dot-product attention, head by head, of queries, keys and values side by side:
   * [tokens × 3·width] becomes [tokens × width].
   */
  public Network attention(int heads) {
    return add(OperatorType.ATTENTION, new Attributes.Attention(heads));
  }

  /** Adds 0 where a value is the padding index, otherwise 1. */
  public Network paddingMask(int paddingIndex) {
    return add(OperatorType.PADDING_MASK, new Attributes.PaddingMask(paddingIndex));
  }

  // ---- mathematics
  // -----------------------------------------------------------------------------------------------

  /** Adds min(max(x, min), max). */
  public Network clip(float min, float max) {
    return add(OperatorType.CLIP, new Attributes.Clip(min, max));
  }

  /** Adds exp(x). */
  public Network exp() {
    return add(OperatorLayer.of(OperatorType.EXP));
  }

  /** Adds the natural logarithm; NaN for negative x. */
  public Network log() {
    return add(OperatorLayer.of(OperatorType.LOG));
  }

  /**
   * Adds x to the power of the exponent. For negative x that is NaN, unless the exponent is an
   * integer.
   */
  public Network pow(float exponent) {
    return add(OperatorType.POW, new Attributes.Slope(exponent));
  }

  /** Adds the square root: {@code pow(0.5)}. */
  public Network sqrt() {
    return pow(0.5f);
  }

  /** Adds the square: {@code pow(2)}. */
  public Network square() {
    return pow(2);
  }

  /** Adds 1 / x: {@code pow(-1)}. */
  public Network reciprocal() {
    return pow(-1);
  }

  /** Adds -x: {@code scale(-1)}. */
  public Network negate() {
    return scale(-1);
  }

  /** Adds the magnitude of x. */
  public Network abs() {
    return add(OperatorLayer.of(OperatorType.ABS));
  }

  private Network add(OperatorType type, Attributes attributes) {
    return add(new OperatorLayer(type, attributes));
  }

  /** Adds a layer that becomes one operator. */
  public Network add(OperatorLayer layer) {
    return append(names, null, layer, false);
  }

  // ---- branches
  // --------------------------------------------------------------------------------------------------

  /** Adds x + branch(x): {@code residual(x -> x.conv2d(32, 3).relu().conv2d(32, 3))}. */
  public Network residual(UnaryOperator<Network> branch) {
    return residual(branch, UnaryOperator.identity());
  }

  /**
   * Adds branch(x) + shortcut(x), for a branch that changes the shape: {@code residual(x ->
   * x.conv2d(Conv2d.of(64, 3).stride(2)), x -> x.conv2d(Conv2d.of(64, 1).stride(2)))}.
   */
  public Network residual(UnaryOperator<Network> branch, UnaryOperator<Network> shortcut) {
    return residual(null, branch, shortcut, false);
  }

  /**
   * Adds the outputs of branches that read the same x, joined along the last axis: the channels of
   * images.
   */
  @SafeVarargs
  @SuppressWarnings("varargs") // List.of only reads the array
  public final Network concat(UnaryOperator<Network>... branches) {
    return concat(null, null, List.of(branches), false);
  }

  /**
   * Adds the outputs of branches that read the same x, joined along an axis of a row, counted from
   * 0.
   */
  @SafeVarargs
  @SuppressWarnings("varargs") // List.of only reads the array
  public final Network concat(int axis, UnaryOperator<Network>... branches) {
    return concat(null, axis, List.of(branches), false);
  }

  /**
   * Adds x · branch(x), as in squeeze-and-excitation: {@code gate(x ->
   * x.globalAvgPool2d().dense(8).relu().dense(64).sigmoid())}. Where the branch's output has length
   * 1 along an axis, or no such axis, it stands for all along it.
   */
  public Network gate(UnaryOperator<Network> branch) {
    return gate(null, branch, false);
  }

  Network gate(String name, UnaryOperator<Network> branch, boolean frozen) {
    Branches built = new Branches(List.of(branch));
    return append(built.names, name, new Gate(built.layers.get(0)), frozen);
  }

  // ---- any graph
  // -------------------------------------------------------------------------------------------------

  /**
   * Goes on from the value of an input or of a layer: the next layer reads it. A value may be read
   * by several layers.
   *
   * @param name of an input, or of a layer that is not inside a branch
   * @throws IllegalArgumentException if there is none of this name
   */
  public Network from(String name) {
    Shape shape = value(name);
    return new Network(start, layers, values, name, shape, parameters, names);
  }

  /**
   * Adds the sum of the value so far and that of another input or layer. As for all of these: where
   * one of the two has length 1 along an axis, or no such axis, it stands for all along it.
   */
  public Network add(String other) {
    return join(OperatorType.ADD, other);
  }

  /** Adds the value so far minus that of another input or layer; see {@link #add(String)}. */
  public Network subtract(String other) {
    return join(OperatorType.SUBTRACT, other);
  }

  /** Adds the value so far times that of another input or layer; see {@link #add(String)}. */
  public Network multiply(String other) {
    return join(OperatorType.MULTIPLY, other);
  }

  /** Adds the value so far divided by that of another; see {@link #add(String)}. */
  public Network divide(String other) {
    return join(OperatorType.DIVIDE, other);
  }

  /** Adds the smaller of the value so far and that of another; see {@link #add(String)}. */
  public Network minimum(String other) {
    return join(OperatorType.MINIMUM, other);
  }

  /** Adds the larger of the value so far and that of another; see {@link #add(String)}. */
  public Network maximum(String other) {
    return join(OperatorType.MAXIMUM, other);
  }

  /**
   * Adds the matrix product of the value so far and that of another input or layer; see {@link
   * #matmul(String, boolean, boolean)}.
   */
  public Network matmul(String other) {
    return matmul(other, false, false);
  }

  /**
   * Adds the matrix product of the value so far and that of another input or layer: of the last two
   * axes, for each index of the axes before. Where one of the two has length 1 along one of those,
   * or no such axis, it stands for all along it.
   */
  public Network matmul(String other, boolean transposeFirst, boolean transposeSecond) {
    OperatorLayer layer =
        new OperatorLayer(
            OperatorType.MATMUL, new Attributes.Matmul(transposeFirst, transposeSecond));
    return join(layer, other);
  }

  /**
   * Adds scaled dot-product attention, head by head, to those tokens whose mask, another input or
   * layer, is not 0; 0 where there are none.
   */
  public Network maskedAttention(String other, int heads) {
    OperatorLayer layer =
        new OperatorLayer(OperatorType.MASKED_ATTENTION, new Attributes.Attention(heads));
    return join(layer, other);
  }

  /** Adds the mean of those tokens whose mask, another input or layer, is not 0; 0 if none is. */
  public Network maskedMean(String other) {
    return join(OperatorType.MASKED_MEAN, other);
  }

  /**
   * Adds the value so far and those of other inputs or layers, joined along the last axis: the
   * channels of images.
   */
  public Network concat(String... others) {
    return concat(output.rank() - 1, others);
  }

  /**
   * Adds the value so far and those of other inputs or layers, joined along an axis of a row,
   * counted from 0.
   */
  public Network concat(int axis, String... others) {
    List<String> read = new ArrayList<>(List.of(here()));
    read.addAll(List.of(others));
    return join(
        null, new OperatorLayer(OperatorType.CONCAT, new Attributes.Concat(axis)), read, false);
  }

  private Network join(OperatorType type, String other) {
    return join(OperatorLayer.of(type), other);
  }

  private Network join(OperatorLayer layer, String other) {
    return join(null, layer, List.of(here(), other), false);
  }

  /** Adds a layer that reads these values. */
  Network join(String name, OperatorLayer layer, List<String> read, boolean frozen) {
    if (read.size() < 2) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "%s expects at least 2 values, found %d", layer.type(), read.size()));
    }
    read.forEach(this::value);
    return append(names, name, layer, frozen, read);
  }

  private Shape value(String name) {
    Shape shape = values.get(name);
    if (shape == null) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "no value is named \"%s\"; %s",
              name,
              values.isEmpty()
                  ? "layers of a branch read only what comes before them in it"
                  : "the inputs and layers are " + String.join(", ", values.keySet())));
    }
    return shape;
  }

  /** Returns the name of the value that the next layer reads. */
  private String here() {
    if (at != null) {
      return at;
    }
    return layers.isEmpty() ? inputs.get(0).name() : layers.get(layers.size() - 1).name();
  }

  Network residual(
      String name, UnaryOperator<Network> branch, UnaryOperator<Network> shortcut, boolean frozen) {
    Branches built = new Branches(List.of(branch, shortcut));
    return append(
        built.names, name, new Residual(built.layers.get(0), built.layers.get(1)), frozen);
  }

  Network concat(String name, Integer axis, List<UnaryOperator<Network>> branches, boolean frozen) {
    if (branches.size() < 2) {
      throw new IllegalArgumentException(
          "concat expects at least 2 branches, found " + branches.size());
    }
    Branches built = new Branches(branches);
    int joined = axis == null ? built.outputs.get(0).rank() - 1 : axis;
    return append(built.names, name, new Concat(joined, built.layers), frozen);
  }

  Network add(String name, OperatorLayer layer, boolean frozen) {
    return append(names, name, layer, frozen);
  }

  /**
   * Runs the functions that build branches, one after the other, each from the output of this
   * network.
   */
  private final class Branches {
    private final List<List<NamedLayer>> layers = new ArrayList<>();
    private final List<Shape> outputs = new ArrayList<>();
    private LayerNames names = Network.this.names;

    Branches(List<UnaryOperator<Network>> branches) {
      for (UnaryOperator<Network> branch : branches) {
        Network start = new Network(List.of(new Input(LayerNames.INPUT, output)), names, true);
        Network end = branch.apply(start);
        if (end == null || end.start != start) {
          throw new IllegalArgumentException(
              "a branch must return the network that it is given, with layers added to it");
        }
        layers.add(end.layers);
        outputs.add(end.output);
        names = end.names;
      }
    }
  }

  private Network append(LayerNames taken, String givenName, Layer layer, boolean frozen) {
    boolean source =
        layer instanceof OperatorLayer operator && operator.operator().definition().isSource();
    List<String> read = at == null || source ? List.of() : List.of(at);
    return append(taken, givenName, layer, frozen, read);
  }

  private Network append(
      LayerNames taken, String givenName, Layer layer, boolean frozen, List<String> read) {
    String name = givenName == null ? taken.generate(layer.type()) : givenName;
    LayerNames newNames = taken.with(layer.type(), name);
    NamedLayer added = new NamedLayer(name, layer, false, read);
    added = frozen ? added.freeze() : added;
    layer.constants().forEach((constant, value) -> checkFinite(name, layer, constant, value));
    Graph graph;
    try {
      graph = Lowering.lowerOpen(readBy(added), List.of(added));
    } catch (ShapeException e) {
      throw e;
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "layer \"%s\" (%s): %s", name, layer.type(), e.getMessage()),
          e);
    }
    long newParameters = parameters + graph.parameterCount();
    if (newParameters > MAX_PARAMETERS) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "a network may have at most %d parameters, layer \"%s\" (%s) makes it %d",
              MAX_PARAMETERS,
              name,
              layer.type(),
              newParameters));
    }
    List<NamedLayer> newLayers = new ArrayList<>(layers);
    newLayers.add(added);
    Shape shape = graph.output().shape();
    return new Network(start, newLayers, with(name, shape), null, shape, newParameters, newNames);
  }

  /** Returns the values that a layer reads, as inputs of a network of this layer alone. */
  private List<Input> readBy(NamedLayer layer) {
    return layer.inputs().isEmpty()
        ? List.of(new Input(LayerNames.INPUT, output))
        : layer.inputs().stream().distinct().map(name -> new Input(name, value(name))).toList();
  }

  private Map<String, Shape> with(String name, Shape shape) {
    if (start.values.isEmpty()) {
      return values;
    }
    Map<String, Shape> more = new LinkedHashMap<>(values);
    more.put(name, shape);
    return more;
  }

  private static void checkFinite(String name, Layer layer, String constant, Object value) {
    if (value instanceof Float number && !Float.isFinite(number)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "layer \"%s\" (%s): %s must be finite, found %s",
              name,
              layer.type(),
              constant,
              number));
    }
  }

  // ---- names and freezing
  // ----------------------------------------------------------------------------------------

  /**
   * Names the layer just added.
   *
   * @throws IllegalArgumentException if another layer of the network has the name
   */
  public Network named(String name) {
    NamedLayer last = last("named()");
    if (last.name().equals(name)) {
      return this;
    }
    LayerNames newNames = names.renamed(last.name(), name);
    return withLast(last.renamed(name), newNames);
  }

  /**
   * Freezes the layer just added, and all layers in its branches: training leaves weights and
   * statistics as they are; batch normalization and dropout behave as in inference.
   */
  public Network frozen() {
    return withLast(last("frozen()").freeze(), names);
  }

  private NamedLayer last(String method) {
    if (layers.isEmpty() || at != null) {
      throw new IllegalStateException(
          method + " acts on the layer just added; add a layer before it");
    }
    return layers.get(layers.size() - 1);
  }

  private Network withLast(NamedLayer layer, LayerNames newNames) {
    List<NamedLayer> newLayers = new ArrayList<>(layers);
    Map<String, Shape> newValues = new LinkedHashMap<>(values);
    newValues.remove(newLayers.get(newLayers.size() - 1).name());
    newLayers.set(newLayers.size() - 1, layer);
    if (!start.values.isEmpty()) {
      newValues.put(layer.name(), output);
    }
    return new Network(start, newLayers, newValues, null, output, parameters, newNames);
  }

  /**
   * Returns this network with the layers of these names frozen, and all layers in their branches,
   * beside those already frozen.
   *
   * @throws IllegalArgumentException if there is no layer of one of the names
   */
  public Network withFrozen(Collection<String> layerNames) {
    Set<String> unknown = new TreeSet<>(layerNames);
    all().map(NamedLayer::name).forEach(unknown::remove);
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "no layer is named %s; the layers are %s",
              unknown,
              all().map(NamedLayer::name).toList()));
    }
    List<NamedLayer> newLayers = freeze(layers, Set.copyOf(layerNames));
    return new Network(start, newLayers, values, at, output, parameters, names);
  }

  /**
   * Returns this network with a layer frozen and all layers that its value depends on, beside those
   * already frozen: what others trained stays as it is, and the backward plan leaves it out.
   *
   * @throws IllegalArgumentException if there is no layer of this name
   */
  public Network freezeUpTo(String name) {
    Set<String> upTo = FineTuning.upTo(layers, name);
    return withFrozen(upTo.isEmpty() ? Set.of(name) : upTo);
  }

  /**
   * Returns this network for other classes: the last layer with weights is made anew, with as many
   * units or filters, and is named "head". It is not frozen. The layers behind it stay.
   *
   * @throws IllegalArgumentException if that layer is no dense layer and no convolution, or stands
   *     in a branch
   */
  public Network replaceHead(int classes) {
    Set<String> taken = new TreeSet<>(all().map(NamedLayer::name).toList());
    inputs.forEach(input -> taken.add(input.name()));
    List<NamedLayer> newLayers = FineTuning.withHead(layers, classes, taken);
    if (newLayers == null) {
      throw new IllegalArgumentException(
          "the last layer with weights must be a dense layer or a convolution, and not in a branch;"
              + " end the network with one");
    }
    Network network = inputs(inputs.toArray(Input[]::new));
    for (NamedLayer layer : newLayers) {
      LayerNames inside = network.names;
      for (NamedLayer each : layer.all().filter(other -> other != layer).toList()) {
        inside = inside.with(each.layer().type(), each.name());
      }
      network = network.append(inside, layer.name(), layer.layer(), layer.frozen(), layer.inputs());
    }
    return network;
  }

  private static List<NamedLayer> freeze(List<NamedLayer> layers, Set<String> frozenNames) {
    List<NamedLayer> result = new ArrayList<>();
    for (NamedLayer layer : layers) {
      if (frozenNames.contains(layer.name())) {
        result.add(layer.freeze());
      } else {
        List<List<NamedLayer>> branches =
            layer.branches().stream().map(branch -> freeze(branch, frozenNames)).toList();
        result.add(layer.withBranches(branches));
      }
    }
    return result;
  }

  // ---- what it is
  // ------------------------------------------------------------------------------------------------

  /** Returns the inputs, in the order in which a row holds them. */
  public List<Input> inputs() {
    return inputs;
  }

  /** Returns the shape of a row: that of the input, or a vector of all values of several inputs. */
  public Shape inputShape() {
    return inputs.size() == 1 ? inputs.get(0).shape() : Shape.of(inputSize());
  }

  /** Returns the number of features of a row. */
  public int inputSize() {
    return inputs.stream().mapToInt(input -> input.shape().size()).sum();
  }

  /** Returns the shape of the last layer's output. */
  public Shape outputShape() {
    return output;
  }

  /** Returns the layers, those in branches inside of their residual or concat layer. */
  public List<NamedLayer> layers() {
    return layers;
  }

  /** Returns the number of parameters: weights, frozen or not, and statistics. */
  public int parameterCount() {
    return (int) parameters;
  }

  private Stream<NamedLayer> all() {
    return layers.stream().flatMap(NamedLayer::all);
  }

  /**
   * Returns the number of classes: the number of logits.
   *
   * @throws IllegalArgumentException if the output is not a vector of at least 2 values
   */
  public int classes() {
    if (layers.isEmpty()) {
      throw new IllegalArgumentException(
          "a network needs at least one layer, found none; end it with dense(classes)");
    }
    if (at != null) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "the network goes on from \"%s\" and ends there; add a layer that reads it",
              at));
    }
    if (output.rank() != 1 || output.size() < 2) {
      throw new IllegalArgumentException(
          String.format(
                  Locale.ROOT,
                  "the output of a network must be logits, a vector of one value for each of at"
                      + " least 2 classes, found shape %s",
                  output)
              + String.format(
                  Locale.ROOT,
                  " after layer \"%s\" (%s); end the network with %s",
                  last("").name(),
                  last("").layer().type(),
                  output.rank() == 1 ? "dense(2)" : "flatten().dense(classes)"));
    }
    return output.size();
  }

  /**
   * Returns the network as operators, one for each layer and of the layer's name.
   *
   * @throws IllegalArgumentException if the output is not a vector of at least 2 values
   */
  public Graph lower() {
    classes();
    return Lowering.lower(inputs, layers);
  }

  /**
   * Draws weights to start training from: kernels uniform in ±sqrt(6 / fanIn) (He et al. 2015),
   * that of the last dense layer in ±sqrt(6 / (fanIn + fanOut)) (Glorot and Bengio 2010); gains and
   * variances 1, biases and means 0. The same seed gives the same weights on every machine; names,
   * and layers without weights, have no influence.
   *
   * @return all parameters in the order of {@link Graph#parameters()}
   */
  public float[] initialParameters(long seed) {
    return InitialParameters.draw(lower(), seed);
  }

  /**
   * Returns the backward plan as text: for each operator what of its backward computation is left,
   * why, and what that saves.
   *
   * @throws IllegalArgumentException if the output is not a vector of at least 2 values, or nothing
   *     is trainable
   */
  public String explainBackward() {
    return explainBackward("text");
  }

  /**
   * Returns the backward plan, for rows stored as floats.
   *
   * @param format "text" for a table, "html" for one self-contained page with the graph drawn,
   *     "fragment" for the same drawing as a {@code <div>} that can stand in another page, such as
   *     a note
   * @throws IllegalArgumentException if the format is another one, the output is not a vector of at
   *     least 2 values, or nothing is trainable
   */
  public String explainBackward(String format) {
    return PlanFormat.named(format).print(TrainingPlan.of(lower()));
  }

  /** Returns the network as JSON, with all names and constants; {@link #fromJson} gives it back. */
  public String toJson() {
    return NetworkJson.write(this);
  }

  /**
   * Reads a network from JSON. Fields that have a default may be missing, names too.
   *
   * @throws IllegalArgumentException if it is no JSON, or not a network: an unknown, missing or
   *     wrong field, a shape that does not fit; the message says where
   */
  public static Network fromJson(String json) {
    return NetworkJson.read(json);
  }

  // ---- training
  // --------------------------------------------------------------------------------------------------

  /**
   * Trains without validation; see {@link #train(TrainingSet, TrainingSet, TrainingOptions,
   * TrainingListener)}.
   */
  public TrainedNetwork train(TrainingSet training, TrainingOptions options) {
    return train(training, options, TrainingListener.NONE);
  }

  /**
   * Trains without validation; see {@link #train(TrainingSet, TrainingSet, TrainingOptions,
   * TrainingListener)}.
   */
  public TrainedNetwork train(
      TrainingSet training, TrainingOptions options, TrainingListener listener) {
    return train(training, null, options, listener);
  }

  /**
   * Trains in this JVM, on all its processors, from {@link #initialParameters} of the options'
   * seed. The result depends on the rows, their shards and the options, and not on the machine.
   *
   * @param validation rows to watch the loss on, or null
   * @param listener is told of steps and epochs
   * @throws IllegalArgumentException if the rows do not fit the network, or nothing is trainable
   * @throws io.github.secateur.train.TrainingException if the loss is no number any more, or the
   *     thread is interrupted
   */
  public TrainedNetwork train(
      TrainingSet training,
      TrainingSet validation,
      TrainingOptions options,
      TrainingListener listener) {
    return LocalFit.train(
        this, initialParameters(options.seed()), training, validation, options, listener);
  }

  // ---- comparison and text
  // ---------------------------------------------------------------------------------------

  /** Returns whether the other is a network of the same input and equal layers, names included. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Network network
        && inputs.equals(network.inputs)
        && layers.equals(network.layers);
  }

  @Override
  public int hashCode() {
    return 31 * inputs.hashCode() + layers.hashCode();
  }

  /** Returns a table: for each layer its name, type, output shape and number of parameters. */
  @Override
  public String toString() {
    return NetworkTable.print(this);
  }

  private static List<Float> list(float[] values) {
    List<Float> list = new ArrayList<>();
    for (float value : values) {
      list.add(value);
    }
    return list;
  }

  private static List<Integer> list(int[] values) {
    return Arrays.stream(values).boxed().toList();
  }
}
