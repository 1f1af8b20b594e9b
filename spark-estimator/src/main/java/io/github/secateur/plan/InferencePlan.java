package io.github.secateur.plan;

import io.github.secateur.graph.Attributes;
import io.github.secateur.graph.Graph;
import io.github.secateur.graph.Operator;
import io.github.secateur.graph.Parameter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The graph that inference runs: operators that multiply by constants are merged into the dense or
 * convolution layer behind or before them, where the result is the same up to float rounding.
 *
 * <p>Scale merges into the next layer with a kernel, normalization too unless zero padding would be
 * shifted, and batch normalization into the layer before it; only copies that keep the channels
 * apart may lie between. Dropout and identity, which do nothing in inference, take no work anyway.
 */
public final class InferencePlan {

  /**
   * One merge.
   *
   * @param constant the operator that is gone
   * @param layer the dense or convolution layer whose kernel and bias take its place
   */
  public record Merge(Operator constant, Operator layer) {}

  private final Graph original;
  private final Graph graph;
  private final List<Merge> merges;

  private InferencePlan(Graph original, List<Merge> merges) {
    this.original = original;
    this.merges = List.copyOf(merges);
    this.graph = merges.isEmpty() ? original : rebuild();
  }

  /** Makes the plan of inference on a graph. */
  public static InferencePlan of(Graph graph) {
    List<Merge> merges = new ArrayList<>();
    List<List<Integer>> consumers = graph.consumers();
    for (Operator operator : graph.operators()) {
      Operator layer =
          switch (operator.definition().mergeSide()) {
            case NONE -> null;
            case LAYER_BEHIND -> layerBehind(graph, consumers, operator);
            case LAYER_BEFORE -> layerBefore(graph, consumers, operator);
          };
      // One constant to a layer and side: what merges further would change what was merged before.
      boolean taken = merges.stream().anyMatch(merge -> merge.layer().equals(layer));
      if (layer != null && !taken) {
        merges.add(new Merge(operator, layer));
      }
    }
    return new InferencePlan(graph, merges);
  }

  private static Operator layerBehind(
      Graph graph, List<List<Integer>> consumers, Operator constant) {
    Operator next = constant;
    do {
      if (consumers.get(next.id()).size() != 1) {
        return null;
      }
      next = graph.operator(consumers.get(next.id()).get(0));
    } while (next.definition().passesThrough(true));
    return next.definition().mergesConstantsOfInput(next, constant) ? next : null;
  }

  private static Operator layerBefore(Graph graph, List<List<Integer>> consumers, Operator norm) {
    Operator before = graph.operator(norm.inputs().get(0));
    return before.definition().mergesConstantsOfOutput() && consumers.get(before.id()).size() == 1
        ? before
        : null;
  }

  private Graph rebuild() {
    Graph.Builder builder = Graph.builder(original.input().name(), original.input().shape());
    Map<Integer, Integer> ids = new HashMap<>(Map.of(0, 0));
    for (Operator operator : original.operators().subList(1, original.operators().size())) {
      Merge gone = mergeOf(operator);
      if (gone != null) {
        ids.put(operator.id(), ids.get(operator.inputs().get(0)));
        continue;
      }
      Attributes attributes =
          isTarget(operator) ? operator.definition().withBias(operator) : operator.attributes();
      List<Integer> inputs = operator.inputs().stream().map(ids::get).toList();
      Parameter.Initializer initializer =
          Parameter.Initializer.ZEROS; // parameters are given, not drawn
      ids.put(
          operator.id(),
          builder.add(
              operator.name(),
              operator.type(),
              attributes,
              inputs,
              operator.frozen(),
              initializer));
    }
    return builder.build();
  }

  private Merge mergeOf(Operator constant) {
    return merges.stream()
        .filter(merge -> merge.constant().equals(constant))
        .findFirst()
        .orElse(null);
  }

  private boolean isTarget(Operator operator) {
    return merges.stream().anyMatch(merge -> merge.layer().equals(operator));
  }

  /** Returns the graph that inference runs. */
  public Graph graph() {
    return graph;
  }

  /** Returns what was merged, in network order. */
  public List<Merge> merges() {
    return merges;
  }

  /**
   * Returns the flat parameter array of {@link #graph()}, computed in double from the original's.
   */
  public float[] parameters(float[] parameters) {
    if (merges.isEmpty()) {
      return parameters;
    }
    float[] result = new float[graph.parameterCount()];
    for (Parameter target : graph.parameters()) {
      for (Parameter source : original.parameters()) {
        if (source.name().equals(target.name())) {
          System.arraycopy(parameters, source.offset(), result, target.offset(), target.size());
        }
      }
    }
    for (Merge merge : merges) {
      Operator layer =
          graph.operators().stream()
              .filter(operator -> operator.name().equals(merge.layer().name()))
              .findFirst()
              .orElseThrow();
      new KernelMerge(layer, result).apply(merge.constant(), parameters);
    }
    return result;
  }
}
