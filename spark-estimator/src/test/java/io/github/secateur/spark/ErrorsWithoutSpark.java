package io.github.secateur.spark;

import io.github.secateur.data.TrainingSet;
import io.github.secateur.exchange.Onnx;
import io.github.secateur.exchange.OnnxBytes;
import io.github.secateur.exchange.onnx.WireWriter;
import io.github.secateur.graph.Attributes;
import io.github.secateur.graph.OperatorType;
import io.github.secateur.graph.Padding;
import io.github.secateur.nn.Input;
import io.github.secateur.nn.Network;
import io.github.secateur.nn.OperatorLayer;
import io.github.secateur.nn.Pool2d;
import io.github.secateur.nn.TrainedNetwork;
import io.github.secateur.train.TrainingOptions;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.function.Executable;

/** The cases of {@link ErrorTableTest} that need no Spark: networks, and training without it. */
final class ErrorsWithoutSpark {
  private static final Network NETWORK = Network.input(4).dense(3);

  private final BiConsumer<String, Executable> cases;

  /** Makes cases for a taker of messages, as docs/errors.md has them, and what provokes them. */
  ErrorsWithoutSpark(BiConsumer<String, Executable> cases) {
    this.cases = cases;
  }

  void add() {
    networks();
    json();
    training();
    files();
  }

  private void says(String message, Executable action) {
    cases.accept(message, action);
  }

  private void networks() {
    Network image = Network.image(2, 2, 1);
    says("layer \"…\" (…) expects …, found …", () -> image.dense(3));
    says("layer \"…\" (…): …", () -> Network.image(30_000, 30_000, 1).conv2d(3, 1));
    says("layer \"…\" (…): … must be finite, found …", () -> NETWORK.scale(Float.NaN));
    says(
        "layers must be the number of features, hidden sizes, and the number of classes, each at"
            + " least 1, found …",
        () -> Network.mlp(new int[] {3}, "relu"));
    says("activation must be one of …, found \"…\"", () -> Network.mlp(new int[] {3, 2}, "swoosh"));
    says(
        "padding must be \"same\", \"valid\" or a list of four sides, found …",
        () -> Padding.ofWritten("some"));
    says(
        "a maximum does not count the pixels of the padding; leave out withPadsCounted()",
        () -> image.maxPool2d(Pool2d.of(2).withPadsCounted()));
    says("a shape needs at least one dimension, each at least 1, found …", () -> Network.input(0));
    says(
        "a row may hold at most 2^31 - 1 values, found shape …",
        () -> Network.input(1 << 16, 1 << 16));
    says("… expects at least 2 values, found …", () -> NETWORK.concat(0, new String[0]));
    says("no value is named \"…\"; the inputs and layers are …", () -> NETWORK.from("elsewhere"));
    says(
        "no value is named \"…\"; layers of a branch read only what comes before them in it",
        () -> NETWORK.residual(x -> x.add("input")));
    says(
        "the network goes on from \"…\" and ends there; add a layer that reads it",
        () -> NETWORK.from("input").lower());
    says(
        "the last layer with weights must be a dense layer or a convolution, and not in a branch;"
            + " end the network with one",
        () -> Network.input(3).relu().replaceHead(2));
    says("a network needs at least one input, found none", () -> Network.inputs(new Input[0]));
    says(
        "a row may hold at most 2^31 - 1 values, found inputs of …",
        () -> Network.inputs(Input.of("a", 1 << 30), Input.of("b", 1 << 30)));
    says(
        "network JSON…: a layer of type \"…\" reads one value, found …; those that read several are …",
        () ->
            Network.fromJson(
                "{\"version\":2,\"inputs\":[{\"name\":\"a\",\"shape\":[2]}],\"layers\":["
                    + "{\"type\":\"relu\",\"inputs\":[\"a\",\"a\"]}]}"));
    says(
        "channelShuffle expects a multiple of … channels, found …",
        () -> NETWORK.channelShuffle(0));
    says("concat expects at least 2 branches, found …", () -> NETWORK.concat(x -> x));
    says(
        "a branch must return the network that it is given, with layers added to it",
        () -> NETWORK.residual(x -> null));
    says(
        "a layer of type … needs the attributes of its type, found …",
        () -> NETWORK.add(new OperatorLayer(OperatorType.DENSE, new Attributes.None())));
    says(
        "a layer name is made of 1 to 100 letters, digits and _ . / -, found \"…\"",
        () -> NETWORK.named("a b"));
    says(
        "layer names must be unique, found \"…\" twice; give one of them another name",
        () -> NETWORK.relu().named("dense_1"));
    says(
        "… acts on the layer just added; add a layer before it", () -> Network.input(4).named("a"));
    says(
        "a network may have at most … parameters, layer \"…\" (…) makes it …",
        () -> Network.input(40_000).dense(40_000).dense(40_000));
    says(
        "a network needs at least one layer, found none; end it with dense(classes)",
        () -> Network.input(4).lower());
    says(
        "the output of a network must be logits, a vector of one value for each of at least 2"
            + " classes, found shape … after layer \"…\" (…); end the network with …",
        () -> image.relu().lower());
  }

