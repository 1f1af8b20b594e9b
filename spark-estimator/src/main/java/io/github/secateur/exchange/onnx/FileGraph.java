package io.github.secateur.exchange.onnx;

import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The operators of a file, as they stand in it.
 *
 * @param name its name
 * @param nodes the operators
 * @param constants the tensors that the file holds by name: weights, read when asked for
 * @param inputs what a caller gives, among it perhaps tensors that the file holds too
 * @param outputs what it computes
 * @param digest a checksum of the operators, CRC-32C over their bytes
 */
public record FileGraph(
    String name,
    List<Node> nodes,
    Map<String, Supplier<Tensor>> constants,
    List<FileInput> inputs,
    List<FileInput> outputs,
    long digest) {

  /** Copies the lists. */
  public FileGraph {
    nodes = List.copyOf(nodes);
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }
}
