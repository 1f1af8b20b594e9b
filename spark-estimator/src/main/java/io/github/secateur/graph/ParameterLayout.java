package io.github.secateur.graph;

import io.github.secateur.graph.Parameter.Initializer;
import io.github.secateur.graph.Parameter.Role;
import java.util.ArrayList;
import java.util.List;

/**
 * Decides which parameters an operator owns, and gives each its place in the flat parameter array.
 */
final class ParameterLayout {
  private final String operatorName;
  private final boolean frozen;
  private final List<Parameter> parameters = new ArrayList<>();
  private int offset;

  ParameterLayout(String operatorName, boolean frozen, int offset) {
    this.operatorName = operatorName;
    this.frozen = frozen;
    this.offset = offset;
  }

  List<Parameter> parameters(
      OperatorType type, Attributes attributes, Shape input, Initializer kernelInitializer) {
    switch (type) {
      case DENSE -> {
        Attributes.Dense dense = (Attributes.Dense) attributes;
        add(
            "kernel",
            Shape.of(input.last(), dense.units()),
            Role.KERNEL,
            kernelInitializer,
            input.last(),
            dense.units());
        if (dense.bias()) {
          add(
              "bias",
              Shape.of(dense.units()),
              Role.BIAS,
              Initializer.ZEROS,
              input.last(),
              dense.units());
        }
      }
      case CONV2D -> {
        Attributes.Conv2d conv = (Attributes.Conv2d) attributes;
        int window = conv.kernelHeight() * conv.kernelWidth();
        int groupInputs = input.last() / conv.groups();
        int fanIn = window * groupInputs;
        int fanOut = window * conv.filters() / conv.groups();
        Shape shape =
            Shape.of(conv.kernelHeight(), conv.kernelWidth(), groupInputs, conv.filters());
        add("kernel", shape, Role.KERNEL, kernelInitializer, fanIn, fanOut);
        if (conv.bias()) {
          add("bias", Shape.of(conv.filters()), Role.BIAS, Initializer.ZEROS, fanIn, fanOut);
        }
      }
      case BATCH_NORM -> {
        addChannel("gain", Role.GAIN, Initializer.ONES, input);
        addChannel("bias", Role.BIAS, Initializer.ZEROS, input);
        addChannel("mean", Role.STATISTIC, Initializer.ZEROS, input);
        addChannel("variance", Role.STATISTIC, Initializer.ONES, input);
      }
      case LAYER_NORM -> {
        addChannel("gain", Role.GAIN, Initializer.ONES, input);
        addChannel("bias", Role.BIAS, Initializer.ZEROS, input);
      }
      default -> {}
    }
    return parameters;
  }

  private void addChannel(String suffix, Role role, Initializer initializer, Shape input) {
    add(suffix, Shape.of(input.last()), role, initializer, input.last(), input.last());
  }

  private void add(
      String suffix, Shape shape, Role role, Initializer initializer, int fanIn, int fanOut) {
    parameters.add(
        new Parameter(
            operatorName + "." + suffix, shape, offset, role, initializer, fanIn, fanOut, frozen));
    offset += shape.size();
  }
}
