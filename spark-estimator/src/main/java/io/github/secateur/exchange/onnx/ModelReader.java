package io.github.secateur.exchange.onnx;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.zip.CRC32C;

/**
 * Reads the messages of an ONNX file. Only what an importer needs is kept; unknown fields are
 * passed over, as protobuf asks for.
 *
 * @see <a href="https://github.com/onnx/onnx/blob/main/onnx/onnx.proto">onnx.proto</a>
 */
public final class ModelReader {
  private static final Set<String> OWN_DOMAINS = Set.of("", "ai.onnx");

  private final ExternalData external;

  private ModelReader(ExternalData external) {
    this.external = external;
  }

  /**
   * Reads a file's bytes.
   *
   * @param external where tensors that are not in the file stand
   * @throws FormatException if they are damaged, or are no ONNX file
   */
  public static Model read(ByteBuffer bytes, ExternalData external) {
    return new ModelReader(external).model(new WireReader(bytes));
  }

  private Model model(WireReader reader) {
    int opset = 0;
    String producer = "";
    FileGraph graph = null;
    Map<String, Model.Function> functions = new LinkedHashMap<>();
    Map<String, String> metadata = new LinkedHashMap<>();
    while (reader.next()) {
      switch (reader.field()) {
        case 2 -> producer = reader.string();
        case 3 -> producer = (producer + " " + reader.string()).strip();
        case 7 -> graph = graph(reader.message());
        case 8 -> opset = Math.max(opset, opset(reader.message()));
        case 14 -> reader.message().addEntryTo(metadata);
        case 25 -> function(reader.message(), functions);
        default -> reader.skip();
      }
    }
    if (graph == null) {
      throw new FormatException("no graph in it; is it an ONNX file?");
    }
    return new Model(opset, producer, graph, functions, metadata);
  }

  /** Returns the version of ONNX' own operators, 0 for another set. */
  private static int opset(WireReader reader) {
    String domain = "";
    int version = 0;
    while (reader.next()) {
      switch (reader.field()) {
        case 1 -> domain = reader.string();
        case 2 -> version = reader.integer32();
        default -> reader.skip();
      }
    }
    return OWN_DOMAINS.contains(domain) ? version : 0;
  }

  private FileGraph graph(WireReader reader) {
    String name = "";
    List<Node> nodes = new ArrayList<>();
    Map<String, Supplier<Tensor>> constants = new LinkedHashMap<>();
    List<FileInput> inputs = new ArrayList<>();
    List<FileInput> outputs = new ArrayList<>();
    CRC32C digest = new CRC32C();
    while (reader.next()) {
      switch (reader.field()) {
        case 1 -> {
          WireReader node = reader.message();
          node.addTo(digest);
          nodes.add(node(node));
        }
        case 2 -> name = reader.string();
        case 5 -> {
          TensorMessage tensor = TensorMessage.read(reader.message());
          constants.put(tensor.name(), () -> tensor.decode(external));
        }
        case 11 -> inputs.add(input(reader.message()));
        case 12 -> outputs.add(input(reader.message()));
        case 15 ->
            throw new FormatException(
                "sparse tensors are not read; write the file with dense ones");
        default -> reader.skip();
      }
    }
    return new FileGraph(name, nodes, constants, inputs, outputs, digest.getValue());
  }

  private Node node(WireReader reader) {
    List<String> inputs = new ArrayList<>();
    List<String> outputs = new ArrayList<>();
    String name = "";
    String type = "";
    String domain = "";
    Map<String, Object> attributes = new HashMap<>();
    Map<String, String> metadata = new HashMap<>();
    while (reader.next()) {
      switch (reader.field()) {
        case 1 -> inputs.add(reader.string());
        case 2 -> outputs.add(reader.string());
        case 3 -> name = reader.string();
        case 4 -> type = reader.string();
        case 5 -> attribute(reader.message(), attributes);
        case 7 -> domain = reader.string();
        case 9 -> reader.message().addEntryTo(metadata);
        default -> reader.skip();
      }
    }
    String own = OWN_DOMAINS.contains(domain) ? "" : domain;
    return new Node(name, own, type, inputs, outputs, attributes, scope(metadata));
  }

  /** Returns the second last of the names in {@code ['', 'layer1', 'layer1.0', 'relu']}. */
  private static String scope(Map<String, String> metadata) {
    String[] names = metadata.getOrDefault("pkg.torch.onnx.name_scopes", "").split("'", -1);
    return names.length < 7 ? "" : names[names.length - 4];
  }

