package io.github.secateur.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.secateur.graph.Graph;
import io.github.secateur.graph.Operator;
import io.github.secateur.graph.OperatorType;
import io.github.secateur.graph.Padding;
import io.github.secateur.graph.Parameter;
import io.github.secateur.graph.Shape;
import io.github.secateur.graph.ShapeException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("text")
class NetworkTest {
  private static final Network DIGITS =
      Network.image(28, 28, 1)
          .scale(1f / 255)
          .conv2d(32, 3)
          .relu()
          .maxPool2d(2)
          .flatten()
          .dense(128)
          .relu()
          .dropout(0.3f)
          .dense(10);

  @Test
  void learnedConstantsAreDrawnFromTheirNormalDistribution() {
    Network network = Network.input(2).gate(x -> x.parameter(new int[] {5000, 2}, 3, 0.5f));
    float[] values = network.flatten().dense(2).initialParameters(7);
    double mean = 0;
    double variance = 0;
    for (int i = 0; i < 10_000; i++) {
      mean += values[i] / 1e4;
      variance += (values[i] - 3) * (values[i] - 3) / 1e4;
    }
    assertEquals(3, mean, 0.02);
    assertEquals(0.25, variance, 0.01);
    float[] zeros = Network.input(2).gate(x -> x.parameter(2)).dense(2).initialParameters(7);
    assertEquals(0f, zeros[0]);
    assertEquals(0f, zeros[1]);
  }

  @Test
  void eachLayerBecomesOneOperatorOfItsName() {
    Graph graph = DIGITS.lower();
    assertEquals(
        List.of(
            "input INPUT 28×28×1",
            "scale_1 SCALE 28×28×1",
            "conv2d_1 CONV2D 28×28×32",
            "relu_1 RELU 28×28×32",
            "maxPool2d_1 MAX_POOL2D 14×14×32",
            "flatten_1 FLATTEN 6272",
            "dense_1 DENSE 128",
            "relu_2 RELU 128",
            "dropout_1 DROPOUT 128",
            "dense_2 DENSE 10"),
        graph.operators().stream().map(o -> o.name() + " " + o.type() + " " + o.shape()).toList());
    assertEquals(
        List.of(
            "conv2d_1.kernel 3×3×1×32 0 HE_UNIFORM",
            "conv2d_1.bias 32 288 ZEROS",
            "dense_1.kernel 6272×128 320 HE_UNIFORM",
            "dense_1.bias 128 803136 ZEROS",
            "dense_2.kernel 128×10 803264 GLOROT_UNIFORM",
            "dense_2.bias 10 804544 ZEROS"),
        graph.parameters().stream()
            .map(p -> p.name() + " " + p.shape() + " " + p.offset() + " " + p.initializer())
            .toList());
    assertEquals(10, DIGITS.classes());
    assertEquals(784, DIGITS.inputSize());
    assertEquals(graph.parameterCount(), DIGITS.parameterCount());
  }

  @Test
  void branchesReadTheSameValueAndJoin() {
    Graph graph =
        Network.image(4, 4, 2)
            .conv2d(3, 3)
            .residual(x -> x.relu().conv2d(5, 3), x -> x.conv2d(5, 1))
            .concat(x -> x, x -> x.residual(y -> y.tanh()), x -> x.conv2d(1, 1))
            .globalAvgPool2d()
            .lower();
    assertEquals(
        List.of(
            "0 input [] 4×4×2",
            "1 conv2d_1 [0] 4×4×3",
            "2 relu_1 [1] 4×4×3",
            "3 conv2d_2 [2] 4×4×5",
            "4 conv2d_3 [1] 4×4×5",
            "5 residual_1 [3, 4] 4×4×5",
            "6 tanh_1 [5] 4×4×5",
            "7 residual_2 [6, 5] 4×4×5",
            "8 conv2d_4 [5] 4×4×1",
            "9 concat_1 [5, 7, 8] 4×4×11",
            "10 globalAvgPool2d_1 [9] 11"),
        graph.operators().stream()
            .map(o -> o.id() + " " + o.name() + " " + o.inputs() + " " + o.shape())
            .toList());
    assertEquals(OperatorType.ADD, graph.operator(5).type());
    assertEquals(OperatorType.CONCAT, graph.operator(9).type());
  }