  private void json() {
    says("network JSON is empty", () -> Network.fromJson(""));
    says("network JSON is not JSON: …", () -> Network.fromJson("{,"));
    says("network JSON is followed by other text: …", () -> Network.fromJson("{} {}"));
    says("network JSON…: expected an object, found …", layer("3"));
    says("network JSON…: missing field \"…\"", layer("{\"type\":\"dense\"}"));
    says(
        "network JSON…: field \"…\" must be …, found …",
        layer("{\"type\":\"dense\",\"units\":\"many\"}"));
    says(
        "network JSON…: unknown field \"…\"; the fields of … are …",
        layer("{\"type\":\"dense\",\"units\":3,\"size\":3}"));
    says(
        "network JSON…: unknown layer type \"…\"; the types are …, residual, concat, gate",
        layer("{\"type\":\"dens\"}"));
    says(
        "version must be … or …, found …; use a newer release of Secateur",
        () -> Network.fromJson("{\"version\":99,\"input\":[4],\"layers\":[]}"));
  }

  private static Executable layer(String json) {
    return () -> Network.fromJson("{\"version\":1,\"input\":[4],\"layers\":[" + json + "]}");
  }

  private static Executable rows(float[][] features, int[] labels, float[] weights, int shards) {
    return () -> TrainingSet.of(features, labels, weights, shards);
  }

  private void training() {
    float[][] one = {{1, 2, 3, 4}};
    int[] zero = {0};
    says("a training set needs at least 1 row, found 0", rows(new float[0][], new int[0], null, 1));
    says(
        "expected as many labels and weights as the … rows, found … labels and … weights",
        rows(one, new int[2], null, 1));
    says("expected at least 1 shard, found …", rows(one, zero, null, 0));
    says(
        "row …: expected … features, found …",
        rows(new float[][] {{1, 2}, {1}}, new int[2], null, 1));
    says(
        "row …: features must be finite float32 numbers, found … at index …",
        rows(new float[][] {{Float.NaN}}, zero, null, 1));
    says("row …: labels must be at least 0, found …", rows(one, new int[] {-1}, null, 1));
    says(
        "row …: weights must be finite and at least 0, found …",
        rows(one, zero, new float[] {-1}, 1));
    says(
        "the network reads rows of … features (…), found … in the … set",
        () ->
            Network.input(5)
                .dense(3)
                .train(TrainingSet.of(one, zero, 1), TrainingOptions.DEFAULTS));
    says(
        "labels must be integers in [0, …), one for each logit, found … in the … set; widen the"
            + " last layer",
        () -> NETWORK.train(TrainingSet.of(one, new int[] {7}, 1), TrainingOptions.DEFAULTS));
    says(
        "layer \"…\" (embedding) expects whole numbers in [0, …), its vocabulary, found … at place …"
            + " of a row",
        () ->
            Network.input(4)
                .embedding(4, 2)
                .flatten()
                .dense(2)
                .train(TrainingSet.of(one, zero, 1), TrainingOptions.DEFAULTS));
    says("the network has … parameters, found …", () -> TrainedNetwork.of(NETWORK, new float[3]));
  }

