package io.github.secateur.plan;

import io.github.secateur.graph.Attributes;
import io.github.secateur.graph.Cost;
import io.github.secateur.graph.Graph;
import io.github.secateur.graph.Operator;
import io.github.secateur.graph.OperatorCost;
import io.github.secateur.graph.OperatorType;
import io.github.secateur.graph.Parameter;
import io.github.secateur.graph.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;

/**
 * Which operators compute the same values in every epoch, so that they are evaluated once, before
 * training, and training starts behind them.
 *
 * <p>An operator can be folded if no trainable parameter and nothing random lies at or before it.
 * All such operators are taken, inside branches too; then the last ones are given back one by one
 * until a folded row keeps to the budget and every byte by which a row grows saves at least {@value
 * #FLOPS_PER_BYTE} operations in each epoch.
 *
 * <p>A frozen constant that is learned reads no row: it is no part of a folded row, and stands in
 * each part of the graph that reads it.
 *
 * <p>The graph is cut in two: a prefix that computes a folded row from an input row, and a rest
 * that reads folded rows and owns every trainable parameter, in the same order.
 */
public final class FoldingPlan {

  /**
   * What folding may cost.
   *
   * @param enabled whether to fold at all
   * @param budget the largest size of a folded row in bytes, as a multiple of the bytes of an input
   *     row
   * @param inputBytes the bytes of an input row as it is stored: 1 for each value of bytes, 4 for
   *     floats
   */
  public record Options(boolean enabled, double budget, long inputBytes) {
    /** The budget unless something else is asked for. */
    public static final double DEFAULT_BUDGET = 16;

    /** Returns the options for rows stored as floats, with the default budget. */
    public static Options defaults(Graph graph) {
      return new Options(true, DEFAULT_BUDGET, (long) Float.BYTES * graph.input().shape().size());
    }

    /** Returns options under which nothing is folded. */
    public static Options off() {
      return new Options(false, 0, 1);
    }
  }

  /** A row may grow by a byte if that saves this many operations in each epoch. */
  static final long FLOPS_PER_BYTE = 2;

  private final Graph graph;
  private final TreeSet<Integer> folded;
  private final List<Integer> frontier;
  private final Graph prefix;
  private final Graph rest;
  private final String note;

  private FoldingPlan(Graph graph, TreeSet<Integer> folded, String note) {
    this.graph = graph;
    this.folded = folded;
    this.note = note;
    this.frontier = frontier(graph, folded);
    this.prefix = folded.isEmpty() ? null : prefixGraph();
    this.rest = folded.isEmpty() ? graph : restGraph();
  }

  /** Decides what to fold. */
  public static FoldingPlan of(Graph graph, Options options) {
    TreeSet<Integer> folded = new TreeSet<>();
    if (!options.enabled()) {
      return new FoldingPlan(graph, folded, "folding is off");
    }
    for (Operator operator : graph.operators()) {
      boolean constant =
          !operator.isTrainable() && (!operator.type().isRandom() || operator.frozen());
      boolean behindConstants =
          operator.inputs().stream()
              .allMatch(
                  input ->
                      input == 0 || folded.contains(input) || isConstant(graph.operator(input)));
      boolean reads = operator.id() > 0 && !operator.definition().isSource();
      if (reads && constant && behindConstants) {
        folded.add(operator.id());
      }
    }
    String note = folded.isEmpty() ? "nothing before the first trainable layer can be folded" : "";
    while (!folded.isEmpty()) {
      String objection = objection(graph, folded, options);
      if (objection == null) {
        break;
      }
      note =
          String.format(
              Locale.ROOT,
              "layer \"%s\" is not folded: %s",
              graph.operator(folded.last()).name(),
              objection);
      folded.remove(folded.last());
    }
    return new FoldingPlan(graph, folded, note);
  }

  /** Returns whether it is a learned constant that is frozen. */
  private static boolean isConstant(Operator operator) {
    return operator.definition().isSource() && !operator.isTrainable();
  }

  /** Returns whether a folded operator reads the value of an operator, or one that is not. */
  private boolean isRead(Operator operator, boolean byFolded) {
    return graph.consumers().get(operator.id()).stream()
        .anyMatch(consumer -> folded.contains(consumer) == byFolded);
  }

  private static String objection(Graph graph, TreeSet<Integer> folded, Options options) {
    long bytes = (long) Float.BYTES * size(graph, frontier(graph, folded));
    long growth = bytes - options.inputBytes();
    Cost saved = Cost.ZERO;
    for (int id : folded) {
      saved = saved.plus(OperatorCost.of(graph.operator(id)).forward());
    }
    if (bytes > options.budget() * options.inputBytes()) {
      return String.format(
          Locale.ROOT,
          "a folded row would take %,d bytes, more than the budget of %s × %,d",
          bytes,
          trimmed(options.budget()),
          options.inputBytes());
    }
    if (growth > 0 && saved.flopsPerRow() < FLOPS_PER_BYTE * growth) {
      return String.format(
          Locale.ROOT,
          "a row would grow by %,d bytes to save %,d operations",
          growth,
          saved.flopsPerRow());
    }
    // Several folded values are parts of a row, which the rest copies.
    long parts = frontier(graph, folded).size() > 1 ? 2 * bytes : 0;
    boolean free = saved.flopsPerRow() == 0 && saved.bytesPerRow() <= parts;
    return free ? "it costs nothing" : null;
  }

