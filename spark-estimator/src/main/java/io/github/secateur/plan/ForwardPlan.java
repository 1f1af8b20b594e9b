package io.github.secateur.plan;

import io.github.secateur.graph.Graph;
import io.github.secateur.graph.Operator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The order in which operators are evaluated, and which of them compute nothing because their value
 * is their input's. Training and inference differ: dropout is only active in training, batch
 * normalization uses the batch's statistics in training and the running ones in inference. A frozen
 * operator is always in inference mode.
 *
 * <p>Activations are fused into the layer before them where its kernels can apply them; their
 * gradients stay steps of their own.
 */
public final class ForwardPlan {

  /** How the value of an operator comes about. */
  public enum Evaluation {
    /** The operator computes it. */
    COMPUTED,
    /** It is its input's, in the same memory. */
    PASSES_THROUGH,
    /** The layer before it applies the activation to its outputs while they are in the cache. */
    IN_LAYER_BEFORE
  }

  /**
   * One operator to evaluate.
   *
   * @param operator the operator; never the graph's input
   * @param training whether it is evaluated in training mode
   * @param evaluation how its value comes about
   * @param activation the operator whose activation it applies to its outputs, or null
   */
  public record Entry(
      Operator operator, boolean training, Evaluation evaluation, Operator activation) {

    /** Returns whether its value is its input's, in the same memory. */
    public boolean passesThrough() {
      return evaluation == Evaluation.PASSES_THROUGH;
    }
  }

  private final Graph graph;
  private final boolean training;
  private final List<Entry> entries;

  private ForwardPlan(Graph graph, BackwardPlan backward) {
    this.graph = graph;
    this.training = backward != null;
    Map<Integer, Operator> fused = new HashMap<>(); // by the ids of the layers that apply them
    List<List<Integer>> consumers = graph.consumers();
    for (Operator operator : graph.operators()) {
      if (isFused(operator, consumers, backward)) {
        fused.put(operator.inputs().get(0), operator);
      }
    }
    this.entries =
        graph.operators().stream()
            .skip(1)
            .map(operator -> entry(operator, training && !operator.frozen(), fused))
            .toList();
  }

  /** Makes the plan of evaluating a graph in training, with this backward plan. */
  public static ForwardPlan forTraining(BackwardPlan backward) {
    return new ForwardPlan(backward.graph(), backward);
  }

  /** Makes the plan of evaluating a graph in inference. */
  public static ForwardPlan forInference(Graph graph) {
    return new ForwardPlan(graph, null);
  }

  /**
   * Returns whether an operator is an activation that the layer before it can apply: nobody else
   * reads what it is applied to, its own backward computation neither.
   */
  private boolean isFused(Operator operator, List<List<Integer>> consumers, BackwardPlan backward) {
    if (!operator.type().isActivation()) {
      return false;
    }
    int before = operator.inputs().get(0);
    boolean readAgain =
        backward != null
            && backward.entry(operator.id()).hasInputGradient()
            && operator.definition().gradientRule(operator).inputGradientReadsInput();
    return before > 0
        && graph.operator(before).definition().appliesActivation()
        && consumers.get(before).size() == 1
        && !readAgain;
  }

  private static boolean isFusedInto(Operator operator, Map<Integer, Operator> fused) {
    return !operator.inputs().isEmpty() && operator.equals(fused.get(operator.inputs().get(0)));
  }

  private static Entry entry(Operator operator, boolean training, Map<Integer, Operator> fused) {
    Evaluation evaluation = Evaluation.COMPUTED;
    if (operator.definition().passesThrough(training)) {
      evaluation = Evaluation.PASSES_THROUGH;
    } else if (isFusedInto(operator, fused)) {
      evaluation = Evaluation.IN_LAYER_BEFORE;
    }
    return new Entry(operator, training, evaluation, fused.get(operator.id()));
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
