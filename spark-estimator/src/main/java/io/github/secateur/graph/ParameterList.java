package io.github.secateur.graph;

import io.github.secateur.graph.Parameter.Initializer;
import io.github.secateur.graph.Parameter.Role;
import java.util.ArrayList;
import java.util.List;

/**
 * The parameters of one operator: its definition adds them in order, and each gets its place in the
 * flat parameter array.
 */
final class ParameterList {
  private final String operatorName;
  private final boolean frozen;
  private final Initializer kernelInitializer;
  private final List<Parameter> parameters = new ArrayList<>();
  private int offset;

  ParameterList(String operatorName, boolean frozen, Initializer kernelInitializer, int offset) {
    this.operatorName = operatorName;
    this.frozen = frozen;
    this.kernelInitializer = kernelInitializer;
    this.offset = offset;
  }

  /** Adds a kernel, drawn by the rule that the layer asks for. */
  void kernel(Shape shape, int fanIn, int fanOut) {
    kernel("kernel", shape, fanIn, fanOut);
  }

  /** Adds a kernel of another name, drawn by the same rule. */
  void kernel(String suffix, Shape shape, int fanIn, int fanOut) {
    add(suffix, shape, Role.KERNEL, kernelInitializer, fanIn, fanOut);
  }

  /** Adds a bias for each output, 0 at first. */
  void bias(int outputs, int fanIn, int fanOut) {
    bias("bias", outputs, fanIn, fanOut);
  }

  /** Adds a bias of another name. */
  void bias(String suffix, int outputs, int fanIn, int fanOut) {
    add(suffix, Shape.of(outputs), Role.BIAS, Initializer.ZEROS, fanIn, fanOut);
  }

  /** Adds one number for each channel. */
  void channels(String suffix, Role role, Initializer initializer, int channels) {
    add(suffix, Shape.of(channels), role, initializer, channels, channels);
  }

  /** Adds an array, drawn from a normal distribution. */
  void normal(String suffix, Shape shape, Role role, float mean, float deviation) {
    add(suffix, shape, role, Initializer.NORMAL, shape.size(), shape.size(), mean, deviation);
  }

  private void add(
      String suffix, Shape shape, Role role, Initializer initializer, int fanIn, int fanOut) {
    add(suffix, shape, role, initializer, fanIn, fanOut, 0, 0);
  }

  private void add(
      String suffix,
      Shape shape,
      Role role,
      Initializer initializer,
      int fanIn,
      int fanOut,
      float mean,
      float deviation) {
    parameters.add(
        new Parameter(
            operatorName + "." + suffix,
            shape,
            offset,
            role,
            initializer,
            fanIn,
            fanOut,
            mean,
            deviation,
            frozen));
    offset += shape.size();
  }

  List<Parameter> toList() {
    return List.copyOf(parameters);
  }
}
