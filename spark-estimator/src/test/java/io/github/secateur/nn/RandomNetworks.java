package io.github.secateur.nn;

import io.github.secateur.graph.Attributes;
import io.github.secateur.graph.Broadcast;
import io.github.secateur.graph.OperatorType;
import io.github.secateur.graph.Padding;
import io.github.secateur.graph.Shape;
import io.github.secateur.graph.ShapeException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * Draws small networks for tests: any layer in any place where its shape fits, some of them frozen,
 * the last dense layer never. The same seed gives the same network.
 */
public final class RandomNetworks {
  private static final int MAX_CHANNELS = 6;
  private static final int MAX_NESTING = 2;

  private final SplittableRandom random;
  private final boolean branches;

  private RandomNetworks(long seed, boolean branches) {
    this.random = new SplittableRandom(seed);
    this.branches = branches;
  }

  /** Returns a network in which each layer reads the one before it. */
  public static Network chain(long seed) {
    return new RandomNetworks(seed, false).network();
  }

  /** Returns a network with residual and concat branches, some of them nested. */
  public static Network graph(long seed) {
    return new RandomNetworks(seed, true).network();
  }

  /** Returns a network of up to three inputs, whose values are read by name, by several layers. */
  public static Network connected(long seed) {
    return new RandomNetworks(seed, true).connected();
  }

  private Network connected() {
    int height = between(3, 5);
    int width = between(3, 5);
    Input[] inputs = new Input[between(1, 3)];
    for (int i = 0; i < inputs.length; i++) {
      inputs[i] =
          random.nextBoolean()
              ? Input.of("in/" + i, between(1, 8))
              : Input.of("in/" + i, height, width, between(1, 3));
    }
    Network network = Network.inputs(inputs);
    Map<String, Shape> values = new LinkedHashMap<>();
    for (Input input : inputs) {
      values.put(input.name(), input.shape());
    }
    if (random.nextInt(3) == 0) {
      network = learned(network, inputs[0].shape());
      values.put(lastName(network), network.outputShape());
    }
    for (int i = between(2, 7); i > 0; i--) {
      network = random.nextInt(3) > 0 ? joint(network, values) : tail(network, values);
      values.put(lastName(network), network.outputShape());
    }
    Set<String> read =
        network.layers().stream()
            .flatMap(layer -> layer.inputs().stream())
            .collect(Collectors.toSet());
    List<String> heads = new ArrayList<>();
    for (Map.Entry<String, Shape> value : values.entrySet()) {
      if (!read.contains(value.getKey())) {
        Network head = network.from(value.getKey());
        head = value.getValue().rank() > 1 ? head.flatten() : head;
        network = head.dense(3);
        heads.add(lastName(network));
      }
    }
    String[] others = heads.subList(0, heads.size() - 1).toArray(String[]::new);
    network = others.length == 0 ? network : network.concat(others);
    return network.dense(between(2, 5));
  }

  private static String lastName(Network network) {
    return network.layers().get(network.layers().size() - 1).name();
  }

  private String any(Map<String, Shape> values) {
    return List.copyOf(values.keySet()).get(random.nextInt(values.size()));
  }

  /** Adds a layer behind any value, or a gate. */
  private Network tail(Network network, Map<String, Shape> values) {
    Network from = network.from(any(values));
    Shape shape = from.outputShape();
    if (random.nextInt(4) == 0) {
      return masked(from);
    }
    if (random.nextInt(3) > 0) {
      return layer(from, MAX_NESTING);
    }
    return switch (shape.rank()) {
      case 3 -> from.gate(x -> x.globalAvgPool2d().dense(shape.last()).sigmoid());
      case 1 -> from.gate(x -> x.dense(random.nextBoolean() ? 1 : shape.last()).sigmoid());
      default -> from.gate(UnaryOperator.identity());
    };
  }

  /** Joins two values whose shapes meet, or one with itself. */
  private Network joint(Network network, Map<String, Shape> values) {
    String first = any(values);
    Network from = network.from(first);
    List<String> partners =
        values.keySet().stream()
            .filter(name -> Broadcast.of(values.get(first), values.get(name)) != null)
            .filter(name -> Broadcast.of(values.get(first), values.get(name)).shape().size() < 200)
            .toList();
    String second = partners.isEmpty() ? first : partners.get(random.nextInt(partners.size()));
    Network product = random.nextInt(3) == 0 ? product(from, values) : null;
    if (product != null) {
      return product;
    }
    return switch (random.nextInt(7)) {
      case 5 -> from.minimum(second);
      case 6 -> {
        Network divisor = network.from(second).clip(0.5f, 2);
        yield divisor.from(first).divide(lastName(divisor));
      }
      case 0 -> from.add(second);
      case 1 -> from.subtract(second);
      case 2 -> from.multiply(second);
      case 3 -> from.maximum(second);
      default ->
          values.get(first).equals(values.get(second)) ? from.concat(second) : from.add(second);
    };
  }