  // ---- files -----------------------------------------------------------------------------------

  private static Executable reading(OnnxBytes file) {
    return () -> Onnx.read(file.write());
  }

  private static OnnxBytes sum() {
    return OnnxBytes.opset(17).output("y").node("Add", "x,b", "y");
  }

  private static OnnxBytes sum(WireWriter tensor) {
    return sum().input("x", -1, 3).tensor(tensor);
  }

  private void files() {
    says(
        "layer \"…\" (…) cannot be written yet",
        () -> {
          Network grouped = Network.image(2, 2, 4).groupNorm(2).flatten().dense(3);
          Onnx.write(
              TrainedNetwork.of(grouped, grouped.initialParameters(1)), Path.of("model.onnx"));
        });
    says(
        "… cannot be written: …",
        () ->
            Onnx.write(
                TrainedNetwork.of(NETWORK, NETWORK.initialParameters(1)),
                Path.of("nowhere", "model.onnx")));
    says("… cannot be read: …", () -> Onnx.read(Path.of("elsewhere.onnx")));
    says(
        "a file of ONNX has at most 2^31 - 1 bytes",
        () -> {
          Path large = OnnxBytes.write(new byte[0]);
          try (FileChannel channel = FileChannel.open(large, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.allocate(1), 1L << 31); // a file with a hole
          }
          Onnx.read(large);
        });
    says("it is damaged: …", () -> Onnx.read(OnnxBytes.write(new byte[] {0x3A, 0x05})));
    says("no graph in it; is it an ONNX file?", () -> Onnx.read(OnnxBytes.write(new byte[0])));
    says(
        "sparse tensors are not read; write the file with dense ones",
        reading(sum().field(15, new WireWriter())));
    says(
        "tensor \"…\" has type …, which is not read; float32, float64, float16, bfloat16, whole"
            + " numbers of 8 to 64 bits and booleans are",
        reading(sum(OnnxBytes.shaped("b", 8, 3))));
    says(
        "tensor \"…\" must stand in a file beside the model, found \"…\"",
        reading(sum(OnnxBytes.elsewhere("b", "../b", "0"))));
    says(
        "tensor \"…\" stands in \"…\", which is no file beside the model; copy it there",
        reading(sum(OnnxBytes.elsewhere("b", "gone", "0"))));
    says(
        "tensor \"…\" is said to be … bytes from … on in \"…\", found a file of …",
        reading(sum(OnnxBytes.elsewhere("b", "model.onnx", "1000000"))));
    says(
        "… of tensor \"…\" must be a whole number, found \"…\"",
        reading(sum(OnnxBytes.elsewhere("b", "model.onnx", "far"))));
    says(
        "operators of version … to … are read, found …; export again with opset_version=17",
        reading(OnnxBytes.opset(7).output("y")));
    says(
        "input \"…\" must have a shape of 1 to … axes, the first for the batch",
        reading(OnnxBytes.opset(17).input("x").output("y").node("Relu", "x", "y")));
    says(
        "input \"…\" must have a fixed length along axis …, and at most 2^30 values in a row; export"
            + " again with fixed sizes for all axes but the first",
        reading(OnnxBytes.opset(17).input("x", -1, -1).output("y").node("Relu", "x", "y")));
    says(
        "the output \"…\" does not depend on an input",
        reading(OnnxBytes.opset(17).input("x", -1, 2).output("y").integers("y", 1)));
    says(
        "it holds what cannot become layers:…",
        reading(OnnxBytes.opset(17).input("x", -1, 2).output("y").node("Det", "x", "y")));
  }
}
