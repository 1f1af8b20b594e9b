package io.github.secateur.plan;

import io.github.secateur.graph.Graph;
import io.github.secateur.graph.Operator;
import java.util.List;

/**
 * The order in which operators are evaluated, and which of them compute nothing because their value
 * is their input's. Training and inference differ: dropout is only active in training, batch
 * normalization uses the batch's statistics in training and the running ones in inference. A frozen
 * operator is always in inference mode.
 */
public final class ForwardPlan {

  /**
   * One operator to evaluate.
   *
   * @param operator the operator; never the graph's input
   * @param training whether it is evaluated in training mode
   * @param passesThrough whether its value is its input's, in the same memory
   */
  public record Entry(Operator operator, boolean training, boolean passesThrough) {}

  private final Graph graph;
  private final boolean training;
  private final List<Entry> entries;

  private ForwardPlan(Graph graph, boolean training) {
    this.graph = graph;
    this.training = training;
    this.entries =
        graph.operators().stream()
            .skip(1)
            .map(operator -> entry(operator, training && !operator.frozen()))
            .toList();
  }

  /** Makes the plan of evaluating a graph in training. */
  public static ForwardPlan forTraining(Graph graph) {
    return new ForwardPlan(graph, true);
  }

  /** Makes the plan of evaluating a graph in inference. */
  public static ForwardPlan forInference(Graph graph) {
    return new ForwardPlan(graph, false);
  }

  private static Entry entry(Operator operator, boolean training) {
    return new Entry(operator, training, operator.definition().passesThrough(training));
  }

  /** Returns the graph it was made for. */
  public Graph graph() {
    return graph;
  }

  /** Returns whether it is the plan of training. */
  public boolean training() {
    return training;
  }

  /** Returns the operators to evaluate, in order. */
  public List<Entry> entries() {
    return entries;
  }

  /** Returns the entry of the operator with this id, which is not the input's. */
  public Entry entry(int operatorId) {
    return entries.get(operatorId - 1);
  }
}
