package io.github.secateur.exchange;

import io.github.secateur.exchange.onnx.WireWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Builds files of ONNX by hand, whole ones and damaged ones. */
public final class OnnxBytes {
  private final WireWriter graph = new WireWriter();
  private final WireWriter model = new WireWriter();

  private OnnxBytes(int opset) {
    model.integer(1, 8).message(8, new WireWriter().string(1, "").integer(2, opset));
  }

  /** Starts a file with operators of a version. */
  public static OnnxBytes opset(int version) {
    return new OnnxBytes(version);
  }

  /** Adds an input of floats; -1 stands for a length that may vary. */
  public OnnxBytes input(String name, long... dimensions) {
    graph.message(11, value(name, dimensions));
    return this;
  }

  /** Adds an output. */
  public OnnxBytes output(String name) {
    graph.message(12, value(name));
    return this;
  }

  private static WireWriter value(String name, long... dimensions) {
    WireWriter shape = new WireWriter();
    for (long dimension : dimensions) {
      shape.message(
          1,
          dimension < 0 ? new WireWriter().string(2, "n") : new WireWriter().integer(1, dimension));
    }
    WireWriter tensor = new WireWriter().integer(1, 1).message(2, shape);
    return new WireWriter().string(1, name).message(2, new WireWriter().message(1, tensor));
  }

  /** Adds floats under a name. */
  public OnnxBytes floats(String name, int[] dimensions, float... values) {
    graph.message(5, shaped(name, 1, dimensions).rawFloats(9, values));
    return this;
  }

  /** Adds whole numbers under a name. */
  public OnnxBytes integers(String name, long... values) {
    WireWriter tensor = shaped(name, 7, new int[] {values.length});
    for (long value : values) {
      tensor.integer(7, value);
    }
    graph.message(5, tensor);
    return this;
  }

  /** Adds any tensor. */
  public OnnxBytes tensor(WireWriter tensor) {
    graph.message(5, tensor);
    return this;
  }

  /** Returns a tensor without numbers. */
  public static WireWriter shaped(String name, int type, int... dimensions) {
    WireWriter tensor = new WireWriter();
    for (int dimension : dimensions) {
      tensor.integer(1, dimension);
    }
    return tensor.integer(2, type).string(8, name);
  }

  /** Returns a tensor of 3 floats that stands in another file. */
  public static WireWriter elsewhere(String name, String file, String offset) {
    return shaped(name, 1, 3)
        .message(13, new WireWriter().string(1, "location").string(2, file))
        .message(13, new WireWriter().string(1, "offset").string(2, offset))
        .integer(14, 1);
  }

  /** Adds any field of the graph. */
  public OnnxBytes field(int field, WireWriter message) {
    graph.message(field, message);
    return this;
  }

  /**
   * Adds an operator.
   *
   * @param inputs names with commas between
   * @param attributes names and values in turn
   */
  public OnnxBytes node(String type, String inputs, String output, Object... attributes) {
    WireWriter node = new WireWriter();
    for (String input : inputs.split(",", -1)) {
      node.string(1, input);
    }
    for (String each : output.split(",", -1)) {
      node.string(2, each);
    }
    node.string(3, output.split(",")[0] + "_node").string(4, type);
    for (int i = 0; i < attributes.length; i += 2) {
      node.message(5, attribute((String) attributes[i], attributes[i + 1]));
    }
    graph.message(1, node);
    return this;
  }

  private static WireWriter attribute(String name, Object value) {
    WireWriter attribute = new WireWriter().string(1, name);
    if (value instanceof Float number) {
      return attribute.float32(2, number).integer(20, 1);
    }
    if (value instanceof Integer number) {
      return attribute.integer(3, number).integer(20, 2);
    }
    if (value instanceof String text) {
      return attribute.string(4, text).integer(20, 3);
    }
    for (int number : (int[]) value) {
      attribute.integer(8, number);
    }
    return attribute.integer(20, 7);
  }

  /** Returns the file. */
  public byte[] bytes() {
    return model.message(7, graph).toByteArray();
  }

  /** Writes the file into a folder of its own. */
  public Path write() {
    return write(bytes());
  }

  /** Writes bytes as a file into a folder of its own. */
  public static Path write(byte[] bytes) {
    try {
      Path folder = Files.createTempDirectory("onnx");
      Path file = folder.resolve("model.onnx");
      file.toFile().deleteOnExit();
      folder.toFile().deleteOnExit();
      return Files.write(file, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
