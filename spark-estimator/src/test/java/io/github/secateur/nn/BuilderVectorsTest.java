package io.github.secateur.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.secateur.graph.Attributes;
import io.github.secateur.graph.OperatorType;
import io.github.secateur.graph.Padding;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The builder does what builder.json says: for a list of calls the JSON that comes out, or the
 * error. The tests of the Python package read the same file, so the two builders are equal.
 */
@Tag("text")
class BuilderVectorsTest {
  /** Methods that return a network but add nothing that a Python builder lacks. */
  private static final Set<String> ONLY_HERE = Set.of("fromJson");

  static Stream<String> names() throws IOException {
    return vectors().map(vector -> vector.path("name").asText());
  }

  private static Stream<JsonNode> vectors() throws IOException {
    try (InputStream in = BuilderVectorsTest.class.getResourceAsStream("builder.json")) {
      return StreamSupport.stream(new ObjectMapper().readTree(in).spliterator(), false);
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void theBuilderDoesWhatTheFileSays(String name) throws IOException {
    JsonNode vector =
        vectors().filter(found -> found.path("name").asText().equals(name)).findFirst().get();
    if (vector.has("json")) {
      assertEquals(vector.path("json").asText(), build(vector).toJson());
    } else {
      RuntimeException error = assertThrows(RuntimeException.class, () -> build(vector));
      assertEquals(vector.path("error").asText(), error.getMessage());
    }
  }

  @Test
  void everyMethodOfTheBuilderIsInTheFile() throws IOException {
    Set<String> used = new TreeSet<>();
    for (JsonNode vector : vectors().toList()) {
      used.add(vector.path("start").get(0).asText());
      vector.path("calls").forEach(call -> used.add(call.get(0).asText()));
    }
    Set<String> methods =
        Arrays.stream(Network.class.getMethods())
            .filter(method -> method.getReturnType() == Network.class)
            .filter(method -> Modifier.isPublic(method.getModifiers()))
            .map(Method::getName)
            .filter(method -> !ONLY_HERE.contains(method))
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(
        methods,
        used,
        "add a vector to builder.json, and the method to src/main/python/secateur/network.py");
  }

  /** Networks drawn at random, as text; the Python package reads and writes them too. */
  @Test
  void randomNetworksAreReadAndWrittenUnchanged() throws IOException {
    try (InputStream in = getClass().getResourceAsStream("networks.txt")) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      assertEquals(120, text.lines().count());
      text.lines().forEach(line -> assertEquals(line, Network.fromJson(line).toJson()));
    }
  }

  // ---- calls -----------------------------------------------------------------------------------

  private static Network build(JsonNode vector) {
    JsonNode start = vector.path("start");
    Network network =
        switch (start.get(0).asText()) {
          case "input" -> Network.input(start.get(1).asInt());
          case "image" ->
              Network.image(start.get(1).asInt(), start.get(2).asInt(), start.get(3).asInt());
          case "inputs" -> Network.inputs(inputs(start));
          case "mlp" -> Network.mlp(integers(start.get(1)), start.get(2).asText());
          default -> throw new AssertionError("unknown start " + start);
        };
    return run(network, vector.path("calls"));
  }

  private static Network run(Network start, JsonNode calls) {
    Network network = start;
    for (JsonNode call : calls) {
      network = call(network, call.get(0).asText(), call.get(1), call.path(2));
    }
    return network;
  }

  private static Network call(Network network, String method, JsonNode args, JsonNode options) {
    return switch (method) {
      case "dense" ->
          options.has("bias")
              ? network.add(
                  new OperatorLayer(
                      OperatorType.DENSE, new Attributes.Dense(args.get(0).asInt(), false)))
              : network.dense(args.get(0).asInt());
      case "conv2d" -> conv2d(network, args, options);
      case "depthwiseConv2d" ->
          options.has("stride")
              ? network.depthwiseConv2d(args.get(0).asInt(), options.path("stride").asInt())
              : network.depthwiseConv2d(args.get(0).asInt());
      case "batchNorm" ->
          args.isEmpty()
              ? network.batchNorm()
              : network.batchNorm(number(args, 0), number(args, 1));
      case "layerNorm" -> args.isEmpty() ? network.layerNorm() : network.layerNorm(number(args, 0));
      case "scale" -> network.scale(number(args, 0));
      case "normalize" ->
          args.get(0).isArray()
              ? network.normalize(numbers(args.get(0)), numbers(args.get(1)))
              : network.normalize(number(args, 0), number(args, 1));
      case "maxPool2d" -> maxPool2d(network, args, options);
      case "avgPool2d" -> avgPool2d(network, args, options);
      case "globalAvgPool2d" -> network.globalAvgPool2d();
      case "globalMaxPool2d" -> network.globalMaxPool2d();
      case "flatten" -> network.flatten();
      case "reshape" -> network.reshape(integers(args));
      case "permute" -> network.permute(integers(args));
      case "pad" ->
          args.size() == 1
              ? network.pad(args.get(0).asInt())
              : network.pad(integers(args.get(0)), integers(args.get(1)));
      case "identity" -> network.identity();
      case "dropout" -> network.dropout(number(args, 0));
      case "relu" -> network.relu();
      case "leakyRelu" -> args.isEmpty() ? network.leakyRelu() : network.leakyRelu(number(args, 0));
      case "elu" -> args.isEmpty() ? network.elu() : network.elu(number(args, 0));
      case "gelu" -> network.gelu();
      case "silu" -> network.silu();
      case "tanh" -> network.tanh();
      case "sigmoid" -> network.sigmoid();
      case "hardSigmoid" -> network.hardSigmoid();
      case "softplus" -> network.softplus();
      case "residual" ->
          args.size() == 1
              ? network.residual(branches(args)[0])
              : network.residual(branches(args)[0], branches(args)[1]);
      case "gate" -> network.gate(branches(args)[0]);
      case "concat" -> concat(network, args, options);
      case "softmax" -> args.isEmpty() ? network.softmax() : network.softmax(args.get(0).asInt());
      case "matmul" ->
          options.isMissingNode()
              ? network.matmul(args.get(0).asText())
              : network.matmul(
                  args.get(0).asText(),
                  options.path("transposeFirst").asBoolean(),
                  options.path("transposeSecond").asBoolean());
      case "embedding" ->
          args.size() > 2
              ? network.embedding(args.get(0).asInt(), args.get(1).asInt(), args.get(2).asInt())
              : network.embedding(args.get(0).asInt(), args.get(1).asInt());
      case "lstm" ->
          args.size() == 1
              ? network.lstm(args.get(0).asInt())
              : network.lstm(args.get(0).asInt(), args.get(1).asBoolean(), args.get(2).asBoolean());
      case "gru" ->
          args.size() == 1
              ? network.gru(args.get(0).asInt())
              : network.gru(args.get(0).asInt(), args.get(1).asBoolean(), args.get(2).asBoolean());
      case "rnn" ->
          args.size() == 1
              ? network.rnn(args.get(0).asInt())
              : network.rnn(args.get(0).asInt(), args.get(1).asBoolean(), args.get(2).asBoolean());
      case "attention" -> network.attention(args.get(0).asInt());
      case "maskedAttention" -> network.maskedAttention(args.get(0).asText(), args.get(1).asInt());
      case "maskedMean" -> network.maskedMean(args.get(0).asText());
      case "paddingMask" -> network.paddingMask(args.get(0).asInt());
      case "multiHeadAttention" ->
          args.size() == 1
              ? network.multiHeadAttention(args.get(0).asInt())
              : network.multiHeadAttention(args.get(0).asInt(), args.get(1).asText());
      case "transformerBlock" ->
          args.size() == 2
              ? network.transformerBlock(args.get(0).asInt(), args.get(1).asInt())
              : network.transformerBlock(
                  args.get(0).asInt(), args.get(1).asInt(), args.get(2).asText());
      case "postNormTransformerBlock" ->
          args.size() == 2
              ? network.postNormTransformerBlock(args.get(0).asInt(), args.get(1).asInt())
              : network.postNormTransformerBlock(
                  args.get(0).asInt(), args.get(1).asInt(), args.get(2).asText());
      case "from" -> network.from(args.get(0).asText());
      case "add" -> network.add(args.get(0).asText());
      case "subtract" -> network.subtract(args.get(0).asText());
      case "multiply" -> network.multiply(args.get(0).asText());
      case "maximum" -> network.maximum(args.get(0).asText());
      case "named" -> network.named(args.get(0).asText());
      case "frozen" -> network.frozen();
      case "withFrozen" -> network.withFrozen(strings(args.get(0)));
      default -> invoke(network, method, args);
    };
  }

  /** Calls the method of this name that takes these arguments, and no options. */
  private static Network invoke(Network network, String name, JsonNode args) {
    for (Method method : Network.class.getMethods()) {
      if (method.getName().equals(name) && takes(method.getParameterTypes(), args)) {
        Object[] values = new Object[args.size()];
        for (int i = 0; i < values.length; i++) {
          values[i] = value(method.getParameterTypes()[i], args.get(i));
        }
        try {
          return (Network) method.invoke(network, values);
        } catch (InvocationTargetException e) {
          throw (RuntimeException) e.getCause();
        } catch (IllegalAccessException e) {
          throw new AssertionError(e);
        }
      }
    }
    throw new AssertionError("unknown method " + name + args);
  }

  private static boolean takes(Class<?>[] types, JsonNode args) {
    boolean takes = types.length == args.size();
    for (int i = 0; takes && i < types.length; i++) {
      JsonNode arg = args.get(i);
      takes =
          types[i] == int.class && arg.isInt()
              || types[i] == float.class && arg.isNumber()
              || types[i] == boolean.class && arg.isBoolean()
              || types[i] == String.class && arg.isTextual()
              || types[i] == int[].class && arg.isArray();
    }
    return takes;
  }

  private static Object value(Class<?> type, JsonNode arg) {
    if (type == int[].class) {
      return integers(arg);
    } else if (type == float.class) {
      return (float) arg.asDouble();
    } else if (type == boolean.class) {
      return arg.asBoolean();
    }
    return type == int.class ? (Object) arg.asInt() : arg.asText();
  }

  private static Network concat(Network network, JsonNode args, JsonNode options) {
    boolean ofValues = args.path(0).isTextual();
    if (options.has("axis")) {
      int axis = options.path("axis").asInt();
      return ofValues
          ? network.concat(axis, strings(args).toArray(String[]::new))
          : network.concat(axis, branches(args));
    }
    return ofValues
        ? network.concat(strings(args).toArray(String[]::new))
        : network.concat(branches(args));
  }

  private static Network conv2d(Network network, JsonNode args, JsonNode options) {
    int filters = args.get(0).asInt();
    if (options.isMissingNode() && !args.get(1).isArray()) {
      return network.conv2d(filters, args.get(1).asInt());
    }
    int[] kernel = heightAndWidth(args.get(1));
    Conv2d convolution = Conv2d.of(filters, kernel[0], kernel[1]);
    int[] stride = heightAndWidth(options, "stride", 1, 1);
    convolution = convolution.strides(stride[0], stride[1]);
    int[] dilation = heightAndWidth(options, "dilation", 1, 1);
    convolution = convolution.dilations(dilation[0], dilation[1]);
    convolution = convolution.groups(options.path("groups").asInt(1));
    convolution = convolution.padding(padding(options, Padding.SAME));
    return network.conv2d(
        options.path("bias").asBoolean(true) ? convolution : convolution.noBias());
  }

  private static Network maxPool2d(Network network, JsonNode args, JsonNode options) {
    if (options.isMissingNode() && !args.get(0).isArray()) {
      return network.maxPool2d(args.get(0).asInt());
    }
    if (isPlain(args, options)) {
      int size = args.get(0).asInt();
      int stride = options.path("stride").asInt(size);
      return options.has("padding")
          ? network.maxPool2d(size, stride, padding(options, Padding.VALID))
          : network.maxPool2d(size, stride);
    }
    return network.maxPool2d(pool(args, options));
  }

  private static Network avgPool2d(Network network, JsonNode args, JsonNode options) {
    if (options.isMissingNode() && !args.get(0).isArray()) {
      return network.avgPool2d(args.get(0).asInt());
    }
    if (isPlain(args, options)) {
      int size = args.get(0).asInt();
      int stride = options.path("stride").asInt(size);
      return options.has("padding")
          ? network.avgPool2d(size, stride, padding(options, Padding.VALID))
          : network.avgPool2d(size, stride);
    }
    return network.avgPool2d(pool(args, options));
  }

  private static boolean isPlain(JsonNode args, JsonNode options) {
    return !args.get(0).isArray()
        && !options.path("stride").isArray()
        && !options.has("dilation")
        && !options.has("ceilMode")
        && !options.has("countIncludePad");
  }

  private static Pool2d pool(JsonNode args, JsonNode options) {
    int[] size = heightAndWidth(args.get(0));
    int[] stride = heightAndWidth(options, "stride", size[0], size[1]);
    int[] dilation = heightAndWidth(options, "dilation", 1, 1);
    Pool2d pool =
        Pool2d.of(size[0], size[1])
            .strides(stride[0], stride[1])
            .dilations(dilation[0], dilation[1])
            .padding(padding(options, Padding.VALID));
    pool = options.path("ceilMode").asBoolean() ? pool.ceilMode() : pool;
    return options.path("countIncludePad").asBoolean() ? pool.withPadsCounted() : pool;
  }

  private static int[] heightAndWidth(JsonNode options, String name, int height, int width) {
    return options.has(name) ? heightAndWidth(options.get(name)) : new int[] {height, width};
  }

  private static Padding padding(JsonNode options, Padding orElse) {
    JsonNode padding = options.path("padding");
    if (padding.isMissingNode()) {
      return orElse;
    }
    if (padding.isArray()) {
      int[] sides = integers(padding);
      return Padding.of(sides[0], sides[1], sides[2], sides[3]);
    }
    return padding.isInt() ? Padding.of(padding.asInt()) : Padding.ofWritten(padding.asText());
  }

  /** Returns the inputs after the name of the method, each a name and dimensions. */
  private static Input[] inputs(JsonNode start) {
    Input[] inputs = new Input[start.size() - 1];
    for (int i = 0; i < inputs.length; i++) {
      int[] nameAndDimensions = integers(start.get(i + 1)); // a name is no number: 0
      inputs[i] =
          Input.of(
              start.get(i + 1).get(0).asText(),
              Arrays.copyOfRange(nameAndDimensions, 1, nameAndDimensions.length));
    }
    return inputs;
  }

  private static List<String> strings(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false).map(JsonNode::asText).toList();
  }

  @SuppressWarnings({"unchecked", "rawtypes"}) // an array of functions
  private static UnaryOperator<Network>[] branches(JsonNode args) {
    UnaryOperator<Network>[] branches = new UnaryOperator[args.size()];
    Arrays.setAll(branches, i -> network -> run(network, args.get(i)));
    return branches;
  }

  private static int[] heightAndWidth(JsonNode size) {
    return size.isArray() ? integers(size) : new int[] {size.asInt(), size.asInt()};
  }

  private static int[] integers(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false).mapToInt(JsonNode::asInt).toArray();
  }

  private static float[] numbers(JsonNode list) {
    float[] numbers = new float[list.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = number(list, i);
    }
    return numbers;
  }

  private static float number(JsonNode list, int index) {
    return (float) list.get(index).asDouble();
  }
}