  private static String trimmed(double number) {
    return number == Math.rint(number) ? Long.toString((long) number) : Double.toString(number);
  }

  /** Returns the folded values, or the input, that operators outside read; ascending. */
  private static List<Integer> frontier(Graph graph, TreeSet<Integer> folded) {
    TreeSet<Integer> frontier = new TreeSet<>();
    for (Operator operator : graph.operators()) {
      if (!folded.contains(operator.id())) {
        operator.inputs().stream().filter(i -> i == 0 || folded.contains(i)).forEach(frontier::add);
      }
    }
    return List.copyOf(frontier);
  }

  private static long size(Graph graph, List<Integer> values) {
    return values.stream().mapToLong(id -> graph.operator(id).shape().size()).sum();
  }

  private Graph prefixGraph() {
    Graph.Builder builder = Graph.builder(graph.input().name(), graph.input().shape());
    Map<Integer, Integer> ids = new HashMap<>(Map.of(0, 0));
    for (Operator operator : graph.operators()) {
      boolean constant = isConstant(operator) && isRead(operator, true);
      if (folded.contains(operator.id()) || constant) {
        copy(operator, builder, ids);
      }
    }
    if (frontier.size() > 1) {
      List<Integer> parts = new ArrayList<>();
      for (int id : frontier) {
        Attributes flat = new Attributes.Reshape(Shape.of(graph.operator(id).shape().size()));
        String name = "folded:" + graph.operator(id).name();
        parts.add(add(builder, name, OperatorType.RESHAPE, flat, List.of(ids.get(id))));
      }
      add(builder, "folded", OperatorType.CONCAT, new Attributes.Concat(0), parts);
    }
    return builder.build();
  }

  private Graph restGraph() {
    Shape single = graph.operator(frontier.get(0)).shape();
    Shape input = frontier.size() == 1 ? single : Shape.of((int) size(graph, frontier));
    Graph.Builder builder = Graph.builder(frontier.size() == 1 ? inputName() : "folded", input);
    Map<Integer, Integer> ids = new HashMap<>();
    int offset = 0;
    for (int id : frontier) {
      Operator value = graph.operator(id);
      Attributes part = new Attributes.InputPart(offset, value.shape());
      ids.put(
          id,
          frontier.size() == 1
              ? 0
              : add(builder, "folded:" + value.name(), OperatorType.INPUT_PART, part, List.of(0)));
      offset += value.shape().size();
    }
    for (Operator operator : graph.operators()) {
      if (operator.id() > 0 && !isFolded(operator.id())) {
        copy(operator, builder, ids);
      }
    }
    return builder.build();
  }

  private String inputName() {
    return "folded:" + graph.operator(frontier.get(0)).name();
  }

  private static int add(
      Graph.Builder builder,
      String name,
      OperatorType type,
      Attributes attributes,
      List<Integer> inputs) {
    return builder.add(name, type, attributes, inputs, false, Parameter.Initializer.ZEROS);
  }

  private static void copy(Operator operator, Graph.Builder builder, Map<Integer, Integer> ids) {
    Parameter.Initializer initializer =
        operator.parameters().isEmpty()
            ? Parameter.Initializer.ZEROS
            : operator.parameters().get(0).initializer();
    int id =
        builder.add(
            operator.name(),
            operator.type(),
            operator.attributes(),
            operator.inputs().stream().map(ids::get).toList(),
            operator.frozen(),
            initializer);
    ids.put(operator.id(), id);
  }

  /** Returns whether nothing is folded. */
  public boolean isEmpty() {
    return folded.isEmpty();
  }

  /** Returns whether an operator is evaluated once, before training. */
  public boolean isFolded(int operatorId) {
    Operator operator = graph.operator(operatorId);
    return folded.contains(operatorId)
        || isConstant(operator) && isRead(operator, true) && !isRead(operator, false);
  }

  /** Returns the graph that computes a folded row from an input row; null if nothing is folded. */
  public Graph prefix() {
    return prefix;
  }

  /**
   * Returns the graph that training runs: it reads folded rows. The whole graph if nothing is
   * folded.
   */
  public Graph rest() {
    return rest;
  }

  /** Returns the number of values of a folded row. */
  public int foldedSize() {
    return rest.input().shape().size();
  }

  /** Returns why not more is folded; empty if all that could be is. */
  public String note() {
    return note;
  }

  /**
   * Returns the part of the whole graph's flat parameter array that the prefix or the rest reads.
   */
  public float[] parametersOf(Graph part, float[] parameters) {
    float[] selected = new float[part.parameterCount()];
    for (Parameter target : part.parameters()) {
      System.arraycopy(
          parameters, source(target).offset(), selected, target.offset(), target.size());
    }
    return selected;
  }

  /**
   * Copies the parameters of the rest to their places in the whole graph's flat parameter array.
   */
  public void restore(float[] restParameters, float[] parameters) {
    for (Parameter part : rest.parameters()) {
      System.arraycopy(
          restParameters, part.offset(), parameters, source(part).offset(), part.size());
    }
  }

  private Parameter source(Parameter target) {
    return graph.parameters().stream()
        .filter(parameter -> parameter.name().equals(target.name()))
        .findFirst()
        .orElseThrow();
  }
}
