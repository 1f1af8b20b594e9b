package io.github.secateur.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.secateur.graph.Attributes;
import io.github.secateur.graph.OperatorType;
import io.github.secateur.graph.Padding;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("text")
class NetworkJsonTest {

  @Test
  void everyLayerSurvivesARoundTrip() {
    Network network =
        Network.image(12, 10, 2)
            .scale(1f / 255)
            .normalize(0.1f, 3.3333333f)
            .normalize(new float[] {0.1f, -0f}, new float[] {Float.MIN_VALUE, Float.MAX_VALUE})
            .conv2d(8, 3)
            .frozen()
            .named("stem")
            .conv2d(Conv2d.of(6, 3, 2).stride(2).valid().groups(2).noBias())
            .conv2d(Conv2d.of(6, 2).strides(1, 2).dilations(2, 1).pads(2, 1, 1, 3))
            .conv2d(Conv2d.of(6, 3).dilation(2).pads(2))
            .depthwiseConv2d(3)
            .batchNorm()
            .batchNorm(0.123456789f, 1e-3f)
            .layerNorm()
            .layerNorm(1e-9f)
            .pad(1)
            .maxPool2d(2)
            .maxPool2d(3, 1, Padding.SAME)
            .avgPool2d(2, 1)
            .avgPool2d(2, 1, Padding.SAME)
            .maxPool2d(Pool2d.of(3, 2).strides(1, 1).pads(1, 0, 1, 1).dilations(1, 1))
            .maxPool2d(Pool2d.of(2).stride(1).dilations(2, 1).pads(1).ceilMode())
            .avgPool2d(Pool2d.of(3).stride(1).pads(1).withPadsCounted())
            .permute(1, 0, 2)
            .identity()
            .relu()
            .leakyRelu()
            .leakyRelu(0.2f)
            .elu()
            .elu(0.7f)
            .gelu()
            .silu()
            .tanh()
            .sigmoid()
            .softplus()
            .residual(x -> x.conv2d(6, 3).residual(y -> y.relu()).frozen())
            .residual(x -> x.conv2d(4, 3), x -> x.conv2d(4, 1))
            .concat(x -> x, x -> x.conv2d(3, 1).concat(y -> y.tanh(), y -> y))
            .concat(0, x -> x, x -> x.relu())
            .reshape(5, 6, 6)
            .named("reshaped")
            .globalAvgPool2d()
            .flatten()
            .dropout(0.3f)
            .dense(3)
            .add(new OperatorLayer(OperatorType.DENSE, new Attributes.Dense(5, false)));
    assertEquals(network, Network.fromJson(network.toJson()));
    assertEquals(network.toJson(), Network.fromJson(network.toJson()).toJson());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 1000, 2000})
  void randomNetworksSurviveARoundTrip(long firstSeed) {
    for (long seed = firstSeed; seed < firstSeed + 200; seed++) {
      Network network = seed % 2 == 0 ? RandomNetworks.graph(seed) : RandomNetworks.connected(seed);
      Network read = Network.fromJson(network.toJson());
      assertEquals(network, read, "seed " + seed);
      assertEquals(network.hashCode(), read.hashCode());
      assertEquals(network.relu().named("again").relu(), read.relu().named("again").relu());
    }
  }

  @Test
  void theTextIsThatOfTheDocumentation() {
    Network network =
        Network.image(28, 28, 1)
            .scale(0.00390625f)
            .conv2d(32, 3)
            .relu()
            .maxPool2d(2)
            .flatten()
            .dense(10)
            .frozen();
    assertEquals(
        """
        {"version":1,"input":[28,28,1],"layers":[\
        {"type":"scale","name":"scale_1","frozen":false,"factor":0.00390625},\
        {"type":"conv2d","name":"conv2d_1","frozen":false,"filters":32,"kernel":[3,3],"stride":1,"padding":"same","groups":1,"bias":true},\
        {"type":"relu","name":"relu_1","frozen":false},\
        {"type":"maxPool2d","name":"maxPool2d_1","frozen":false,"size":[2,2],"stride":2,"padding":"valid"},\
        {"type":"flatten","name":"flatten_1","frozen":false},\
        {"type":"dense","name":"dense_1","frozen":true,"units":10,"bias":true}]}\
        """,
        network.toJson());
  }

  @Test
  void layersThatReadValuesByNameAreOfTheSecondVersion() {
    Network network =
        Network.inputs(Input.of("image", 2, 2, 3), Input.of("table", 4))
            .gate(x -> x.globalAvgPool2d().sigmoid())
            .globalAvgPool2d()
            .named("seen")
            .from("table")
            .dense(3)
            .multiply("seen");
    assertEquals(
        """
        {"version":2,"inputs":[{"name":"image","shape":[2,2,3]},{"name":"table","shape":[4]}],"layers":[\
        {"type":"gate","name":"gate_1","frozen":false,"inputs":["image"],"branch":[\
        {"type":"globalAvgPool2d","name":"globalAvgPool2d_1","frozen":false},\
        {"type":"sigmoid","name":"sigmoid_1","frozen":false}]},\
        {"type":"globalAvgPool2d","name":"seen","frozen":false},\
        {"type":"dense","name":"dense_1","frozen":false,"inputs":["table"],"units":3,"bias":true},\
        {"type":"multiply","name":"multiply_1","frozen":false,"inputs":["dense_1","seen"]}]}\
        """,
        network.toJson());
    assertEquals(network, Network.fromJson(network.toJson()));
  }

  @Test
  void branchesAreListsOfLayers() {
    Network network = Network.input(2).residual(x -> x.dense(2)).concat(x -> x, x -> x.relu());
    assertEquals(
        """
        {"version":1,"input":[2],"layers":[\
        {"type":"residual","name":"residual_1","frozen":false,\
        "branch":[{"type":"dense","name":"dense_1","frozen":false,"units":2,"bias":true}],"shortcut":[]},\
        {"type":"concat","name":"concat_1","frozen":false,"axis":0,\
        "branches":[[],[{"type":"relu","name":"relu_1","frozen":false}]]}]}\
        """,
        network.toJson());
  }

  @Test
  void whatHasADefaultMayBeMissing() {
    String json =
        """
        {"version": 1, "input": [8, 8, 2], "layers": [
          {"type": "conv2d", "filters": 4, "kernel": 3},
          {"type": "conv2d", "filters": 4, "kernel": [1, 3], "bias": false},
          {"type": "maxPool2d", "size": 2},
          {"type": "avgPool2d", "size": [2, 2]},
          {"type": "batchNorm"}, {"type": "layerNorm"}, {"type": "leakyRelu"}, {"type": "elu"},
          {"type": "residual", "branch": []},
          {"type": "concat", "branches": [[], []]},
          {"type": "flatten"}, {"type": "dense", "name": "logits", "units": 3}
        ]}
        """;
    assertEquals(
        Network.image(8, 8, 2)
            .conv2d(4, 3)
            .conv2d(Conv2d.of(4, 1, 3).noBias())
            .maxPool2d(2)
            .avgPool2d(2)
            .batchNorm()
            .layerNorm()
            .leakyRelu()
            .elu()
            .residual(x -> x)
            .concat(x -> x, x -> x)
            .flatten()
            .dense(3)
            .named("logits"),
        Network.fromJson(json));
  }

  @Test
  void aFrozenResidualFreezesWhatIsInside() {
    String json =
        """
        {"version": 1, "input": [2], "layers": [
          {"type": "residual", "frozen": true, "branch": [{"type": "dense", "units": 2}]}, {"type": "dense", "units": 2}]}
        """;
    assertEquals(
        Network.input(2).residual(x -> x.dense(2)).frozen().dense(2), Network.fromJson(json));
  }

  @Test
  void everyFloatSurvives() {
    SplittableRandom random = new SplittableRandom(3);
    for (int i = 0; i < 20_000; i++) {
      float factor = Float.intBitsToFloat(random.nextInt());
      if (Float.isFinite(factor)) {
        Network network = Network.input(2).scale(factor);
        assertEquals(network, Network.fromJson(network.toJson()));
      }
    }
  }

  @Test
  void errorsSayWhatIsWrongAndWhere() {
    assertRefused("network JSON is empty", "  ");
    assertRefused("network JSON: expected an object, found [1]", "[1]");
    assertRefused("network JSON: expected an object, found \"relu\"", "\"relu\"");
    assertRefused(
        "network JSON is followed by other text: 7",
        "{\"version\":1,\"input\":[2],\"layers\":[]} 7");
    assertRefused("network JSON: missing field \"version\"", "{\"input\":[2],\"layers\":[]}");
    assertRefused(
        "network JSON: version must be 1 or 2, found 3; use a newer release of Secateur",
        "{\"version\":3,\"input\":[2],\"layers\":[]}");
    assertRefused(
        "network JSON: field \"version\" must be an integer below 2^31, found \"1\"",
        "{\"version\":\"1\",\"input\":[2],\"layers\":[]}");
    assertRefused(
        "network JSON: field \"input\": a shape needs at least one dimension, each at least 1,"
            + " found [0]",
        "{\"version\":1,\"input\":[0],\"layers\":[]}");
    assertRefused(
        "network JSON: unknown field \"name\"; the fields of a network are version, input, layers",
        "{\"version\":1,\"input\":[2],\"layers\":[],\"name\":\"x\"}");
    assertRefused(
        "network JSON: field \"layers\" must be a list of layers, found {type=relu}",
        "{\"version\":1,\"input\":[2],\"layers\":{\"type\":\"relu\"}}");
    assertLayersRefused(
        "network JSON at layers[1]: expected an object, found 3", "{\"type\":\"relu\"},3");
    assertLayersRefused("network JSON at layers[0]: missing field \"type\"", "{\"name\":\"x\"}");
    assertLayersRefused(
        "network JSON at layers[0]: unknown layer type \"swoosh\"; the types are "
            + String.join(", ", LayerTypes.names())
            + ", residual, concat, gate",
        "{\"type\":\"swoosh\"}");
    assertLayersRefused(
        "network JSON at layers[0]: unknown field \"strides\"; the fields of conv2d are type, name,"
            + " frozen, filters, kernel, stride, padding, groups, bias, dilation",
        "{\"type\":\"conv2d\",\"filters\":1,\"kernel\":1,\"strides\":2}");
    assertLayersRefused(
        "network JSON at layers[0].branch[1]: missing field \"units\"",
        "{\"type\":\"residual\",\"branch\":[{\"type\":\"relu\"},{\"type\":\"dense\"}]}");
    assertLayersRefused(
        "network JSON at layers[0].branches[1][0]: unknown field \"a\"; the fields of relu are"
            + " type, name, frozen",
        "{\"type\":\"concat\",\"branches\":[[],[{\"type\":\"relu\",\"a\":1}]]}");
    assertLayersRefused(
        "network JSON at layers[0]: field \"branches[1]\" must be a list of layers, found {}",
        "{\"type\":\"concat\",\"branches\":[[],{}]}");
    assertLayersRefused(
        "network JSON at layers[0]: field \"units\" must be an integer below 2^31, found 2.0",
        "{\"type\":\"dense\",\"units\":2.0}");
    assertLayersRefused(
        "network JSON at layers[0]: field \"units\" must be an integer below 2^31, found"
            + " 99999999999",
        "{\"type\":\"dense\",\"units\":99999999999}");
    assertLayersRefused(
        "network JSON at layers[0]: field \"bias\" must be true or false, found \"yes\"",
        "{\"type\":\"dense\",\"units\":2,\"bias\":\"yes\"}");
    assertLayersRefused(
        "network JSON at layers[0]: field \"rate\" must be a finite float32 number, found 1e400",
        "{\"type\":\"dropout\",\"rate\":1e400}");
    assertLayersRefused(
        "network JSON at layers[0]: field \"rate\" must be a finite float32 number, found null",
        "{\"type\":\"dropout\",\"rate\":null}");
    assertLayersRefused(
        "network JSON at layers[0]: field \"kernel\" must be an integer or [height, width], found"
            + " [1, 2, 3]",
        "{\"type\":\"conv2d\",\"filters\":1,\"kernel\":[1,2,3]}");
    assertLayersRefused(
        "network JSON at layers[0]: field \"padding\" must be \"same\", \"valid\", an integer or"
            + " [top, left, bottom, right], found"
            + " \"full\"",
        "{\"type\":\"conv2d\",\"filters\":1,\"kernel\":1,\"padding\":\"full\"}");
    assertLayersRefused(
        "network JSON at layers[0]: field \"order\" must be a list of integers, found [0, x]",
        "{\"type\":\"permute\",\"order\":[0,\"x\"]}");
  }

  @Test
  void errorsOfTheBuilderSayWhereInTheTextTheLayerIs() {
    assertLayersRefused(
        "network JSON at layers[0]: layer \"conv\" (conv2d) expects an image [height × width ×"
            + " channels], found shape 2",
        "{\"type\":\"conv2d\",\"name\":\"conv\",\"filters\":1,\"kernel\":1}");
    assertLayersRefused(
        "network JSON at layers[1].branch[0]: layer names must be unique, found \"a\" twice; give"
            + " one of them another name",
        "{\"type\":\"relu\",\"name\":\"a\"},{\"type\":\"residual\",\"branch\":[{\"type\":\"relu\",\"name\":\"a\"}]}");
    assertLayersRefused(
        "network JSON at layers[0]: a layer name is made of 1 to 100 letters, digits and _ . / -,"
            + " found \"a b\"",
        "{\"type\":\"relu\",\"name\":\"a b\"}");
    assertLayersRefused(
        "network JSON at layers[0]: layer \"residual_1\" (residual) expects a branch whose output"
            + " has the shape of its shortcut, 2, found shape 3",
        "{\"type\":\"residual\",\"branch\":[{\"type\":\"dense\",\"units\":3}]}");
    assertLayersRefused(
        "network JSON at layers[0]: concat expects at least 2 branches, found 1",
        "{\"type\":\"concat\",\"branches\":[[]]}");
  }

  @Test
  void whatIsNotJsonIsRefused() {
    for (String text :
        new String[] {
          "{",
          "{]",
          "{\"version\":1,",
          "{\"version\":1,\"version\":1}",
          "{\"version\":NaN}",
          "{'version':1}",
          "nul",
          "{}}",
          "\u0000"
        }) {
      String message =
          assertThrows(IllegalArgumentException.class, () -> Network.fromJson(text), text)
              .getMessage();
      assertTrue(message.startsWith("network JSON"), message);
    }
    String nested = "[".repeat(100_000);
    String message =
        assertThrows(IllegalArgumentException.class, () -> Network.fromJson(nested)).getMessage();
    assertTrue(message.startsWith("network JSON"), message);
    assertTrue(message.contains("nest"), message);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void damagedTextIsReadOrRefusedButNothingElse(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    String text = RandomNetworks.graph(seed).toJson();
    String signs = "{}[]\",:0123456789-.eE truefalsn";
    for (int trial = 0; trial < 1500; trial++) {
      StringBuilder damaged = new StringBuilder(text);
      for (int i = random.nextInt(3); i >= 0; i--) {
        damaged.setCharAt(
            random.nextInt(damaged.length()), signs.charAt(random.nextInt(signs.length())));
      }
      try {
        Network.fromJson(damaged.toString()).toString();
      } catch (IllegalArgumentException e) {
        assertTrue(e.getMessage().startsWith("network JSON"), e.getMessage());
      }
    }
  }

  private static void assertLayersRefused(String message, String layers) {
    assertRefused(message, "{\"version\":1,\"input\":[2],\"layers\":[" + layers + "]}");
  }

  private static void assertRefused(String message, String json) {
    assertEquals(
        message,
        assertThrows(IllegalArgumentException.class, () -> Network.fromJson(json)).getMessage());
  }
}
