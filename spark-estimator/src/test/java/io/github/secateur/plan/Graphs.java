package io.github.secateur.plan;

import io.github.secateur.graph.Attributes;
import io.github.secateur.graph.Graph;
import io.github.secateur.graph.OperatorType;
import io.github.secateur.graph.Padding;
import io.github.secateur.graph.Parameter;
import io.github.secateur.graph.Shape;
import io.github.secateur.nn.RandomNetworks;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** Small graphs for tests: written by hand, and drawn at random from a seed. */
public final class Graphs {
  private final Graph.Builder builder;
  private int value;
  private int count;

  private Graphs(Shape input) {
    builder = Graph.builder("input", input);
  }

  /** Starts a chain whose rows have these dimensions. */
  public static Graphs input(int... dimensions) {
    return new Graphs(Shape.of(dimensions));
  }

  /** Adds an operator behind the last one; its name is its type and a running number. */
  public Graphs then(OperatorType type, Attributes attributes) {
    value = add(type, attributes, List.of(value), false);
    return this;
  }

  /** Adds a frozen operator behind the last one. */
  public Graphs frozen(OperatorType type, Attributes attributes) {
    value = add(type, attributes, List.of(value), true);
    return this;
  }

  /** Adds an operator without constants behind the last one. */
  public Graphs then(OperatorType type) {
    return then(type, new Attributes.None());
  }

  /** Adds a dense layer. */
  public Graphs dense(int units) {
    return then(OperatorType.DENSE, new Attributes.Dense(units, true));
  }

  /** Adds a frozen dense layer. */
  public Graphs frozenDense(int units) {
    return frozen(OperatorType.DENSE, new Attributes.Dense(units, true));
  }

  /** Adds a convolution with a 3×3 window. */
  public Graphs conv2d(int filters) {
    return then(
        OperatorType.CONV2D, new Attributes.Conv2d(filters, 3, 3, 1, Padding.SAME, 1, true));
  }

  /** Adds 2×2 pooling. */
  public Graphs pool(OperatorType type) {
    return then(type, new Attributes.Pool2d(2, 2, 2, Padding.VALID));
  }

  /** Flattens a row. */
  public Graphs flatten() {
    return then(
        OperatorType.RESHAPE, new Attributes.Reshape(Shape.of(builder.shape(value).size())));
  }

  /** Returns the id of the last operator. */
  public int value() {
    return value;
  }

  /** Goes on behind an earlier operator. */
  public Graphs from(int id) {
    value = id;
    return this;
  }

  /** Joins earlier operators. */
  public Graphs join(OperatorType type, Attributes attributes, int... inputs) {
    List<Integer> ids = new ArrayList<>();
    for (int input : inputs) {
      ids.add(input);
    }
    value = add(type, attributes, ids, false);
    return this;
  }

  /** Returns the graph. */
  public Graph build() {
    return builder.build();
  }

  private int add(OperatorType type, Attributes attributes, List<Integer> inputs, boolean frozen) {
    count++;
    return builder.add(
        type.label() + "_" + count,
        type,
        attributes,
        inputs,
        frozen,
        Parameter.Initializer.HE_UNIFORM);
  }

  // ---- random graphs
  // ---------------------------------------------------------------------------------------------

  private static final List<OperatorType> SIMPLE =
      List.of(
          OperatorType.RELU,
          OperatorType.GELU,
          OperatorType.SILU,
          OperatorType.TANH,
          OperatorType.SIGMOID,
          OperatorType.SOFTPLUS,
          OperatorType.IDENTITY);

  /**
   * Returns a random graph with at least one trainable layer: an image or a vector, some layers,
   * some of them frozen.
   *
   * @param branches whether residual and concat branches may occur; otherwise the graph is a chain
   */
  public static Graph random(long seed, boolean branches) {
    if (branches && seed % 3 == 1) {
      return RandomNetworks.connected(seed).lower(); // several inputs, values read by name
    }
    for (long attempt = seed; ; attempt += 1_000_003) {
      Random random = new Random(attempt);
      boolean image = random.nextBoolean();
      Graphs graphs =
          image
              ? input(3 + random.nextInt(4), 3 + random.nextInt(4), 1 + random.nextInt(3))
              : input(1 + random.nextInt(12));
      int length = 1 + random.nextInt(8);
      for (int i = 0; i < length; i++) {
        graphs.randomLayer(random, branches);
      }
      if (graphs.builder.shape(graphs.value).rank() > 1) {
        graphs.flatten();
      }
      boolean frozenHead = random.nextInt(6) == 0;
      Attributes.Dense head = new Attributes.Dense(2 + random.nextInt(3), random.nextBoolean());
      Graph graph =
          (frozenHead
                  ? graphs.frozen(OperatorType.DENSE, head)
                  : graphs.then(OperatorType.DENSE, head))
              .build();
      if (graph.operators().stream().anyMatch(operator -> operator.isTrainable())) {
        return graph;
      }
    }
  }

