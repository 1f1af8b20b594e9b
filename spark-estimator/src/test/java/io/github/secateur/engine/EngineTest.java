package io.github.secateur.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.secateur.graph.Attributes;
import io.github.secateur.graph.Graph;
import io.github.secateur.graph.Operator;
import io.github.secateur.graph.OperatorType;
import io.github.secateur.graph.Padding;
import io.github.secateur.graph.Parameter;
import io.github.secateur.graph.Shape;
import io.github.secateur.graph.Window;
import io.github.secateur.kernel.choice.KernelProvider;
import io.github.secateur.nn.Network;
import io.github.secateur.plan.BackwardPlan;
import io.github.secateur.plan.FoldingPlan;
import io.github.secateur.plan.Graphs;
import io.github.secateur.plan.InferencePlan;
import io.github.secateur.plan.SparseCost;
import io.github.secateur.plan.TrainableLayout;
import io.github.secateur.plan.TrainingPlan;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class EngineTest {
  private static final int ROWS = 5;
  private static final long DROPOUT_KEY = 77;

  /** Random parameters, rows, labels and weights for a graph. */
  private static final class Problem {
    final Graph graph;
    final float[] parameters;
    final float[] input;
    final int[] labels = new int[ROWS];
    final float[] weights = new float[ROWS];

    Problem(Graph graph, long seed) {
      this.graph = graph;
      Random random = new Random(seed);
      parameters = new float[graph.parameterCount()];
      for (Parameter parameter : graph.parameters()) {
        for (int i = 0; i < parameter.size(); i++) {
          float value = (float) random.nextGaussian() * 0.5f;
          boolean positive = parameter.name().endsWith(".variance");
          parameters[parameter.offset() + i] = positive ? 0.5f + Math.abs(value) : value;
        }
      }
      input = new float[ROWS * graph.input().shape().size()];
      for (int i = 0; i < input.length; i++) {
        input[i] = (float) random.nextGaussian();
      }
      for (int row = 0; row < ROWS; row++) {
        labels[row] = random.nextInt(graph.output().shape().size());
        weights[row] = 0.25f * (1 + random.nextInt(8));
      }
    }

    /** Returns the gradient vector and, behind it, the loss. */
    float[] train(Engine engine) {
      float[] gradient = new float[TrainableLayout.of(graph).stateLength() + 1];
      float[] sum = new float[gradient.length - 1];
      System.arraycopy(input, 0, engine.input(), engine.inputOffset(), input.length);
      double loss = engine.lossAndGradient(parameters, ROWS, labels, weights, DROPOUT_KEY, 3, sum);
      System.arraycopy(sum, 0, gradient, 0, sum.length);
      gradient[sum.length] = (float) loss;
      return gradient;
    }

    double[] parametersAsDoubles() {
      return doubles(parameters);
    }

    double[] inputAsDoubles() {
      return doubles(input);
    }

    private static double[] doubles(float[] floats) {
      double[] doubles = new double[floats.length];
      for (int i = 0; i < floats.length; i++) {
        doubles[i] = floats[i];
      }
      return doubles;
    }
  }

  private static Engine engine(Graph graph, boolean pruning, int maxRows) {
    return Engine.forTraining(graph, pruning, maxRows, KernelProvider.create());
  }

  private static float[] mask(Operator operator, int rows) {
    int n = operator.shape().size();
    float[] mask = new float[rows * n];
    float rate = ((Attributes.Dropout) operator.attributes()).rate();
    long key = DropoutStep.key(DROPOUT_KEY, operator);
    KernelProvider.create().dropoutMask(key, 3L * n, rate, mask.length, mask, 0);
    return mask;
  }

  /**
   * Compares loss, logits and gradients with the reference: gradients by central differences in
   * double precision.
   */
  private static void checkAgainstReference(Graph graph, long seed, String name) {
    Problem problem = new Problem(graph, seed);
    Engine engine = engine(graph, true, ROWS + 2);
    ReferenceNetwork training = new ReferenceNetwork(graph, true, EngineTest::mask);
    ReferenceNetwork inference = new ReferenceNetwork(graph, false, EngineTest::mask);
    double[] parameters = problem.parametersAsDoubles();
    double[] input = problem.inputAsDoubles();

    System.arraycopy(problem.input, 0, engine.input(), engine.inputOffset(), problem.input.length);
    engine.forward(problem.parameters, ROWS);
    double[] logits = inference.logits(parameters, input, ROWS);
    for (int i = 0; i < logits.length; i++) {
      float actual = engine.output()[engine.outputOffset() + i];
      assertEquals(logits[i], actual, 2e-4 * (1 + Math.abs(logits[i])), name + " logit " + i);
    }
    System.arraycopy(problem.input, 0, engine.input(), engine.inputOffset(), problem.input.length);
    double expectedLoss = inference.loss(parameters, input, ROWS, problem.labels, problem.weights);
    double actualLoss = engine.loss(problem.parameters, ROWS, problem.labels, problem.weights);
    assertEquals(expectedLoss, actualLoss, 2e-4 * (1 + expectedLoss), name);

    float[] gradient = problem.train(engine);
    double trainingLoss = training.loss(parameters, input, ROWS, problem.labels, problem.weights);
    assertEquals(trainingLoss, gradient[gradient.length - 1], 2e-4 * (1 + trainingLoss), name);
    for (TrainableLayout.Slot slot : TrainableLayout.of(graph).slots()) {
      if (!slot.parameter().isTrainable()) {
        continue;
      }
      for (int i = 0; i < slot.parameter().size(); i++) {
        int place = slot.parameter().offset() + i;
        double step = 1e-5;
        double kept = parameters[place];
        parameters[place] = kept + step;
        double above = training.loss(parameters, input, ROWS, problem.labels, problem.weights);
        parameters[place] = kept - step;
        double below = training.loss(parameters, input, ROWS, problem.labels, problem.weights);
        parameters[place] = kept;
        boolean padding = isPadding(graph, slot.parameter(), i);
        double expected = padding ? 0 : (above - below) / (2 * step);
        float actual = gradient[slot.stateOffset() + i];
        assertEquals(
            expected,
            actual,
            2e-3 * (1 + Math.abs(expected)),
            name + " " + slot.parameter().name() + "[" + i + "]");
      }
    }
  }

  /** Returns whether a value is of the vector of a padding index, which training leaves at 0. */
  private static boolean isPadding(Graph graph, Parameter parameter, int index) {
    for (Operator operator : graph.operators()) {
      if (operator.parameters().contains(parameter)
          && operator.attributes() instanceof Attributes.Embedding embedding) {
        return index / embedding.width() == embedding.paddingIndex();
      }
    }
    return false;
  }

  /** Compares with the reference, and notes the operators. */
  private static void check(Set<OperatorType> checked, Graph graph, long seed, String name) {
    graph.operators().forEach(operator -> checked.add(operator.type()));
    checkAgainstReference(graph, seed, name);
  }

  @Test
  void everyOperatorAgreesWithTheReferenceAndWithFiniteDifferences() {
    Set<OperatorType> checked = EnumSet.noneOf(OperatorType.class);
    Attributes none = new Attributes.None();
    Attributes slope = new Attributes.Slope(0.3f);
    for (OperatorType type : OperatorType.values()) {
      for (int width : new int[] {1, 4, 6, 8, 13, 17}) {
        if (type.isActivation()) {
          boolean sloped = type == OperatorType.LEAKY_RELU || type == OperatorType.ELU;
          Graph graph =
              Graphs.input(7).dense(width).then(type, sloped ? slope : none).dense(3).build();
          check(checked, graph, width, type + " " + width);
        }
      }
    }
    for (OperatorType type : List.of(OperatorType.EXP, OperatorType.LOG, OperatorType.ABS)) {
      Graphs positive = Graphs.input(7).dense(6).then(OperatorType.SIGMOID);
      check(checked, positive.then(type).dense(3).build(), 3, type.label());
    }
    for (float exponent : new float[] {0, 1, 2, -1, 0.5f, -1.5f, 0.7f}) {
      Graphs positive = Graphs.input(7).dense(6).then(OperatorType.SIGMOID);
      Graph graph =
          positive.then(OperatorType.POW, new Attributes.Slope(exponent)).dense(3).build();
      check(checked, graph, 3, "power " + exponent);
    }
    Graphs clipped = Graphs.input(7).dense(19);
    clipped.then(OperatorType.CLIP, new Attributes.Clip(-0.5f, 0.25f));
    check(checked, clipped.dense(3).build(), 3, "clip");
    for (boolean perChannel : new boolean[] {true, false}) {
      Graphs front = Graphs.input(3, 4, 2).conv2d(11);
      front.then(OperatorType.PRELU, new Attributes.Prelu(perChannel));
      check(checked, front.flatten().dense(3).build(), 4, "prelu per channel: " + perChannel);
    }
    for (OperatorType type :
        List.of(
            OperatorType.ADD,
            OperatorType.SUBTRACT,
            OperatorType.MULTIPLY,
            OperatorType.DIVIDE,
            OperatorType.MAXIMUM,
            OperatorType.MINIMUM)) {
      Graphs image = Graphs.input(3, 4, 2).conv2d(5);
      int whole = image.value();
      int channels = image.then(OperatorType.GLOBAL_AVG_POOL2D).then(OperatorType.SIGMOID).value();
      check(
          checked,
          image.join(type, none, whole, channels).flatten().dense(3).build(),
          5,
          type + " channels");
      Graphs vector = Graphs.input(6).dense(7).then(OperatorType.SIGMOID);
      int all = vector.value();
      int one = vector.dense(1).value();
      check(checked, vector.join(type, none, one, all).dense(3).build(), 5, type + " one for all");
      Graphs twice = Graphs.input(6).dense(9);
      int read = twice.value();
      check(checked, twice.join(type, none, read, read).dense(3).build(), 5, type + " twice");
    }
    for (Padding padding : List.of(Padding.SAME, Padding.VALID, Padding.of(2, 0, 1, 1))) {
      for (int stride : new int[] {1, 2, 3}) {
        for (int groups : new int[] {1, 2, 4}) {
          Attributes conv = new Attributes.Conv2d(8, 3, 2, stride, padding, groups, true);
          Attributes pool = new Attributes.Pool2d(3, 2, stride, padding);
          String name = padding + " stride " + stride + " groups " + groups;
          Graphs front = Graphs.input(7, 6, 3).conv2d(4).then(OperatorType.CONV2D, conv);
          check(checked, front.flatten().dense(3).build(), 5, "conv2d " + name);
          for (OperatorType type : List.of(OperatorType.MAX_POOL2D, OperatorType.AVG_POOL2D)) {
            Graph graph =
                Graphs.input(7, 6, 3).conv2d(4).then(type, pool).flatten().dense(3).build();
            check(checked, graph, 6, type + " " + name);
          }
        }
      }
    }
    List<Window> windows =
        List.of(
            new Window(3, 2, 2, 1, 2, 3, Padding.of(2, 1, 0, 2), false),
            new Window(2, 3, 1, 2, 3, 2, Padding.of(1), false),
            new Window(2, 2, 3, 4, 2, 1, Padding.VALID, false),
            new Window(3, 3, 2, 3, 1, 2, Padding.SAME, false));
    for (Window window : windows) {
      for (int groups : new int[] {1, 2, 4}) {
        Attributes conv = new Attributes.Conv2d(8, window, groups, true);
        Graphs front = Graphs.input(7, 6, 3).conv2d(4).then(OperatorType.CONV2D, conv);
        check(checked, front.flatten().dense(3).build(), 5, window + " groups " + groups);
      }
    }
    List<Window> poolWindows =
        List.of(
            new Window(3, 2, 2, 3, 1, 1, Padding.of(1, 1, 2, 0), true),
            new Window(2, 2, 1, 2, 3, 2, Padding.of(1), false),
            new Window(3, 3, 2, 2, 1, 1, Padding.of(1), true),
            new Window(2, 2, 3, 3, 1, 1, Padding.VALID, true));
    for (Window window : poolWindows) {
      for (boolean counted : new boolean[] {false, true}) {
        for (OperatorType type : List.of(OperatorType.MAX_POOL2D, OperatorType.AVG_POOL2D)) {
          Attributes pool = new Attributes.Pool2d(window, counted);
          Graphs front = Graphs.input(7, 6, 3).conv2d(4).then(type, pool);
          check(checked, front.flatten().dense(3).build(), 6, type + " " + window);
        }
      }
    }
    check(
        checked,
        Graphs.input(7, 6, 3).conv2d(4).then(OperatorType.GLOBAL_MAX_POOL2D).dense(3).build(),
        6,
        "global maximum");
    Attributes.Permute permute = new Attributes.Permute(List.of(1, 2, 0));
    Attributes.Pad pad = new Attributes.Pad(List.of(1, 0, 2), List.of(0, 3, 1));
    for (Attributes.Slice slice :
        List.of(
            new Attributes.Slice(0, 1, 3, 1),
            new Attributes.Slice(1, -1, -Integer.MAX_VALUE, -2),
            new Attributes.Slice(2, 0, Integer.MAX_VALUE, 2),
            new Attributes.Slice(2, 2, 0, -1))) {
      Graphs front = Graphs.input(4, 5, 2).conv2d(3).then(OperatorType.SLICE, slice);
      check(checked, front.flatten().dense(3).build(), 7, slice.toString());
    }
    for (OperatorType type :
        List.of(OperatorType.MEAN, OperatorType.SUM, OperatorType.MAX, OperatorType.L2)) {
      for (List<Integer> axes :
          List.of(
              List.of(0), List.of(1), List.of(2), List.of(0, 2), List.of(1, 0), List.of(0, 1, 2))) {
        Attributes reduce = new Attributes.Reduce(axes, axes.size() == 2);
        Graphs front = Graphs.input(3, 4, 2).conv2d(5).then(type, reduce);
        check(checked, front.flatten().dense(3).build(), 7, type + " over " + axes);
      }
    }
    for (int groups : new int[] {1, 2, 6}) {
      Attributes norm = new Attributes.GroupNorm(groups, 1e-2f);
      Graphs front = Graphs.input(3, 4, 2).conv2d(6).then(OperatorType.GROUP_NORM, norm);
      check(checked, front.flatten().dense(3).build(), 7, groups + " groups");
    }
    for (int size : new int[] {1, 3, 11}) {
      Attributes norm = new Attributes.LocalResponse(size, 0.5f, 0.75f, 2);
      Graphs front = Graphs.input(3, 4, 2).conv2d(6).then(OperatorType.LOCAL_RESPONSE_NORM, norm);
      check(checked, front.flatten().dense(3).build(), 7, size + " channels");
    }
    Attributes learned = new Attributes.Learned(Shape.of(2, 1), 1, 0.5f);
    Graphs constants = Graphs.input(6).dense(7);
    int row = constants.value();
    int constant = constants.join(OperatorType.LEARNED, learned).value();
    constants.join(OperatorType.MULTIPLY, none, row, constant).flatten();
    check(checked, constants.dense(3).build(), 7, "a learned constant");
    Attributes.Normalize normalize =
        new Attributes.Normalize(List.of(1f, 2f, 3f), List.of(4f, 5f, 6f));
    Graphs image =
        Graphs.input(4, 5, 2)
            .conv2d(3)
            .then(OperatorType.PERMUTE, permute)
            .then(OperatorType.PAD, pad);
    check(checked, image.flatten().dense(3).build(), 7, "permute and pad");
    image = Graphs.input(4, 5, 2).conv2d(3).then(OperatorType.NORMALIZE, normalize);
    check(
        checked,
        image.then(OperatorType.GLOBAL_AVG_POOL2D).dense(3).build(),
        8,
        "normalize, global pool");
    image =
        Graphs.input(4, 5, 2)
            .conv2d(3)
            .then(OperatorType.BATCH_NORM, new Attributes.BatchNorm(0.9f, 1e-3f));
    check(checked, image.flatten().dense(3).build(), 9, "batchNorm");
    image =
        Graphs.input(4, 5, 2)
            .conv2d(3)
            .then(OperatorType.LAYER_NORM, new Attributes.LayerNorm(1e-3f));
    check(checked, image.flatten().dense(3).build(), 10, "layerNorm");
    image =
        Graphs.input(4, 5, 2).conv2d(3).then(OperatorType.DROPOUT, new Attributes.Dropout(0.4f));
    check(checked, image.flatten().dense(3).build(), 11, "dropout");
    image = Graphs.input(4, 5, 2).conv2d(3).then(OperatorType.SCALE, new Attributes.Scale(-1.5f));
    check(
        checked,
        image.then(OperatorType.RESHAPE, new Attributes.Reshape(Shape.of(60))).dense(3).build(),
        12,
        "scale");
    check(
        checked,
        Graphs.input(6).dense(5).then(OperatorType.IDENTITY).dense(3).build(),
        13,
        "y = x");
    for (OperatorType join : List.of(OperatorType.ADD, OperatorType.CONCAT)) {
      Graphs graphs = Graphs.input(6).dense(4);
      int left = graphs.value();
      int right = graphs.then(OperatorType.TANH).dense(4).value();
      Attributes attributes = join == OperatorType.ADD ? none : new Attributes.Concat(0);
      check(checked, graphs.join(join, attributes, left, right).dense(3).build(), 14, join.label());
    }
    for (int axis : new int[] {Attributes.Softmax.LAST, 0, 1, 2}) {
      Graphs softmax =
          Graphs.input(5, 3, 2)
              .conv2d(4)
              .then(OperatorType.SOFTMAX, new Attributes.Softmax(axis))
              .flatten();
      check(checked, softmax.dense(3).build(), 17, "softmax " + axis);
    }
    for (boolean transposeFirst : new boolean[] {false, true}) {
      for (boolean transposeSecond : new boolean[] {false, true}) {
        Attributes matmul = new Attributes.Matmul(transposeFirst, transposeSecond);
        String name = "matmul " + transposeFirst + " " + transposeSecond;
        Graphs square = Graphs.input(2, 3, 3).conv2d(3);
        int left = square.value();
        int right = square.conv2d(3).value();
        square.join(OperatorType.MATMUL, matmul, left, right);
        check(checked, square.flatten().dense(3).build(), 18, name);
        Graphs one = Graphs.input(2, 3, 3).conv2d(3);
        int many = one.value();
        one.then(OperatorType.GLOBAL_AVG_POOL2D).dense(9);
        one.then(OperatorType.RESHAPE, new Attributes.Reshape(Shape.of(3, 3)));
        int shared = one.value();
        one.join(OperatorType.MATMUL, matmul, many, shared);
        check(checked, one.flatten().dense(3).build(), 19, name + ", one for all");
        one = Graphs.input(2, 3, 3).conv2d(3);
        many = one.value();
        one.then(OperatorType.GLOBAL_AVG_POOL2D).dense(9);
        shared = one.then(OperatorType.RESHAPE, new Attributes.Reshape(Shape.of(3, 3))).value();
        one.join(OperatorType.MATMUL, matmul, shared, many);
        check(checked, one.flatten().dense(3).build(), 20, name + ", all by one");
        Graphs twice = Graphs.input(2, 3, 3).conv2d(3);
        int read = twice.value();
        twice.join(OperatorType.MATMUL, matmul, read, read);
        check(checked, twice.flatten().dense(3).build(), 21, name + ", by itself");
      }
    }
    Graphs sequence = Graphs.input(5, 3).dense(4);
    check(checked, sequence.flatten().dense(3).build(), 22, "dense of tokens");
    for (int heads : new int[] {1, 2, 3}) {
      Network tokens = Network.input(5, 4).dense(18).attention(heads).flatten().dense(3);
      check(checked, tokens.lower(), 23, "attention of " + heads);
      Network ids = Network.input(5, 4).dense(18).named("wide").dense(1).flatten().relu();
      ids = ids.paddingMask(0).named("mask").from("wide").maskedAttention("mask", heads);
      check(checked, ids.flatten().dense(3).lower(), 24, "masked attention of " + heads);
    }
    Network hidden = Network.input(5, 4).dense(6).named("wide").from("input").flatten().scale(0);
    check(
        checked,
        hidden
            .dense(5)
            .frozen()
            .relu()
            .named("mask")
            .from("wide")
            .maskedMean("mask")
            .dense(3)
            .lower(),
        25,
        "maskedMean");
    hidden = hidden.reshape(20).relu().dense(5).relu().scale(0).named("none").from("wide");
    check(
        checked,
        hidden.maskedAttention("none", 2).named("a").maskedMean("none").dense(3).lower(),
        26,
        "all hidden");
    for (int padding : new int[] {-1, 0, 1}) {
      Network numbers = Network.input(6).dense(7).relu().paddingMask(0);
      numbers = numbers.embedding(2, 5, padding).flatten().dense(3);
      check(checked, numbers.lower(), 27, "embedding, padding " + padding);
    }
    for (OperatorType type : List.of(OperatorType.LSTM, OperatorType.GRU, OperatorType.RNN)) {
      for (int units : new int[] {1, 3, 9}) {
        for (int flags = 0; flags < 4; flags++) {
          boolean all = flags % 2 == 1;
          Attributes attributes = new Attributes.Recurrent(units, all, flags > 1);
          Graphs steps = Graphs.input(4, 2).dense(3).then(type, attributes);
          steps = all ? steps.flatten() : steps;
          check(checked, steps.dense(3).build(), 28, type + " " + units + " " + flags);
        }
      }
      Attributes single = new Attributes.Recurrent(2, true, false);
      Graphs first = Graphs.input(1, 2).then(type, single).flatten();
      check(checked, first.dense(3).build(), 29, type + " of one step");
    }
    Network flattened = Network.image(3, 2, 2).conv2d(2, 2).flatten().dense(3);
    check(checked, flattened.lower(), 16, "flatten");
    // what reads a folded row of several values
    Graphs branches = Graphs.input(6).frozenDense(3);
    int first = branches.value();
    int second = branches.from(0).frozenDense(4).value();
    Graph folded =
        branches
            .join(
                OperatorType.CONCAT,
                new Attributes.Concat(0),
                branches.from(first).dense(2).value(),
                branches.from(second).dense(2).value())
            .build();
    FoldingPlan folding = FoldingPlan.of(folded, FoldingPlan.Options.defaults(folded));
    check(checked, folding.rest(), 15, "the rest of a folded graph");
    assertEquals(EnumSet.allOf(OperatorType.class), checked);
  }

  @Test
  void randomGraphsAgreeWithTheReference() {
    for (long seed = 0; seed < 150; seed++) {
      checkAgainstReference(Graphs.random(seed, true), seed, "seed " + seed);
    }
  }

  @Test
  void prunedAndUnprunedGiveTheSameBits() {
    for (long seed = 0; seed < 400; seed++) {
      Graph graph = Graphs.random(seed, seed % 2 == 0);
      Problem problem = new Problem(graph, seed);
      float[] pruned = problem.train(engine(graph, true, ROWS));
      float[] whole = problem.train(engine(graph, false, ROWS));
      assertArrayEquals(whole, pruned, "seed " + seed);
    }
  }

  @Test
  void foldedAndUnfoldedGiveTheSameBits() {
    int folds = 0;
    for (long seed = 0; seed < 400; seed++) {
      Graph graph = Graphs.random(seed, true);
      FoldingPlan folding = FoldingPlan.of(graph, FoldingPlan.Options.defaults(graph));
      Problem problem = new Problem(graph, seed);
      if (folding.isEmpty()) {
        continue;
      }
      folds++;
      Engine prefix = Engine.forInference(folding.prefix(), ROWS, KernelProvider.create());
      System.arraycopy(
          problem.input, 0, prefix.input(), prefix.inputOffset(), problem.input.length);
      prefix.forward(folding.parametersOf(folding.prefix(), problem.parameters), ROWS);
      for (boolean pruning : new boolean[] {true, false}) {
        Engine rest = engine(folding.rest(), pruning, ROWS + 1);
        int folded = ROWS * folding.foldedSize();
        System.arraycopy(
            prefix.output(), prefix.outputOffset(), rest.input(), rest.inputOffset(), folded);
        float[] gradient = new float[TrainableLayout.of(graph).stateLength()];
        float[] parameters = folding.parametersOf(folding.rest(), problem.parameters);
        double loss =
            rest.lossAndGradient(
                parameters, ROWS, problem.labels, problem.weights, DROPOUT_KEY, 3, gradient);
        float[] expected = problem.train(engine(graph, false, ROWS));
        assertArrayEquals(Arrays.copyOf(expected, gradient.length), gradient, "seed " + seed);
        assertEquals(expected[gradient.length], (float) loss, "seed " + seed);
        BackwardPlan plan = BackwardPlan.of(folding.rest(), pruning);
        assertEquals(plan.cost().flops(ROWS), rest.counters().flops(), "seed " + seed);
        assertEquals(plan.cost().bytes(ROWS), rest.counters().bytes(), "seed " + seed);
      }
    }
    assertTrue(folds > 100, folds + " of the graphs were folded");
  }

  @Test
  void mergingConstantsChangesLogitsByRoundingOnly() {
    int merged = 0;
    for (long seed = 0; seed < 600; seed++) {
      Graph graph = Graphs.random(seed, true);
      InferencePlan plan = InferencePlan.of(graph);
      if (plan.merges().isEmpty()) {
        continue;
      }
      merged++;
      Problem problem = new Problem(graph, seed);
      float[] expected = logits(graph, problem.parameters, problem.input);
      float[] actual = logits(plan.graph(), plan.parameters(problem.parameters), problem.input);
      for (int i = 0; i < expected.length; i++) {
        assertEquals(
            expected[i],
            actual[i],
            1e-4 * (1 + Math.abs(expected[i])),
            "seed " + seed + plan.merges());
      }
    }
    assertTrue(merged > 50, merged + " graphs had something to merge");
  }

  private static float[] logits(Graph graph, float[] parameters, float[] input) {
    Engine engine = Engine.forInference(graph, ROWS, KernelProvider.create());
    System.arraycopy(input, 0, engine.input(), engine.inputOffset(), input.length);
    engine.forward(parameters, ROWS);
    int from = engine.outputOffset();
    return Arrays.copyOfRange(engine.output(), from, from + ROWS * graph.output().shape().size());
  }

  @Test
  void anEngineLeavesNothingBehindForTheNextBatch() {
    for (long seed = 0; seed < 100; seed++) {
      Graph graph = Graphs.random(seed, true);
      Engine engine = engine(graph, true, ROWS + 3);
      Problem problem = new Problem(graph, seed);
      float[] first = problem.train(engine);
      new Problem(graph, seed + 1).train(engine);
      assertArrayEquals(first, problem.train(engine), "seed " + seed);
      assertArrayEquals(first, problem.train(engine(graph, true, ROWS)), "seed " + seed);
    }
  }

  @Test
  void countersEqualThePlan() {
    for (long seed = 0; seed < 300; seed++) {
      Graph graph = Graphs.random(seed, true);
      for (boolean pruning : new boolean[] {true, false}) {
        Engine engine = engine(graph, pruning, ROWS);
        new Problem(graph, seed).train(engine);
        BackwardPlan plan = BackwardPlan.of(graph, pruning);
        String message = "seed " + seed + " pruning " + pruning + " " + plan.entries();
        assertEquals(plan.cost().flops(ROWS), engine.counters().flops(), message);
        assertEquals(plan.cost().bytes(ROWS), engine.counters().bytes(), message);
      }
    }
  }

  /** Who reads the values before the activation must still find them. */
  @Test
  void aLayerComputesItsActivationWhereNobodyReadsWhatItIsAppliedTo() {
    Network input = Network.input(6);
    checkActivationSteps(0, 0, OperatorType.RELU, input.dense(4).relu().dense(3));
    checkActivationSteps(0, 0, OperatorType.TANH, input.dense(4).tanh().dense(3));
    // the gradient reads what the activation was applied to
    checkActivationSteps(1, 0, OperatorType.GELU, input.dense(4).gelu().dense(3));
    Network branches = input.dense(4).residual(x -> x.relu().dense(4)).dense(3);
    checkActivationSteps(1, 1, OperatorType.RELU, branches);
    Network image = Network.image(5, 5, 2).conv2d(3, 3).relu().maxPool2d(2).flatten().dense(3);
    checkActivationSteps(0, 0, OperatorType.RELU, image);
    Network apart = Network.image(5, 5, 2).conv2d(3, 3).maxPool2d(2).relu().flatten().dense(3);
    checkActivationSteps(1, 1, OperatorType.RELU, apart);
  }

  private static void checkActivationSteps(
      int inTraining, int inInference, OperatorType type, Network network) {
    Graph graph = network.lower();
    Problem problem = new Problem(graph, 9);
    Engine engine = engine(graph, true, ROWS);
    Profile training = new Profile();
    engine.setProfile(training);
    problem.train(engine);
    assertEquals(inTraining, training.calls(type, Profile.Direction.FORWARD), network.toString());
    assertEquals(1, training.calls(type, Profile.Direction.BACKWARD), network.toString());
    Profile inference = new Profile();
    engine.setProfile(inference);
    System.arraycopy(problem.input, 0, engine.input(), engine.inputOffset(), problem.input.length);
    engine.forward(problem.parameters, ROWS);
    assertEquals(inInference, inference.calls(type, Profile.Direction.FORWARD), network.toString());
    checkAgainstReference(graph, 9, network.toString());
  }

  @Test
  void frozenStatisticsAndWeightsHaveNoPlaceInTheGradient() {
    Graph graph =
        Graphs.input(4)
            .dense(3)
            .frozen(OperatorType.BATCH_NORM, new Attributes.BatchNorm(0.9f, 1e-3f))
            .frozenDense(2)
            .build();
    assertEquals(15, TrainableLayout.of(graph).stateLength());
    checkAgainstReference(graph, 1, "frozen head");
  }

  @Test
  void sparseRowsGiveTheSameBitsAsDenseOnes() {
    Graph graph = Graphs.input(40).dense(9).then(OperatorType.RELU).dense(3).build();
    Problem problem = new Problem(graph, 3);
    Random random = new Random(4);
    for (int i = 0; i < problem.input.length; i++) {
      problem.input[i] = random.nextInt(5) == 0 ? problem.input[i] : 0f;
    }
    float[] dense = problem.train(engine(graph, true, ROWS));
    Engine engine =
        Engine.forTraining(graph, true, CrossEntropy.PLAIN, ROWS, true, KernelProvider.create());
    SparseRows sparse = engine.sparseInput();
    sparse.ensureCapacity(problem.input.length);
    int stored = 0;
    for (int row = 0; row < ROWS; row++) {
      for (int column = 0; column < 40; column++) {
        float value = problem.input[row * 40 + column];
        if (value != 0) {
          sparse.columns()[stored] = column;
          sparse.values()[stored++] = value;
        }
      }
      sparse.rowStart()[row + 1] = stored;
    }
    float[] gradient = new float[TrainableLayout.of(graph).stateLength()];
    double loss =
        engine.lossAndGradient(
            problem.parameters, ROWS, problem.labels, problem.weights, DROPOUT_KEY, 0, gradient);
    for (int i = 0; i < gradient.length; i++) {
      assertEquals(dense[i], gradient[i]);
    }
    float[] added = gradient.clone();
    long flops = engine.counters().flops();
    long bytes = engine.counters().bytes();
    Arrays.fill(gradient, Float.NaN);
    engine.lossAndGradient(
        problem.parameters, ROWS, problem.labels, problem.weights, DROPOUT_KEY, 0, false, gradient);
    assertArrayEquals(added, gradient, "written over anything");
    SparseCost cost = new SparseCost(BackwardPlan.of(graph, true));
    assertEquals(cost.flops(ROWS, stored), flops);
    assertEquals(cost.bytes(ROWS, stored), bytes);
    assertEquals(dense[gradient.length], (float) loss);
  }

  @Test
  void gradientsWrittenOverAnythingHaveTheBitsOfThoseAddedToZero() {
    for (long seed = 0; seed < 300; seed++) {
      Graph graph = Graphs.random(seed, true);
      Problem problem = new Problem(graph, seed);
      for (boolean pruning : new boolean[] {true, false}) {
        Engine engine = engine(graph, pruning, ROWS);
        float[] expected = problem.train(engine);
        float[] gradient = new float[expected.length - 1];
        Arrays.fill(gradient, Float.NaN);
        System.arraycopy(
            problem.input, 0, engine.input(), engine.inputOffset(), problem.input.length);
        engine.lossAndGradient(
            problem.parameters,
            ROWS,
            problem.labels,
            problem.weights,
            DROPOUT_KEY,
            3,
            false,
            gradient);
        assertArrayEquals(Arrays.copyOf(expected, gradient.length), gradient, "seed " + seed);
      }
    }
  }

  @Test
  void theWorkspaceIsWhatThePlanSays() {
    for (long seed = 0; seed < 300; seed++) {
      TrainingPlan plan = TrainingPlan.of(Graphs.random(seed, true));
      int rows = 3;
      Engine kept = engine(plan.backward().graph(), true, rows);
      Engine whole = engine(plan.graph(), false, rows);
      assertEquals(4L * rows * plan.workspaceFloatsPerRow(), kept.workspaceBytes(), "seed " + seed);
      assertEquals(
          4L * rows * plan.wholeWorkspaceFloatsPerRow(), whole.workspaceBytes(), "seed " + seed);
    }
  }

  @Test
  void aFrozenFirstLayerKeepsNoActivations() {
    Graph graph =
        Graphs.input(8, 8, 1).conv2d(16).then(OperatorType.RELU).flatten().dense(4).build();
    Graph frozen = Graphs.freeze(graph, "conv2d_1");
    long whole = engine(graph, true, 8).workspaceBytes();
    long pruned = engine(frozen, true, 8).workspaceBytes();
    assertTrue(pruned < whole, pruned + " bytes frozen, " + whole + " not");
  }
}
