package io.github.secateur.plan;

import io.github.secateur.graph.Cost;
import io.github.secateur.graph.Graph;
import io.github.secateur.graph.Operator;
import io.github.secateur.graph.OperatorCost;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Which part of each operator's backward computation training needs, decided once, before anything
 * runs.
 *
 * <p>The rule: the gradient of a value is needed if and only if a trainable parameter lies at or
 * before the operator that computes it. An operator's weight gradient runs if it has trainable
 * parameters; its gradient with respect to an input runs if that input's gradient is needed. On a
 * chain this equals a scan from the first layer on: operators that copy or have no weights are
 * removed, the first one with trainable weights loses its input gradient, and the scan stops.
 * Frozen layers count as weightless.
 */
public final class BackwardPlan {

  /**
   * The backward computation of one operator.
   *
   * @param operator the operator; never the graph's input
   * @param action what runs
   * @param reason why
   * @param weightGradient whether the gradients with respect to its parameters are computed
   * @param inputGradients for each input, whether the gradient with respect to it is computed
   */
  public record Entry(
      Operator operator,
      Action action,
      Reason reason,
      boolean weightGradient,
      List<Boolean> inputGradients) {

    public Entry {
      inputGradients = List.copyOf(inputGradients);
    }

    /** Returns whether the gradient with respect to any input is computed. */
    public boolean hasInputGradient() {
      return inputGradients.contains(true);
    }

    /** Returns whether anything of the backward computation runs. */
    public boolean runs() {
      return weightGradient || hasInputGradient();
    }
  }

  private final Graph graph;
  private final boolean pruning;
  private final List<Entry> entries;
  private final GradientFlow flow;

  private BackwardPlan(Graph graph, boolean pruning, List<Entry> entries) {
    this.graph = graph;
    this.pruning = pruning;
    this.entries = List.copyOf(entries);
    this.flow = new GradientFlow(graph, this.entries);
  }

  /**
   * Makes the plan for a graph.
   *
   * @param pruning whether to prune; without it every operator's whole backward computation runs,
   *     even for frozen weights
   * @throws IllegalArgumentException if the graph has no trainable parameter
   */
  public static BackwardPlan of(Graph graph, boolean pruning) {
    if (graph.operators().stream().noneMatch(Operator::isTrainable)) {
      throw new IllegalArgumentException(
          graph.parameterCount() == 0
              ? "the network has no layer with weights, so there is nothing to train; add a dense"
                  + " or conv2d layer"
              : "all layers with weights are frozen, so there is nothing to train; leave at least"
                  + " one unfrozen");
    }
    boolean[] needsGradient = new boolean[graph.operators().size()];
    boolean[] afterWeights = new boolean[graph.operators().size()];
    for (Operator operator : graph.operators()) {
      int id = operator.id();
      needsGradient[id] =
          operator.isTrainable()
              || operator.inputs().stream().anyMatch(input -> needsGradient[input]);
      afterWeights[id] =
          operator.type().hasWeights()
              || operator.inputs().stream().anyMatch(input -> afterWeights[input]);
    }
    List<Entry> entries = new ArrayList<>();
    for (Operator operator : graph.operators().subList(1, graph.operators().size())) {
      entries.add(
          pruning
              ? prunedEntry(operator, needsGradient, afterWeights)
              : new Entry(
                  operator,
                  Action.KEPT,
                  Reason.NOT_PRUNED,
                  operator.type().hasWeights(),
                  // There is no gradient with respect to the input.
                  Collections.nCopies(operator.inputs().size(), !operator.type().isInput())));
    }
    return new BackwardPlan(graph, pruning, entries);
  }

  private static Entry prunedEntry(
      Operator operator, boolean[] needsGradient, boolean[] afterWeights) {
    List<Boolean> inputGradients =
        operator.inputs().stream().map(input -> needsGradient[input]).toList();
    boolean inputGradient = inputGradients.contains(true);
    boolean weightGradient = operator.isTrainable();
    boolean frozenWeights = operator.type().hasWeights() && !weightGradient;
    if (weightGradient) {
      return inputGradient
          ? new Entry(
              operator, Action.KEPT, Reason.REACHES_TRAINABLE_PARAMETER, true, inputGradients)
          : new Entry(
              operator,
              Action.WEIGHT_GRADIENT_ONLY,
              Reason.ADJACENT_TO_WEIGHTLESS,
              true,
              inputGradients);
    }
    if (inputGradient) {
      return frozenWeights
          ? new Entry(operator, Action.INPUT_GRADIENT_ONLY, Reason.FROZEN, false, inputGradients)
          : new Entry(
              operator, Action.KEPT, Reason.REACHES_TRAINABLE_PARAMETER, false, inputGradients);
    }
    return new Entry(
        operator,
        Action.REMOVED,
        removalReason(operator, frozenWeights, afterWeights),
        false,
        inputGradients);
  }

  private static Reason removalReason(
      Operator operator, boolean frozenWeights, boolean[] afterWeights) {
    if (frozenWeights) {
      return Reason.FROZEN;
    }
    if (operator.inputs().stream().anyMatch(input -> afterWeights[input])) {
      return Reason.REACHES_NO_TRAINABLE_PARAMETER;
    }
    return operator.type().isCopy() ? Reason.COPY_OPERATOR : Reason.WEIGHTLESS_OPERATOR;
  }

  /** Returns the graph it was made for. */
  public Graph graph() {
    return graph;
  }

  /** Returns whether pruning was on. */
  public boolean pruning() {
    return pruning;
  }

  /** Returns an entry for each operator but the input, in network order. */
  public List<Entry> entries() {
    return entries;
  }

  /** Returns the entry of the operator with this id, which is not the input's. */
  public Entry entry(int operatorId) {
    return entries.get(operatorId - 1);
  }

  /**
   * Returns the cost of evaluating one operator in training, with what its kept backward
   * computation reads.
   */
  public Cost forwardCost(Entry entry) {
    return OperatorCost.of(entry.operator()).forward(entry.runs());
  }

  /** Returns the cost of the kept backward computation of one operator. */
  public Cost backwardCost(Entry entry) {
    OperatorCost whole = OperatorCost.of(entry.operator());
    Cost cost = entry.runs() ? whole.sharedBackward() : Cost.ZERO;
    cost = entry.weightGradient() ? cost.plus(whole.weightGradient()) : cost;
    for (int i = 0; i < entry.inputGradients().size(); i++) {
      cost = entry.inputGradients().get(i) ? cost.plus(whole.inputGradients().get(i)) : cost;
    }
    return cost.plus(flow.cost(entry.operator()));
  }

  /** Returns the cost of one training batch: forward, loss and backward. */
  public Cost cost() {
    Cost cost = OperatorCost.loss(graph.output().shape().size());
    for (Entry entry : entries) {
      cost = cost.plus(forwardCost(entry)).plus(backwardCost(entry));
    }
    return cost;
  }

  /** Returns how gradients of values with several readers are added up. */
  GradientFlow flow() {
    return flow;
  }
}