  /** Multiplies the matrices of two values, or of one with itself; null if no other one fits. */
  private Network product(Network from, Map<String, Shape> values) {
    if (from.outputShape().rank() < 2) {
      return null;
    }
    List<String> partners = new ArrayList<>(values.keySet());
    Collections.shuffle(partners, new Random(random.nextLong()));
    boolean first = random.nextBoolean();
    for (String partner : partners) {
      for (boolean second : new boolean[] {first, !first}) {
        try {
          Network product = from.matmul(partner, first, second);
          if (product.outputShape().size() < 200) {
            return product;
          }
        } catch (ShapeException itDoesNotFit) {
          // another may
        }
      }
    }
    return null;
  }

  private Network network() {
    Network network =
        random.nextInt(3) == 0
            ? Network.input(between(1, 12))
            : Network.image(between(3, 8), between(3, 8), between(1, 3));
    int layers = between(0, 7);
    int branching = branches ? random.nextInt(layers + 1) : -1; // at least one
    for (int i = 0; i <= layers; i++) {
      network = i == branching ? branching(network, 0) : i < layers ? layer(network, 0) : network;
    }
    if (network.outputShape().rank() == 3 && random.nextBoolean()) {
      network = random.nextInt(3) == 0 ? network.globalMaxPool2d() : network.globalAvgPool2d();
    } else if (network.outputShape().rank() > 1) {
      network = network.flatten();
    }
    network = network.dense(between(2, 5));
    return random.nextInt(4) == 0 ? network.layerNorm() : network;
  }

  /** Adds one layer, frozen or not. */
  private Network layer(Network network, int nesting) {
    Network added;
    if (branches && nesting < MAX_NESTING && random.nextInt(4) == 0) {
      added = branching(network, nesting);
    } else {
      added = plain(network);
    }
    return random.nextInt(4) == 0 ? added.frozen() : added;
  }

  private Network plain(Network network) {
    return switch (random.nextInt(4)) {
      case 3 -> sequence(network);
      case 0 -> weightless(network);
      case 1 -> activation(network);
      default -> weighted(network);
    };
  }

  /** Adds a layer that reads tokens, after what makes tokens of other shapes. */
  private Network sequence(Network network) {
    Shape shape = network.outputShape();
    int choice = random.nextInt(7);
    if (choice == 0 && shape.size() <= 60) {
      Network numbers = (shape.rank() == 3 ? network.flatten() : network).relu().paddingMask(0);
      return numbers.embedding(between(2, 4), between(1, 3), between(-1, 1));
    }
    Network tokens = tokens(network);
    int units = between(1, 4);
    return switch (choice) {
      case 1 -> tokens.lstm(units, random.nextBoolean(), random.nextBoolean());
      case 2 -> tokens.gru(units, random.nextBoolean(), random.nextBoolean());
      case 3 -> tokens.rnn(units, random.nextBoolean(), random.nextBoolean());
      case 4 -> tokens.dense(units);
      case 5 -> {
        int heads = between(1, 2);
        yield tokens.dense(3 * heads * between(1, 2)).attention(heads);
      }
      default -> tokens.multiHeadAttention(1);
    };
  }

  private static Network tokens(Network network) {
    Shape shape = network.outputShape();
    if (shape.rank() == 2) {
      return network;
    }
    int width = shape.rank() == 3 ? shape.last() : shape.last() % 2 == 0 ? 2 : 1;
    return network.reshape(shape.size() / width, width);
  }

  /** Adds a layer that reads tokens and a mask of them, which is made of them. */
  private Network masked(Network from) {
    Network named = tokens(from.identity());
    Network mask = named.dense(1).flatten();
    mask = random.nextBoolean() ? mask.relu() : mask.relu().paddingMask(0);
    Network back = mask.from(lastName(named));
    int heads = between(1, 2);
    return random.nextBoolean()
        ? back.maskedMean(lastName(mask))
        : back.dense(3 * heads * between(1, 2)).maskedAttention(lastName(mask), heads);
  }

