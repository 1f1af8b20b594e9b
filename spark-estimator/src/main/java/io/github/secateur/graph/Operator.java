package io.github.secateur.graph;

import java.util.List;

/**
 * A node of the graph: computes one value from the values of its inputs.
 *
 * @param id the index in {@link Graph#operators()}; inputs have smaller ones
 * @param name the name of the layer it comes from, unique in the graph
 * @param type what it computes
 * @param attributes its constants
 * @param inputs the ids of the operators whose values it reads, in order
 * @param inputShapes the shapes of those values
 * @param shape the shape of one row of its value
 * @param parameters its parameters, kernel before bias; empty for types without weights
 * @param frozen whether its layer was frozen: parameters and statistics stay, random behaviour is
 *     off
 */
public record Operator(
    int id,
    String name,
    OperatorType type,
    Attributes attributes,
    List<Integer> inputs,
    List<Shape> inputShapes,
    Shape shape,
    List<Parameter> parameters,
    boolean frozen) {

  public Operator {
    inputs = List.copyOf(inputs);
    inputShapes = List.copyOf(inputShapes);
    parameters = List.copyOf(parameters);
  }

  /** Returns what is known of its type. */
  public OperatorDefinition<?> definition() {
    return type.definition();
  }

  /** Returns the shape of its first input. */
  public Shape inputShape() {
    return inputShapes.get(0);
  }

  /** Returns whether it has a parameter that training changes by gradient. */
  public boolean isTrainable() {
    return parameters.stream().anyMatch(Parameter::isTrainable);
  }

  /**
   * Returns its parameter with the given suffix, for example {@code kernel}, or null if it has none
   * such.
   */
  public Parameter parameter(String suffix) {
    for (Parameter parameter : parameters) {
      if (parameter.name().endsWith("." + suffix)) {
        return parameter;
      }
    }
    return null;
  }
}
