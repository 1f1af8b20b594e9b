package io.github.secateur.nn;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
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
 */
final class NetworkJson {
  private static final int VERSION = 1;
  private static final JsonFactory FACTORY = new JsonFactory();

  private NetworkJson() {}

  // ---- writing
  // ---------------------------------------------------------------------------------------------------

  static String write(Network network) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = FACTORY.createGenerator(text)) {
      json.writeStartObject();
      json.writeNumberField("version", VERSION);
      json.writeFieldName("input");
      writeValue(json, network.inputShape().dimensions());
      json.writeFieldName("layers");
      writeLayers(json, network.layers());
      json.writeEndObject();
    } catch (IOException impossible) {
      throw new UncheckedIOException("writing to memory failed", impossible);
    }
    return text.toString();
  }

  private static void writeLayers(JsonGenerator json, List<NamedLayer> layers) throws IOException {
    json.writeStartArray();
    for (NamedLayer named : layers) {
      json.writeStartObject();
      json.writeStringField("type", named.layer().type());
      json.writeStringField("name", named.name());
      json.writeBooleanField("frozen", named.frozen());
      for (Map.Entry<String, Object> constant : named.layer().constants().entrySet()) {
        json.writeFieldName(constant.getKey());
        writeValue(json, constant.getValue());
      }
      if (named.layer() instanceof Residual residual) {
        json.writeFieldName("branch");
        writeLayers(json, residual.branch());
        json.writeFieldName("shortcut");
        writeLayers(json, residual.shortcut());
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
    if (version != VERSION) {
      throw json.error(
          String.format(
              Locale.ROOT,
              "version must be %d, found %d; use a newer release of Secateur",
              VERSION,
              version));
    }
    Network network = Network.input(LayerTypes.shape(json, "input").toArray());
    List<JsonFields> layers = json.objects("layers");
    json.checkNoOthers("a network");
    return readLayers(network, layers);
  }

  private static Network readLayers(Network start, List<JsonFields> layers) {
    Network network = start;
    for (JsonFields layer : layers) {
      network = readLayer(network, layer);
    }
    return network;
  }

  private static Network readLayer(Network network, JsonFields json) {
    String type = json.string("type");
    String name = json.string("name", null);
    boolean frozen = json.bool("frozen", false);
    switch (type) {
      case "residual" -> {
        List<JsonFields> branch = json.objects("branch");
        List<JsonFields> shortcut = json.has("shortcut") ? json.objects("shortcut") : List.of();
        json.checkNoOthers(type);
        return located(
            json, () -> network.residual(name, branch(branch), branch(shortcut), frozen));
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
                  "unknown layer type \"%s\"; the types are %s, residual, concat",
                  type,
                  String.join(", ", LayerTypes.names())));
        }
        json.checkNoOthers(type);
        return located(json, () -> network.add(name, layer, frozen));
      }
    }
  }

  private static UnaryOperator<Network> branch(List<JsonFields> layers) {
    return start -> readLayers(start, layers);
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
