package io.github.secateur.nn;

import io.github.secateur.graph.Padding;
import io.github.secateur.graph.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/** The layer types by their names in JSON, and how each reads its constants. */
final class LayerTypes {
  private static final Map<String, Function<JsonFields, OperatorLayer>> READERS =
      new LinkedHashMap<>();
  private static final Map<String, OperatorLayer> ACTIVATIONS = new LinkedHashMap<>();

  private LayerTypes() {}

  static {
    READERS.put("scale", f -> new OperatorLayer.Scale(f.number("factor")));
    READERS.put(
        "normalize", f -> new OperatorLayer.Normalize(f.numbers("mean"), f.numbers("deviation")));
    READERS.put("dense", f -> new OperatorLayer.Dense(f.integer("units"), f.bool("bias", true)));
    READERS.put("conv2d", LayerTypes::conv2d);
    READERS.put(
        "maxPool2d",
        f -> {
          List<Integer> size = f.heightAndWidth("size");
          return new OperatorLayer.MaxPool2d(
              size.get(0), size.get(1), poolStride(f, size), padding(f, Padding.VALID));
        });
    READERS.put(
        "avgPool2d",
        f -> {
          List<Integer> size = f.heightAndWidth("size");
          return new OperatorLayer.AvgPool2d(
              size.get(0), size.get(1), poolStride(f, size), padding(f, Padding.VALID));
        });
    READERS.put("globalAvgPool2d", f -> new OperatorLayer.GlobalAvgPool2d());
    READERS.put("flatten", f -> new OperatorLayer.Flatten());
    READERS.put("reshape", f -> new OperatorLayer.Reshape(shape(f, "shape")));
    READERS.put("permute", f -> new OperatorLayer.Permute(f.integers("order")));
    READERS.put("pad", f -> new OperatorLayer.Pad(f.integers("before"), f.integers("after")));
    READERS.put("identity", f -> new OperatorLayer.Identity());
    READERS.put(
        "batchNorm",
        f ->
            new OperatorLayer.BatchNorm(
                f.number("momentum", OperatorLayer.BatchNorm.DEFAULTS.momentum()),
                f.number("epsilon", OperatorLayer.BatchNorm.DEFAULTS.epsilon())));
    READERS.put(
        "layerNorm",
        f ->
            new OperatorLayer.LayerNorm(
                f.number("epsilon", OperatorLayer.LayerNorm.DEFAULTS.epsilon())));
    READERS.put("dropout", f -> new OperatorLayer.Dropout(f.number("rate")));

    activation(new OperatorLayer.Relu());
    ACTIVATIONS.put("leakyRelu", OperatorLayer.LeakyRelu.DEFAULTS);
    READERS.put(
        "leakyRelu",
        f ->
            new OperatorLayer.LeakyRelu(
                f.number("slope", OperatorLayer.LeakyRelu.DEFAULTS.slope())));
    ACTIVATIONS.put("elu", OperatorLayer.Elu.DEFAULTS);
    READERS.put(
        "elu", f -> new OperatorLayer.Elu(f.number("alpha", OperatorLayer.Elu.DEFAULTS.alpha())));
    activation(new OperatorLayer.Gelu());
    activation(new OperatorLayer.Silu());
    activation(new OperatorLayer.Tanh());
    activation(new OperatorLayer.Sigmoid());
    activation(new OperatorLayer.Softplus());
  }

  private static void activation(OperatorLayer layer) {
    ACTIVATIONS.put(layer.type(), layer);
    READERS.put(layer.type(), f -> layer);
  }

  private static Conv2d conv2d(JsonFields f) {
    int filters = f.integer("filters");
    List<Integer> kernel = f.heightAndWidth("kernel");
    Conv2d defaults = Conv2d.of(filters, kernel.get(0), kernel.get(1));
    return new Conv2d(
        filters,
        kernel.get(0),
        kernel.get(1),
        f.integer("stride", defaults.stride()),
        padding(f, defaults.padding()),
        f.integer("groups", defaults.groups()),
        f.bool("bias", defaults.bias()));
  }

  /** A pool's windows do not overlap unless it says so. */
  private static int poolStride(JsonFields f, List<Integer> size) {
    return f.has("stride") || !size.get(0).equals(size.get(1)) ? f.integer("stride") : size.get(0);
  }

  private static Padding padding(JsonFields f, Padding orElse) {
    String found = f.string("padding", OperatorLayer.label(orElse));
    return switch (found) {
      case "same" -> Padding.SAME;
      case "valid" -> Padding.VALID;
      default ->
          throw f.error(
              String.format(
                  Locale.ROOT,
                  "field \"padding\" must be \"same\" or \"valid\", found \"%s\"",
                  found));
    };
  }

  /** Returns a field's list of dimensions as a shape. */
  static Shape shape(JsonFields f, String field) {
    List<Integer> dimensions = f.integers(field);
    try {
      return new Shape(dimensions);
    } catch (IllegalArgumentException e) {
      throw f.error(String.format(Locale.ROOT, "field \"%s\": %s", field, e.getMessage()));
    }
  }

  /**
   * Returns the layer of a type with the constants in these fields, or null if there is no such
   * type.
   */
  static OperatorLayer read(String type, JsonFields fields) {
    Function<JsonFields, OperatorLayer> reader = READERS.get(type);
    return reader == null ? null : reader.apply(fields);
  }

  /** Returns the names of the types that become one operator. */
  static Iterable<String> names() {
    return READERS.keySet();
  }

  /** Returns the activation layer of this name with its default constants. */
  static OperatorLayer activation(String name) {
    OperatorLayer layer = ACTIVATIONS.get(name);
    if (layer == null) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "activation must be one of %s, found \"%s\"",
              String.join(", ", ACTIVATIONS.keySet()),
              name));
    }
    return layer;
  }
}
