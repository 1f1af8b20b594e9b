package io.github.secateur.nn;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * The JSON form of a network: {@code
 * {"version":1,"input":[28,28,1],"layers":[{"type":"relu","name":"relu_1", "frozen":false}, …]}}.
 * Types are names from a fixed list; no class is ever named. Reading goes through the builder, so a
 * network that was read is as sound as one that was written in Java.
 *
 * <p>Version 2 has {@code "inputs":[{"name":"image","shape":[28,28,1]}, …]} in place of {@code
 * "input"}, a layer may have {@code "inputs"}, the names of the values that it reads, and there are
 * gates. It is written for networks that need it; what version 1 can say stays as it was.
 */
final class NetworkJson {
  private static final int CHAINS = 1;
  private static final int GRAPHS = 2;
  private static final JsonFactory FACTORY = new JsonFactory();

  private NetworkJson() {}

  // ---- writing
  // ---------------------------------------------------------------------------------------------------

  static String write(Network network) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = FACTORY.createGenerator(text)) {
      json.writeStartObject();
      int version = version(network);
      json.writeNumberField("version", version);
      if (version == CHAINS) {
        json.writeFieldName("input");
        writeValue(json, network.inputShape().dimensions());
      } else {
        writeInputs(json, network.inputs());
      }
      json.writeFieldName("layers");
      writeLayers(json, network.layers());
      json.writeEndObject();
    } catch (IOException impossible) {
      throw new UncheckedIOException("writing to memory failed", impossible);
    }
    return text.toString();
  }

  private static int version(Network network) {
    boolean oneInput =
        network.inputs().size() == 1 && network.inputs().get(0).name().equals(LayerNames.INPUT);
    boolean chains =
        network.layers().stream()
            .flatMap(NamedLayer::all)
            .allMatch(layer -> layer.inputs().isEmpty() && !(layer.layer() instanceof Gate));
    return oneInput && chains ? CHAINS : GRAPHS;
  }

  private static void writeInputs(JsonGenerator json, List<Input> inputs) throws IOException {
    json.writeFieldName("inputs");
    json.writeStartArray();
    for (Input input : inputs) {
      json.writeStartObject();
      json.writeStringField("name", input.name());
      json.writeFieldName("shape");
      writeValue(json, input.shape().dimensions());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void writeLayers(JsonGenerator json, List<NamedLayer> layers) throws IOException {
    json.writeStartArray();
    for (NamedLayer named : layers) {
      json.writeStartObject();
      json.writeStringField("type", named.layer().type());
      json.writeStringField("name", named.name());
      json.writeBooleanField("frozen", named.frozen());
      if (!named.inputs().isEmpty()) {
        json.writeFieldName("inputs");
        writeValue(json, named.inputs());
      }
      for (Map.Entry<String, Object> constant : named.layer().constants().entrySet()) {
        json.writeFieldName(constant.getKey());
        writeValue(json, constant.getValue());
      }
      if (named.layer() instanceof Residual residual) {
        json.writeFieldName("branch");
        writeLayers(json, residual.branch());
        json.writeFieldName("shortcut");
        writeLayers(json, residual.shortcut());
      } else if (named.layer() instanceof Gate gate) {
        json.writeFieldName("branch");
        writeLayers(json, gate.branch());
      } else if (named.layer() instanceof Concat concat) {
        json.writeFieldName("branches");
        json.writeStartArray();
        for (List<NamedLayer> branch : concat.branches()) {
          writeLayers(json, branch);
        }
        json.writeEndArray();
      }
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void writeValue(JsonGenerator json, Object value) throws IOException {
    if (value instanceof List<?> list) {
      json.writeStartArray();
      for (Object element : list) {
        writeValue(json, element);
      }
      json.writeEndArray();
    } else if (value instanceof Float number) {
      json.writeNumber(Float.toString(number)); // the shortest text that gives the same float back
    } else if (value instanceof Integer number) {
      json.writeNumber(number);
    } else if (value instanceof Boolean flag) {
      json.writeBoolean(flag);
    } else {
      json.writeString((String) value);
    }
  }

  // ---- reading
  // ---------------------------------------------------------------------------------------------------

  static Network read(String text) {
    JsonFields json = JsonFields.parse(text);
    int version = json.integer("version");
    if (version != CHAINS && version != GRAPHS) {
      throw json.error(
          String.format(
              Locale.ROOT,
              "version must be %d or %d, found %d; use a newer release of Secateur",
              CHAINS,
              GRAPHS,
              version));
    }
    Network network = version == CHAINS ? readInput(json) : readInputs(json);
    List<JsonFields> layers = json.objects("layers");
    json.checkNoOthers("a network");
    return readLayers(network, layers, version == GRAPHS);
  }

  private static Network readInput(JsonFields json) {
    return Network.input(LayerTypes.shape(json, "input").toArray());
  }

  private static Network readInputs(JsonFields json) {
    List<Input> inputs = new ArrayList<>();
    for (JsonFields input : json.objects("inputs")) {
      inputs.add(new Input(input.string("name"), LayerTypes.shape(input, "shape")));
      input.checkNoOthers("an input");
    }
    return located(json, () -> Network.inputs(inputs.toArray(Input[]::new)));
  }

  /** Adds layers, which may name what they read if this is said; those of branches may not. */
  private static Network readLayers(Network start, List<JsonFields> layers, boolean named) {
    Network network = start;
    for (JsonFields layer : layers) {
      network = readLayer(network, layer, named);
    }
    return network;
  }

  private static Network readLayer(Network before, JsonFields json, boolean named) {
    String type = json.string("type");
    String name = json.string("name", null);
    boolean frozen = json.bool("frozen", false);
    List<String> read = named && json.has("inputs") ? json.strings("inputs") : List.of();
    Network network = read.size() == 1 ? located(json, () -> before.from(read.get(0))) : before;
    if (read.size() > 1) {
      OperatorLayer joint = LayerTypes.readJoint(type, json);
      if (joint == null) {
        throw json.error(
            String.format(
                Locale.ROOT,
                "a layer of type \"%s\" reads one value, found %d; those that read several are %s",
                type,
                read.size(),
                String.join(", ", LayerTypes.joints())));
      }
      json.checkNoOthers(type);
      return located(json, () -> network.join(name, joint, read, frozen));
    }
    switch (type) {
      case "residual" -> {
        List<JsonFields> branch = json.objects("branch");
        List<JsonFields> shortcut = json.has("shortcut") ? json.objects("shortcut") : List.of();
        json.checkNoOthers(type);
        return located(
            json, () -> network.residual(name, branch(branch), branch(shortcut), frozen));
      }
      case "gate" -> {
        List<JsonFields> branch = json.objects("branch");
        json.checkNoOthers(type);
        return located(json, () -> network.gate(name, branch(branch), frozen));
      }
      case "concat" -> {
        Integer axis = json.has("axis") ? Integer.valueOf(json.integer("axis")) : null;
        List<UnaryOperator<Network>> branches =
            json.lists("branches").stream().map(NetworkJson::branch).toList();
        json.checkNoOthers(type);
        return located(json, () -> network.concat(name, axis, branches, frozen));
      }
      default -> {
        OperatorLayer layer = LayerTypes.read(type, json);
        if (layer == null) {
          throw json.error(
              String.format(
                  Locale.ROOT,
                  "unknown layer type \"%s\"; the types are %s, residual, concat, gate",
                  type,
                  String.join(", ", LayerTypes.names())));
        }
        json.checkNoOthers(type);
        return located(json, () -> network.add(name, layer, frozen));
      }
    }
  }

  private static UnaryOperator<Network> branch(List<JsonFields> layers) {
    return start -> readLayers(start, layers, false);
  }

  /** Adds to an error of the builder where in the text the layer is. */
  private static Network located(JsonFields json, Supplier<Network> addition) {
    try {
      return addition.get();
    } catch (JsonFields.LocatedException e) {
      throw e; // from inside a branch
    } catch (IllegalArgumentException e) {
      throw (IllegalArgumentException) json.error(e.getMessage()).initCause(e);
    }
  }
}