  @Test
  void theLastDenseLayerIsDrawnByGlorotsRuleWhereverItIs() {
    Graph graph = Network.input(3).dense(3).residual(x -> x.dense(3).relu()).layerNorm().lower();
    assertEquals(
        Parameter.Initializer.HE_UNIFORM, graph.operator(1).parameter("kernel").initializer());
    assertEquals(
        Parameter.Initializer.GLOROT_UNIFORM, graph.operator(2).parameter("kernel").initializer());
  }

  @Test
  void namesAreTypesAndRunningNumbersUnlessGiven() {
    Network network =
        Network.input(4)
            .dense(4)
            .named("stem")
            .dense(4)
            .residual(x -> x.dense(4).relu())
            .named("dense_4")
            .dense(4)
            .relu();
    assertEquals(
        List.of("input", "stem", "dense_2", "dense_3", "relu_1", "dense_4", "dense_5", "relu_2"),
        network.lower().operators().stream().map(Operator::name).toList());
  }

  @Test
  void namesMustBeUniqueAndPlain() {
    Network network = Network.input(4).dense(4).named("a").residual(x -> x.relu().named("b"));
    assertMessage(
        "layer names must be unique, found \"a\" twice; give one of them another name",
        () -> network.named("a"));
    assertMessage(
        "layer names must be unique, found \"b\" twice; give one of them another name",
        () -> network.relu().named("b"));
    assertMessage(
        "layer names must be unique, found \"a\" twice; give one of them another name",
        () -> network.concat(x -> x, x -> x.relu().named("a")));
    assertMessage(
        "layer names must be unique, found \"input\" twice; give one of them another name",
        () -> network.named("input"));
    assertMessage(
        "a layer name is made of 1 to 100 letters, digits and _ . / -, found \"\"",
        () -> network.named(""));
    assertEquals(network, network.named("residual_1"));
    assertEquals("a", network.named("c").named("residual_1").layers().get(0).name());
  }

  @Test
  void frozenActsOnTheLayerJustAddedAndAllInside() {
    Graph graph =
        Network.input(4)
            .dense(4)
            .frozen()
            .dense(4)
            .residual(x -> x.dense(4).residual(y -> y.dense(4)))
            .frozen()
            .concat(x -> x.dense(2), x -> x.dense(3).frozen())
            .dense(2)
            .lower();
    assertEquals(
        List.of("dense_1", "dense_3", "dense_4", "residual_1", "residual_2", "dense_6"),
        graph.operators().stream().filter(Operator::frozen).map(Operator::name).toList());
    assertEquals(
        "frozen() acts on the layer just added; add a layer before it",
        assertThrows(IllegalStateException.class, () -> Network.input(2).frozen()).getMessage());
    assertEquals(
        "named() acts on the layer just added; add a layer before it",
        assertThrows(IllegalStateException.class, () -> Network.input(2).named("a")).getMessage());
  }

  @Test
  void layersAreFrozenByName() {
    Network network =
        Network.input(4).dense(4).residual(x -> x.dense(4).residual(y -> y.dense(4))).dense(2);
    assertEquals(
        Network.input(4)
            .dense(4)
            .residual(x -> x.dense(4).residual(y -> y.dense(4)).frozen())
            .dense(2)
            .frozen(),
        network.withFrozen(List.of("dense_4", "residual_1")));
    assertEquals(
        Network.input(4)
            .dense(4)
            .residual(x -> x.dense(4).residual(y -> y.dense(4)))
            .frozen()
            .dense(2),
        network.withFrozen(List.of("residual_2")));
    assertEquals(network, network.withFrozen(List.of()));
    assertMessage(
        "no layer is named [a, b]; the layers are [dense_1, dense_2, dense_3, residual_1,"
            + " residual_2, dense_4]",
        () -> network.withFrozen(List.of("b", "dense_1", "a")));
  }