  private void randomLayer(Random random, boolean branches) {
    Shape shape = builder.shape(value);
    boolean freeze = random.nextInt(4) == 0;
    if (branches && random.nextInt(3) == 0) {
      randomBranch(random);
      return;
    }
    switch (random.nextInt(12)) {
      case 0, 1 -> then(SIMPLE.get(random.nextInt(SIMPLE.size())));
      case 2 -> then(OperatorType.LEAKY_RELU, new Attributes.Slope(0.1f));
      case 3 -> then(OperatorType.ELU, new Attributes.Slope(0.7f));
      case 4 -> then(OperatorType.SCALE, new Attributes.Scale(0.5f));
      case 5 ->
          then(OperatorType.NORMALIZE, new Attributes.Normalize(List.of(0.1f), List.of(0.8f)));
      case 6 -> optionallyFrozen(OperatorType.DROPOUT, new Attributes.Dropout(0.3f), freeze);
      case 7 ->
          optionallyFrozen(OperatorType.BATCH_NORM, new Attributes.BatchNorm(0.9f, 1e-2f), freeze);
      case 8 -> optionallyFrozen(OperatorType.LAYER_NORM, new Attributes.LayerNorm(1e-2f), freeze);
      default -> {
        if (shape.rank() == 3) {
          randomImageLayer(random, shape, freeze);
        } else if (shape.rank() == 1) {
          optionallyFrozen(
              OperatorType.DENSE,
              new Attributes.Dense(1 + random.nextInt(9), random.nextBoolean()),
              freeze);
        } else {
          flatten();
        }
      }
    }
  }

  private void randomImageLayer(Random random, Shape shape, boolean freeze) {
    int stride = 1 + random.nextInt(2);
    Padding padding = random.nextBoolean() ? Padding.SAME : Padding.VALID;
    boolean fits = padding == Padding.SAME || Math.min(shape.dimension(0), shape.dimension(1)) >= 3;
    switch (random.nextInt(9)) {
      case 0 -> then(OperatorType.MAX_POOL2D, new Attributes.Pool2d(2, 2, stride, Padding.SAME));
      case 1 -> then(OperatorType.AVG_POOL2D, new Attributes.Pool2d(2, 2, stride, Padding.SAME));
      case 2 -> then(OperatorType.PERMUTE, new Attributes.Permute(List.of(2, 0, 1)));
      case 3 -> then(OperatorType.PAD, new Attributes.Pad(List.of(1, 0, 0), List.of(0, 1, 1)));
      case 4 -> then(OperatorType.GLOBAL_AVG_POOL2D);
      case 5 -> flatten();
      case 6 -> then(OperatorType.GLOBAL_MAX_POOL2D);
      default -> {
        boolean depthwise = random.nextInt(3) == 0;
        int groups = depthwise ? shape.last() : 1;
        int filters = depthwise ? shape.last() * (1 + random.nextInt(2)) : 1 + random.nextInt(5);
        if (fits) {
          optionallyFrozen(
              OperatorType.CONV2D,
              new Attributes.Conv2d(filters, 3, 3, stride, padding, groups, random.nextBoolean()),
              freeze);
        }
      }
    }
  }

  /**
   * Adds ADD or CONCAT of x and f(x), or of f(x) and g(x), with small f and g; sometimes of x
   * twice.
   */
  private void randomBranch(Random random) {
    int start = value;
    randomChain(random);
    int left = value;
    if (random.nextBoolean()) {
      value = start;
      randomChain(random);
    }
    int right = value == left ? start : value;
    if (!builder.shape(left).equals(builder.shape(right))) {
      join(OperatorType.CONCAT, new Attributes.Concat(0), flattened(right), flattened(left));
    } else if (random.nextBoolean()) {
      join(OperatorType.ADD, new Attributes.None(), left, right);
    } else {
      int axis = builder.shape(left).rank() - 1;
      join(OperatorType.CONCAT, new Attributes.Concat(axis), right, left);
    }
  }

  private int flattened(int id) {
    return from(id).flatten().value();
  }

  private void randomChain(Random random) {
    int length = random.nextInt(3);
    for (int i = 0; i < length; i++) {
      randomLayer(random, false);
    }
  }

  private void optionallyFrozen(OperatorType type, Attributes attributes, boolean freeze) {
    value = add(type, attributes, List.of(value), freeze);
  }

  /** Returns the graph with the named layers frozen. */
  public static Graph freeze(Graph graph, String... names) {
    return graph.withFrozen(Set.of(names));
  }
}