  private Network branching(Network network, int nesting) {
    Shape shape = network.outputShape();
    if (random.nextBoolean()) {
      List<UnaryOperator<Network>> joined = new ArrayList<>();
      for (int i = between(2, 3); i > 0; i--) {
        joined.add(branch(shape, i == 1 ? shape.last() : between(1, MAX_CHANNELS), nesting));
      }
      Collections.shuffle(joined, new Random(random.nextLong()));
      return network.concat(null, null, joined, false);
    }
    if (random.nextBoolean()) {
      return network.residual(branch(shape, shape.last(), nesting));
    }
    int channels = between(1, MAX_CHANNELS);
    return network.residual(branch(shape, channels, nesting), branch(shape, channels, nesting));
  }

  /**
   * Returns a branch that keeps all dimensions but the last, and gives that so many values if it
   * can.
   */
  private UnaryOperator<Network> branch(Shape shape, int channels, int nesting) {
    long seed = random.nextLong();
    return start -> new RandomNetworks(seed, branches).branch(start, shape, channels, nesting + 1);
  }

  private Network branch(Network start, Shape shape, int channels, int nesting) {
    Network network = start;
    for (int i = between(0, 2); i > 0; i--) {
      Network next = layer(network, nesting);
      network = next.outputShape().equals(shape) ? next : network;
    }
    if (shape.last() == channels || shape.rank() == 2) {
      return network; // no layer changes the last of two axes
    }
    return shape.rank() == 1 ? network.dense(channels) : network.conv2d(channels, between(1, 3));
  }

  private Network weightless(Network network) {
    Shape shape = network.outputShape();
    boolean image = shape.rank() == 3;
    boolean large = image && Math.min(shape.dimension(0), shape.dimension(1)) >= 4;
    int choice = random.nextInt(image ? 15 : 7);
    switch (random.nextInt(16)) {
      case 0, 1:
        return sliced(network);
      case 2, 3:
        return reduced(network);
      case 4:
        return network.localResponseNorm(2 * between(0, 2) + 1, 0.5f, 0.75f, 2);
      default:
    }
    return switch (choice) {
      case 0 -> network.scale(2 * (float) random.nextDouble() - 1);
      case 6 ->
          random.nextBoolean() ? network.softmax() : network.softmax(between(0, shape.rank() - 1));
      case 1 -> normalize(network, random.nextBoolean() ? shape.last() : 1);
      case 2 -> network.identity();
      case 3 -> network.dropout(random.nextInt(3) * 0.25f);
      case 4 -> shape.size() <= 100 ? network.flatten() : network.identity();
      case 5 -> reshape(network);
      case 7 ->
          large
              ? network.maxPool2d(2)
              : network.maxPool2d(between(1, 3), between(1, 2), Padding.SAME);
      case 8 ->
          large
              ? network.avgPool2d(between(2, 3), between(1, 3))
              : network.avgPool2d(2, 1, Padding.SAME);
      case 9 -> large ? network.pad(new int[] {0, 1, 0}, new int[] {1, 0, 0}) : network.pad(1);
      case 10 ->
          shape.last() < MAX_CHANNELS
              ? network.pad(new int[] {0, 0, 1}, new int[3])
              : network.identity();
      case 11 -> network.permute(1, 0, 2);
      case 12, 13 -> pool(network);
      default -> network.maxPool2d(3, between(1, 2), Padding.SAME);
    };
  }

  private Network reduced(Network network) {
    int rank = network.outputShape().rank();
    int[] axes = random.ints(0, rank).distinct().limit(between(1, rank)).toArray();
    boolean keepDims = random.nextBoolean();
    return switch (random.nextInt(4)) {
      case 0 -> network.mean(axes, keepDims);
      case 1 -> network.sum(axes, keepDims);
      case 2 -> network.max(axes, keepDims);
      default -> network.l2(axes, keepDims);
    };
  }

  private Network sliced(Network network) {
    Shape shape = network.outputShape();
    int axis = random.nextInt(shape.rank());
    int length = shape.dimension(axis);
    if (random.nextInt(4) == 0 && shape.last() % 2 == 0) {
      return network.channelShuffle(2);
    }
    return switch (random.nextInt(3)) {
      case 0 -> network.slice(axis, random.nextInt(length), Integer.MAX_VALUE);
      case 1 -> network.slice(axis, 0, length, between(1, 3));
      default -> network.slice(axis, -1, -length - 1, -between(1, 2));
    };
  }

  private Network normalize(Network network, int channels) {
    float[] mean = new float[channels];
    float[] deviation = new float[channels];
    for (int i = 0; i < channels; i++) {
      mean[i] = (float) random.nextDouble(-1, 1);
      deviation[i] = (float) random.nextDouble(0.5, 2);
    }
    return network.normalize(mean, deviation);
  }

