package io.github.secateur.graph;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * An immutable graph of operators in topological order. Operator 0 is the input; the last
 * operator's value is the output: the logits, a vector with one value for each class.
 */
public final class Graph {
  private final List<Operator> operators;
  private final List<Parameter> parameters;
  private final int parameterCount;

  private Graph(List<Operator> operators) {
    this.operators = List.copyOf(operators);
    this.parameters =
        operators.stream().flatMap(operator -> operator.parameters().stream()).toList();
    this.parameterCount = parameters.stream().mapToInt(Parameter::size).sum();
  }

  /** Starts a graph whose rows have the given shape. */
  public static Builder builder(String inputName, Shape input) {
    return new Builder(inputName, input);
  }

  /** Returns all operators; each one's inputs come before it. */
  public List<Operator> operators() {
    return operators;
  }

  /** Returns the operator with this id. */
  public Operator operator(int id) {
    return operators.get(id);
  }

  /** Returns the operator that stands for the rows of the batch. */
  public Operator input() {
    return operators.get(0);
  }

  /** Returns the operator whose value is the logits. */
  public Operator output() {
    return operators.get(operators.size() - 1);
  }

  /** Returns all parameters in the order of the flat parameter array. */
  public List<Parameter> parameters() {
    return parameters;
  }

  /** Returns the length of the flat parameter array: weights and statistics, frozen or not. */
  public int parameterCount() {
    return parameterCount;
  }

  /**
   * Returns, for each operator, the ids of the operators that read its value, ascending; one entry
   * for each reading.
   */
  public List<List<Integer>> consumers() {
    List<List<Integer>> consumers = new ArrayList<>();
    operators.forEach(operator -> consumers.add(new ArrayList<>()));
    for (Operator operator : operators) {
      operator.inputs().forEach(input -> consumers.get(input).add(operator.id()));
    }
    return consumers;
  }

  /**
   * Returns this graph with the layers of the given names frozen, beside those already frozen.
   *
   * @throws IllegalArgumentException if no operator has one of the names
   */
  public Graph withFrozen(Set<String> names) {
    Set<String> unknown = new HashSet<>(names);
    operators.forEach(operator -> unknown.remove(operator.name()));
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "no layer is named %s; the layers are %s",
              unknown.stream().sorted().toList(),
              operators.stream().map(Operator::name).toList()));
    }
    Builder builder = new Builder(input().name(), input().shape());
    for (Operator operator : operators.subList(1, operators.size())) {
      builder.add(
          operator.name(),
          operator.type(),
          operator.attributes(),
          operator.inputs(),
          operator.frozen() || names.contains(operator.name()),
          operator.parameters().isEmpty()
              ? Parameter.Initializer.ZEROS
              : operator.parameters().get(0).initializer());
    }
    return builder.build();
  }

  /** Adds operators one by one, inferring shapes and laying out parameters. */
  public static final class Builder {
    private final List<Operator> operators = new ArrayList<>();
    private final Map<String, Integer> names = new HashMap<>();
    private int parameterCount;

    private Builder(String inputName, Shape input) {
      operators.add(
          new Operator(
              0,
              inputName,
              OperatorType.INPUT,
              new Attributes.None(),
              List.of(),
              List.of(),
              input,
              List.of(),
              false));
      names.put(inputName, 0);
    }

    /** Returns the id of the operator added last. */
    public int last() {
      return operators.size() - 1;
    }

    /** Returns the shape of the value of an operator added before. */
    public Shape shape(int id) {
      return operators.get(id).shape();
    }

    /**
     * Adds an operator that reads the values of earlier ones.
     *
     * @param initializer how the kernel of a dense or conv2d operator is drawn; other parameters
     *     have fixed ones
     * @return its id
     * @throws ShapeException if the inputs do not fit
     */
    public int add(
        String name,
        OperatorType type,
        Attributes attributes,
        List<Integer> inputs,
        boolean frozen,
        Parameter.Initializer initializer) {
      if (names.containsKey(name)) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "layer names must be unique, found \"%s\" twice; give one of them another name",
                name));
      }
      List<Shape> inputShapes = inputs.stream().map(this::shape).toList();
      OperatorDefinition<?> definition = type.definition();
      Shape shape = definition.shape(new ShapeCheck(name, type), attributes, inputShapes);
      ParameterList list = new ParameterList(name, frozen, initializer, parameterCount);
      definition.parameters(attributes, inputShapes.isEmpty() ? null : inputShapes.get(0), list);
      List<Parameter> parameters = list.toList();
      long total = parameterCount + parameters.stream().mapToLong(Parameter::size).sum();
      if (total > Integer.MAX_VALUE - 8) {
        throw new IllegalArgumentException(
            "a network may have at most 2^31 - 9 parameters, \"" + name + "\" exceeds that");
      }
      parameterCount = (int) total;
      int id = operators.size();
      operators.add(
          new Operator(id, name, type, attributes, inputs, inputShapes, shape, parameters, frozen));
      names.put(name, id);
      return id;
    }

    /** Returns the graph so far, in which values may be unread. */
    public Graph buildOpen() {
      return new Graph(operators);
    }

    /**
     * Returns the graph whose output is the operator added last.
     *
     * @throws IllegalArgumentException if nobody reads the value of an operator before it
     */
    public Graph build() {
      Graph graph = buildOpen();
      List<List<Integer>> consumers = graph.consumers();
      for (Operator operator : operators.subList(0, last())) {
        if (consumers.get(operator.id()).isEmpty()) {
          throw new IllegalArgumentException(
              String.format(
                  Locale.ROOT,
                  "no layer reads the value of \"%s\"; connect it or leave it out",
                  operator.name()));
        }
      }
      return graph;
    }
  }
}
