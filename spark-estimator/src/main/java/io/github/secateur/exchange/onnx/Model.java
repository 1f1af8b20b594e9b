package io.github.secateur.exchange.onnx;

import java.util.List;
import java.util.Map;

/**
 * What an ONNX file holds.
 *
 * @param opset the version of ONNX' set of operators
 * @param producer the program that wrote it, with its version
 * @param graph the operators
 * @param functions operators written as graphs of others, by domain and name: {@code domain:name}
 * @param metadata texts by name
 */
public record Model(
    int opset,
    String producer,
    FileGraph graph,
    Map<String, Function> functions,
    Map<String, String> metadata) {

  /**
   * An operator that is written as others.
   *
   * @param inputs the names of its inputs inside
   * @param outputs the names of its outputs inside
   * @param attributes the names of its attributes
   * @param nodes its operators
   */
  public record Function(
      List<String> inputs, List<String> outputs, List<String> attributes, List<Node> nodes) {}
}