  private void attribute(WireReader reader, Map<String, Object> attributes) {
    String name = "";
    int type = 0;
    Object single = null;
    Numbers floats = new Numbers();
    Numbers integers = new Numbers();
    List<String> strings = new ArrayList<>();
    while (reader.next()) {
      switch (reader.field()) {
        case 1 -> name = reader.string();
        case 2 -> single = reader.float32();
        case 3 -> single = reader.integer();
        case 4 -> single = reader.string();
        case 5 -> single = TensorMessage.read(reader.message()).decode(external);
        case 6 -> single = graph(reader.message());
        case 7 -> reader.addFloats(floats);
        case 8 -> reader.addIntegers(integers);
        case 9 -> strings.add(reader.string());
        case 20 -> type = reader.integer32();
        case 21 -> single = new Reference(reader.string());
        default -> reader.skip();
      }
    }
    Object value =
        switch (type) {
          case 1, 2, 3, 4, 5 -> single == null ? zero(type) : single;
          case 6 -> floats(floats);
          case 7 -> integers(integers);
          case 8 -> strings;
          default -> single != null ? single : several(floats, integers, strings);
        };
    if (value != null) {
      attributes.put(name, value);
    }
  }

  /** An attribute whose value is that of the call of the function around it. */
  public record Reference(String attribute) {}

  private static Object zero(int type) {
    return switch (type) {
      case 1 -> 0f;
      case 2 -> 0L;
      case 3 -> "";
      default -> null;
    };
  }

  private static Object several(Numbers floats, Numbers integers, List<String> strings) {
    if (floats.size() > 0) {
      return floats(floats);
    }
    return integers.size() > 0 || strings.isEmpty() ? integers(integers) : strings;
  }

  private static List<Float> floats(Numbers bits) {
    List<Float> values = new ArrayList<>();
    for (long value : bits.toArray()) {
      values.add(Float.intBitsToFloat((int) value));
    }
    return values;
  }

  private static List<Long> integers(Numbers numbers) {
    List<Long> values = new ArrayList<>();
    for (long value : numbers.toArray()) {
      values.add(value);
    }
    return values;
  }

  private static FileInput input(WireReader reader) {
    String name = "";
    FileInput type = new FileInput("", 0, null);
    while (reader.next()) {
      switch (reader.field()) {
        case 1 -> name = reader.string();
        case 2 -> type = type(reader.message());
        default -> reader.skip();
      }
    }
    return new FileInput(name, type.type(), type.dimensions());
  }

  private static FileInput type(WireReader reader) {
    int type = 0;
    List<Long> dimensions = null;
    while (reader.next()) {
      if (reader.field() != 1) { // of tensors; sequences and maps are no input of a network
        reader.skip();
        continue;
      }
      WireReader tensor = reader.message();
      while (tensor.next()) {
        switch (tensor.field()) {
          case 1 -> type = tensor.integer32();
          case 2 -> dimensions = shape(tensor.message());
          default -> tensor.skip();
        }
      }
    }
    return new FileInput("", type, dimensions);
  }

  private static List<Long> shape(WireReader reader) {
    List<Long> dimensions = new ArrayList<>();
    while (reader.next()) {
      if (reader.field() != 1) {
        reader.skip();
        continue;
      }
      WireReader dimension = reader.message();
      long length = -1;
      while (dimension.next()) {
        if (dimension.field() == 1) {
          length = dimension.integer();
        } else {
          dimension.skip();
        }
      }
      dimensions.add(length);
    }
    return dimensions;
  }

  private void function(WireReader reader, Map<String, Model.Function> functions) {
    String name = "";
    String domain = "";
    List<String> inputs = new ArrayList<>();
    List<String> outputs = new ArrayList<>();
    List<String> attributes = new ArrayList<>();
    List<Node> nodes = new ArrayList<>();
    while (reader.next()) {
      switch (reader.field()) {
        case 1 -> name = reader.string();
        case 4 -> inputs.add(reader.string());
        case 5 -> outputs.add(reader.string());
        case 6 -> attributes.add(reader.string());
        case 7 -> nodes.add(node(reader.message()));
        case 10 -> domain = reader.string();
        default -> reader.skip();
      }
    }
    functions.put(domain + ":" + name, new Model.Function(inputs, outputs, attributes, nodes));
  }
}