  @Test
  void aLayerThatDoesNotFitIsRefusedAsItIsAdded() {
    Network image = Network.image(8, 8, 3);
    assertShapeError(
        "layer \"dense_1\" (dense) expects a vector (add flatten() before it), found shape 8×8×3",
        () -> image.dense(10));
    assertShapeError(
        "layer \"conv2d_1\" (conv2d) expects an image [height × width × channels], found shape 192",
        () -> image.flatten().conv2d(4, 3));
    assertShapeError(
        "layer \"conv2d_1\" (conv2d) expects an image of at least 9×9 (or \"same\" padding), found"
            + " shape 8×8×3",
        () -> image.conv2d(Conv2d.of(4, 9).valid()));
    assertShapeError(
        "layer \"conv2d_1\" (conv2d) expects channels and filters that are multiples of 2 groups,"
            + " found 3 channels and 4 filters",
        () -> image.conv2d(Conv2d.of(4, 3).groups(2)));
    assertShapeError(
        "layer \"residual_1\" (residual) expects a branch whose output has the shape of its"
            + " shortcut, 8×8×3, found shape 8×8×4",
        () -> image.residual(x -> x.conv2d(4, 3)));
    assertShapeError(
        "layer \"concat_1\" (concat) expects branches equal to 8×8×3 but for axis 2, found shape"
            + " 4×4×3",
        () -> image.concat(x -> x, x -> x.maxPool2d(2)));
    assertShapeError(
        "layer \"reshape_1\" (reshape) expects a row of 10 values to form 10, found shape 8×8×3",
        () -> image.reshape(10));
    assertShapeError(
        "layer \"dropout_1\" (dropout) expects a rate in [0, 1), found 1.0",
        () -> image.dropout(1));
    assertMessage(
        "layer \"batchNorm_1\" (batchNorm): epsilon must be finite, found Infinity",
        () -> image.batchNorm(0.9f, Float.POSITIVE_INFINITY));
    assertMessage(
        "layer \"dense_1\" (dense): a row may hold at most 2^31 - 1 values, found shape [192,"
            + " 2000000000]",
        () -> image.flatten().dense(2_000_000_000));
    assertMessage(
        "a network may have at most 2147483639 parameters, layer \"dense_3\" (dense) makes it"
            + " 3000220000",
        () -> Network.input(1).dense(50_000).dense(20_000).dense(100_000));
  }

  private static void assertShapeError(String message, Runnable action) {
    assertEquals(message, assertThrows(ShapeException.class, action::run).getMessage());
  }

  @Test
  void aBranchMustComeFromItsStart() {
    Network network = Network.input(4);
    String message = "a branch must return the network that it is given, with layers added to it";
    assertMessage(message, () -> network.residual(x -> network.relu()));
    assertMessage(message, () -> network.residual(x -> null));
    assertMessage("concat expects at least 2 branches, found 1", () -> network.concat(x -> x));
  }

  @Test
  void theOutputMustBeLogits() {
    assertMessage(
        "a network needs at least one layer, found none; end it with dense(classes)",
        () -> Network.input(4).lower());
    assertMessage(
        "the output of a network must be logits, a vector of one value for each of at least 2"
            + " classes, found shape 8×8×4 after layer \"conv2d_1\" (conv2d); end the network with"
            + " flatten().dense(classes)",
        () -> Network.image(8, 8, 1).conv2d(4, 3).lower());
    assertMessage(
        "the output of a network must be logits, a vector of one value for each of at least 2"
            + " classes, found shape 1 after layer \"dense_1\" (dense); end the network with"
            + " dense(2)",
        () -> Network.input(4).dense(1).classes());
  }

  @Test
  void depthwiseConvolutionHasOneFilterForEachChannel() {
    Graph graph = Network.image(5, 5, 3).depthwiseConv2d(3, 2).flatten().lower();
    assertEquals(Shape.of(3, 3, 1, 3), graph.operator(1).parameter("kernel").shape());
    assertEquals(Shape.of(3, 3, 3), graph.operator(1).shape());
  }

