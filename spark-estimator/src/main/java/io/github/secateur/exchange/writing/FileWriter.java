package io.github.secateur.exchange.writing;

import io.github.secateur.exchange.onnx.FileInput;
import io.github.secateur.exchange.onnx.WireWriter;
import java.util.List;
import java.util.zip.CRC32C;

/** Collects the operators, weights, inputs and outputs of a file of ONNX. */
final class FileWriter {
  /** The version of the operators that are written. */
  static final int OPSET = 20;

  private static final int IR_VERSION = 9;
  private static final int INT64 = 7;

  private final WireWriter graph = new WireWriter();
  private final CRC32C digest = new CRC32C();

  FileWriter() {
    graph.string(2, "secateur");
  }

  /**
   * Adds an operator.
   *
   * @param output the name of its value, or several with commas between; empty for one left out
   * @param attributes names and values in turn: Integer, Float, String or int[]
   */
  void node(String type, String name, List<String> inputs, String output, Object... attributes) {
    WireWriter node = new WireWriter();
    inputs.forEach(input -> node.string(1, input));
    for (String each : output.split(",")) {
      node.string(2, each);
    }
    node.string(3, name).string(4, type);
    for (int i = 0; i < attributes.length; i += 2) {
      node.message(5, attribute((String) attributes[i], attributes[i + 1]));
    }
    byte[] bytes = node.toByteArray();
    digest.update(bytes);
    graph.bytes(1, bytes);
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

  /** Adds an array of floats. */
  String floats(String name, int[] dimensions, float... values) {
    graph.message(5, tensor(name, FileInput.FLOAT, dimensions).rawFloats(9, values));
    return name;
  }

  /** Adds a vector of whole numbers. */
  String integers(String name, int... values) {
    WireWriter tensor = tensor(name, INT64, new int[] {values.length});
    for (int value : values) {
      tensor.integer(7, value);
    }
    graph.message(5, tensor);
    return name;
  }

  private static WireWriter tensor(String name, int type, int[] dimensions) {
    WireWriter tensor = new WireWriter();
    for (int dimension : dimensions) {
      tensor.integer(1, dimension);
    }
    return tensor.integer(2, type).string(8, name);
  }

  /** Adds an input of any number of rows of floats. */
  void input(String name, int... row) {
    graph.message(11, value(name, row));
  }

  /** Adds an output of as many rows of floats. */
  void output(String name, int... row) {
    graph.message(12, value(name, row));
  }

  private static WireWriter value(String name, int[] row) {
    WireWriter shape = new WireWriter().message(1, new WireWriter().string(2, "batch"));
    for (int length : row) {
      shape.message(1, new WireWriter().integer(1, length));
    }
    WireWriter tensor = new WireWriter().integer(1, FileInput.FLOAT).message(2, shape);
    return new WireWriter().string(1, name).message(2, new WireWriter().message(1, tensor));
  }

  /** Returns the file, with a text that tells of the network. */
  byte[] toByteArray(String json) {
    return new WireWriter()
        .integer(1, IR_VERSION)
        .string(2, "secateur")
        .message(7, graph)
        .message(8, new WireWriter().string(1, "").integer(2, OPSET))
        .message(14, new WireWriter().string(1, OwnFiles.NETWORK).string(2, json))
        .message(
            14,
            new WireWriter().string(1, OwnFiles.DIGEST).string(2, Long.toString(digest.getValue())))
        .toByteArray();
  }
}