  private static Network reshape(Network network) {
    Shape shape = network.outputShape();
    if (shape.rank() == 3) {
      return network.reshape(shape.dimension(1), shape.dimension(0), shape.dimension(2));
    }
    return shape.rank() == 1 && shape.last() % 4 == 0
        ? network.reshape(2, 2, shape.last() / 4)
        : network.identity();
  }

  private Network activation(Network network) {
    return switch (random.nextInt(11)) {
      case 8 ->
          switch (random.nextInt(5)) {
            case 0 -> network.relu6();
            case 1 -> network.selu();
            case 2 -> network.geluTanh();
            case 3 -> network.hardSwish();
            default -> network.mish();
          };
      case 9 ->
          switch (random.nextInt(5)) {
            case 0 -> network.tanh().exp();
            case 1 -> network.clip(0.25f, 4).log();
            case 2 -> network.clip(0.5f, 2).pow(random.nextInt(-3, 4) / 2f);
            case 3 -> network.abs();
            default -> network.clip(-0.5f, 1);
          };
      case 10 -> network.prelu(random.nextBoolean());
      case 0 -> network.relu();
      case 1 -> network.hardSigmoid();
      case 2 -> network.leakyRelu((float) random.nextDouble(0.01, 0.3));
      case 3 -> network.elu();
      case 4 -> network.gelu();
      case 5 -> network.silu();
      case 6 -> network.tanh();
      default -> random.nextBoolean() ? network.sigmoid() : network.softplus();
    };
  }

  private Network weighted(Network network) {
    Shape shape = network.outputShape();
    if (branches && random.nextInt(8) == 0) {
      return random.nextBoolean()
          ? network.residual(x -> learned(x, shape))
          : network.gate(x -> learned(x, Shape.of(shape.last())));
    }
    switch (random.nextInt(5)) {
      case 0:
        return random.nextBoolean() ? network.batchNorm() : network.batchNorm(0.5f, 1e-3f);
      case 1:
        return random.nextBoolean() ? network.layerNorm() : groupNorm(network);
      default:
    }
    if (shape.rank() == 3) {
      return convolution(network);
    }
    OperatorLayer dense =
        new OperatorLayer(
            OperatorType.DENSE, new Attributes.Dense(between(1, 10), random.nextInt(4) > 0));
    return shape.rank() == 1 ? network.add(dense) : network.flatten().add(dense);
  }

  private Network groupNorm(Network network) {
    int groups = network.outputShape().last() % 2 == 0 ? 2 : 1;
    return network.groupNorm(groups, 1e-2f);
  }

  private Network learned(Network network, Shape shape) {
    Network learned = network.parameter(shape.toArray(), 0, 0.5f);
    return random.nextInt(3) == 0 ? learned.frozen() : learned;
  }

  private Network convolution(Network network) {
    Shape shape = network.outputShape();
    int height = between(1, 3);
    int width = between(1, 3);
    if (shape.last() <= MAX_CHANNELS && random.nextInt(4) == 0) {
      return network.depthwiseConv2d(height, between(1, 2));
    }
    Conv2d convolution = Conv2d.of(between(1, MAX_CHANNELS), height, width);
    if (shape.last() % 2 == 0 && random.nextInt(3) == 0) {
      convolution = Conv2d.of(2 * between(1, MAX_CHANNELS / 2), height, width).groups(2);
    }
    boolean fits = height <= shape.dimension(0) && width <= shape.dimension(1);
    convolution = fits && random.nextInt(3) == 0 ? convolution.valid() : convolution;
    convolution = random.nextInt(3) == 0 ? convolution.stride(2) : convolution;
    if (random.nextInt(3) == 0) {
      convolution =
          convolution
              .strides(between(1, 3), between(1, 3))
              .dilations(between(1, 3), between(1, 3))
              .pads(5, between(4, 5), between(1, 4), between(2, 3)); // as much as it reaches
    }
    return network.conv2d(random.nextInt(3) == 0 ? convolution.noBias() : convolution);
  }

  private Network pool(Network network) {
    Pool2d pool =
        Pool2d.of(between(2, 3), between(2, 3))
            .strides(between(1, 3), between(1, 3))
            .pads(1, between(0, 1), 1, 1);
    pool = random.nextBoolean() ? pool.ceilMode() : pool;
    if (Math.min(network.outputShape().dimension(0), network.outputShape().dimension(1)) >= 3) {
      pool = pool.dilations(between(1, 2), 1);
    }
    return random.nextBoolean()
        ? network.maxPool2d(pool)
        : network.avgPool2d(random.nextBoolean() ? pool.withPadsCounted() : pool);
  }

  private int between(int low, int high) {
    return random.nextInt(low, high + 1);
  }
}