  @Test
  void aPerceptronHasAnActivationBetweenItsDenseLayers() {
    assertEquals(
        Network.input(784).dense(256).relu().dense(128).relu().dense(10),
        Network.mlp(new int[] {784, 256, 128, 10}, "relu"));
    assertEquals(Network.input(4).dense(3), Network.mlp(new int[] {4, 3}, "sigmoid"));
    assertEquals(
        Network.input(4).dense(3).leakyRelu().dense(2),
        Network.mlp(new int[] {4, 3, 2}, "leakyRelu"));
    assertMessage(
        "activation must be one of relu, relu6, leakyRelu, elu, selu, gelu, geluTanh, silu,"
            + " hardSwish, mish, tanh, sigmoid, hardSigmoid, softplus, found"
            + " \"softmax\"",
        () -> Network.mlp(new int[] {4, 3}, "softmax"));
    assertMessage(
        "layers must be the number of features, hidden sizes, and the number of classes, each at"
            + " least 1, found [4]",
        () -> Network.mlp(new int[] {4}, "relu"));
    assertMessage(
        "layers must be the number of features, hidden sizes, and the number of classes, each at"
            + " least 1, found [4, 0, 2]",
        () -> Network.mlp(new int[] {4, 0, 2}, "relu"));
  }

  @Test
  void networksAreComparedByValue() {
    Network same = Network.fromJson(DIGITS.toJson());
    assertEquals(DIGITS, same);
    assertEquals(DIGITS.hashCode(), same.hashCode());
    assertNotEquals(DIGITS, DIGITS.frozen());
    assertNotEquals(DIGITS, DIGITS.named("logits"));
    assertNotEquals(Network.input(2).scale(1), Network.input(2).scale(2));
    assertNotEquals(Network.input(4).relu(), Network.input(5).relu());
  }

  @Test
  void addingALayerLeavesTheNetworkAsItWas() {
    Network before = Network.input(4).dense(3);
    String text = before.toString();
    before.relu().frozen().named("x");
    before.named("y");
    assertEquals(text, before.toString());
    assertThrows(UnsupportedOperationException.class, () -> before.layers().clear()); // of the JDK
  }

  @Test
  void initialWeightsFollowTheRulesOfTheirLayers() {
    Network network =
        Network.image(6, 6, 3)
            .conv2d(64, 5)
            .batchNorm()
            .globalAvgPool2d()
            .dense(100)
            .relu()
            .dense(10)
            .layerNorm();
    Graph graph = network.lower();
    float[] values = network.initialParameters(42);
    assertEquals(graph.parameterCount(), values.length);
    assertUniform(values, graph.operator(1).parameter("kernel"), Math.sqrt(6.0 / 75));
    assertUniform(values, graph.operator(4).parameter("kernel"), Math.sqrt(6.0 / 64));
    assertUniform(values, graph.operator(6).parameter("kernel"), Math.sqrt(6.0 / 110));
    for (Parameter parameter : graph.parameters()) {
      float expected =
          switch (parameter.initializer()) {
            case ZEROS -> 0;
            case ONES -> 1;
            default -> Float.NaN;
          };
      for (int i = 0; i < parameter.size() && !Float.isNaN(expected); i++) {
        assertEquals(expected, values[parameter.offset() + i], parameter.name());
      }
    }
  }

  private static void assertUniform(float[] values, Parameter parameter, double limit) {
    double sum = 0;
    double squares = 0;
    double largest = 0;
    for (int i = parameter.offset(); i < parameter.offset() + parameter.size(); i++) {
      sum += values[i];
      squares += values[i] * values[i];
      largest = Math.max(largest, Math.abs(values[i]));
    }
    int n = parameter.size();
    double deviation = limit / Math.sqrt(3);
    assertTrue(largest <= limit * 1.000001 && largest > 0.99 * limit, parameter.name());
    assertEquals(0, sum / n, 4 * deviation / Math.sqrt(n), parameter.name());
    assertEquals(1, Math.sqrt(squares / n) / deviation, 4 / Math.sqrt(n), parameter.name());
  }

  @Test
  void initialWeightsDependOnTheSeedAndOnNothingElse() {
    Network network = Network.input(3).dense(4).dense(2);
    float[] values = network.initialParameters(1);
    assertArrayEquals(values, network.initialParameters(1));
    assertArrayEquals(
        values, Network.input(3).dense(4).named("a").frozen().relu().dense(2).initialParameters(1));
    assertFalse(values[0] == network.initialParameters(2)[0]);
    // fixed for good: a saved seed gives the same model in every release and on every JDK
    assertArrayEquals(new float[] {0.54733497f, 1.3343581f}, Arrays.copyOf(values, 2));
  }

  @Test
  void aNetworkPrintsAsATable() {
    Network network =
        Network.image(28, 28, 1)
            .scale(1f / 255)
            .conv2d(32, 3)
            .frozen()
            .named("stem")
            .residual(x -> x.batchNorm().relu().conv2d(32, 3))
            .maxPool2d(2, 3, Padding.SAME)
            .flatten()
            .dense(10);
    assertEquals(
        """
        layer          type            output    parameters
        ───────────────────────────────────────────────────
        input                          28×28×1
        scale_1        scale           28×28×1
        stem           conv2d, frozen  28×28×32         320
          batchNorm_1  batchNorm       28×28×32         128
          relu_1       relu            28×28×32
          conv2d_2     conv2d          28×28×32       9,248
        residual_1     residual        28×28×32
        maxPool2d_1    maxPool2d       10×10×32
        flatten_1      flatten         3200
        dense_1        dense           10            32,010
        total: 41,706 parameters, of which 41,322 trainable\
        """,
        network.toString());
    assertEquals(
        "layer  type  output  parameters\n"
            + "─".repeat(31)
            + "\ninput        3\ntotal: 0 parameters",
        Network.input(3).toString());
  }

  @Test
  void theBackwardPlanIsExplainedBeforeThereIsData() {
    String text = DIGITS.explainBackward();
    for (NamedLayer layer : DIGITS.layers()) {
      assertTrue(text.contains("\n" + layer.name() + " "), text);
    }
  }

  private static void assertMessage(String message, Runnable action) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, action::run).getMessage());
  }

  @Test
  void aRowHoldsAllInputsOneAfterTheOther() {
    Network network =
        Network.inputs(Input.of("image", 2, 3, 1), Input.of("table", 4))
            .flatten()
            .from("table")
            .concat("flatten_1")
            .dense(2);
    assertEquals(10, network.inputSize());
    assertEquals(
        List.of(
            "input INPUT 10",
            "image INPUT_PART 2×3×1",
            "table INPUT_PART 4",
            "flatten_1 FLATTEN 6",
            "concat_1 CONCAT 10",
            "dense_1 DENSE 2"),
        network.lower().operators().stream()
            .map(o -> o.name() + " " + o.type() + " " + o.shape())
            .toList());
    float[] parameters = new float[network.parameterCount()];
    parameters[0] = 1; // of the first value of the table
    TrainedNetwork trained = TrainedNetwork.of(network, parameters);
    assertEquals(7f, trained.logits(new float[][] {{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}})[0][0]);
  }

  @Test
  void aNetworkWhoseValuesAreNotAllReadIsRefusedWhenItIsUsed() {
    Network open = Network.inputs(Input.of("a", 3), Input.of("b", 3)).dense(2).from("b").dense(2);
    assertTrue(open.toString().contains("dense_2  dense of b"), open.toString());
    assertEquals(
        "no layer reads the value of \"dense_1\"; connect it or leave it out",
        assertThrows(IllegalArgumentException.class, open::lower).getMessage());
    assertEquals(2, open.add("dense_1").lower().output().shape().size());
  }

  @Test
  void aValueCanBeReadTwiceByOneLayer() {
    Network squares = Network.input(2).dense(2).multiply("dense_1");
    TrainedNetwork trained = TrainedNetwork.of(squares, new float[] {1, 0, 0, 1, 0, 0});
    assertArrayEquals(new float[] {9, 25}, trained.logits(new float[][] {{3, -5}})[0]);
  }

  @Test
  void valuesThatDoNotMeetAreRefused() {
    Network network = Network.inputs(Input.of("a", 2, 3), Input.of("b", 2));
    assertEquals(
        "layer \"add_1\" (add) expects values of equal shape 2×3, or of length 1 where they differ,"
            + " found shape 2",
        assertThrows(IllegalArgumentException.class, () -> network.add("b")).getMessage());
  }
}
