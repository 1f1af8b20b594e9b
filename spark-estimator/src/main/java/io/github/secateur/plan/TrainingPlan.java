package io.github.secateur.plan;

import io.github.secateur.graph.Cost;
import io.github.secateur.graph.Graph;
import io.github.secateur.graph.Operator;
import java.util.List;

/**
 * Everything that is decided before training starts: what is folded, which part of the backward
 * computation runs, and what that saves against the same network with neither.
 */
public final class TrainingPlan {

  /**
   * What happens to one operator of the network.
   *
   * @param operator the operator; never the input
   * @param folded whether it is evaluated once, before training
   * @param action what runs of its backward computation
   * @param reason why
   * @param keptInputs the number of inputs with respect to which the gradient is computed
   * @param forwardWhole the cost of evaluating it in each epoch, unpruned and unfolded
   * @param forward what is left of that
   * @param backwardWhole the cost of its backward computation, unpruned and unfolded
   * @param backward what is left of that
   */
  public record Line(
      Operator operator,
      boolean folded,
      Action action,
      Reason reason,
      int keptInputs,
      Cost forwardWhole,
      Cost forward,
      Cost backwardWhole,
      Cost backward) {

    /** Returns the words for what happens to it. */
    public String label() {
      boolean partly = keptInputs > 0 && keptInputs < operator.inputs().size();
      return folded
          ? "folded"
          : action.label()
              + (partly
                  ? " for " + keptInputs + " of " + operator.inputs().size() + " inputs"
                  : "");
    }
  }

  private final Graph graph;
  private final FoldingPlan folding;
  private final FoldingPlan.Options options;
  private final BackwardPlan whole;
  private final BackwardPlan unfolded;
  private final BackwardPlan kept;

  private TrainingPlan(Graph graph, boolean pruning, FoldingPlan.Options options) {
    this.graph = graph;
    this.options = options;
    this.whole = BackwardPlan.of(graph, false);
    this.unfolded = BackwardPlan.of(graph, pruning);
    this.folding = FoldingPlan.of(graph, options);
    this.kept = BackwardPlan.of(folding.rest(), pruning);
  }

  /**
   * Makes the plan of training a graph.
   *
   * @param pruning whether to prune the backward pass
   * @param folding whether and how much to fold
   * @throws IllegalArgumentException if there is nothing to train
   */
  public static TrainingPlan of(Graph graph, boolean pruning, FoldingPlan.Options folding) {
    return new TrainingPlan(graph, pruning, folding);
  }

  /** Makes the plan of training a graph on rows of floats, pruned and folded. */
  public static TrainingPlan of(Graph graph) {
    return of(graph, true, FoldingPlan.Options.defaults(graph));
  }

  /** Returns the whole network. */
  public Graph graph() {
    return graph;
  }

  /** Returns what is folded. */
  public FoldingPlan folding() {
    return folding;
  }

  /** Returns the plan that runs in every step: the backward plan of what is not folded. */
  public BackwardPlan backward() {
    return kept;
  }

  /** Returns the backward plan of the whole network, as if nothing were folded. */
  public BackwardPlan unfolded() {
    return unfolded;
  }

  /** Returns the plan of the same network unpruned and unfolded. */
  public BackwardPlan whole() {
    return whole;
  }

  /** Returns a line for each operator of the network but the input. */
  public List<Line> lines() {
    return graph.operators().stream().skip(1).map(this::line).toList();
  }

  private Line line(Operator operator) {
    BackwardPlan.Entry before = whole.entry(operator.id());
    BackwardPlan.Entry entry = unfolded.entry(operator.id());
    boolean folded = folding.isFolded(operator.id());
    BackwardPlan.Entry running = folded ? null : running(operator);
    return new Line(
        operator,
        folded,
        entry.action(),
        entry.reason(),
        (int) entry.inputGradients().stream().filter(wanted -> wanted).count(),
        whole.forwardCost(before),
        folded ? Cost.ZERO : kept.forwardCost(running),
        whole.backwardCost(before),
        folded ? Cost.ZERO : kept.backwardCost(running));
  }

  private BackwardPlan.Entry running(Operator operator) {
    return kept.entries().stream()
        .filter(entry -> entry.operator().name().equals(operator.name()))
        .findFirst()
        .orElseThrow();
  }

  /**
   * Returns the floats of workspace that an engine needs for each row of its largest batch under
   * the plan that runs.
   */
  public int workspaceFloatsPerRow() {
    return workspaceFloatsPerRow(kept);
  }

  /** Returns the same for the network unpruned and unfolded. */
  public int wholeWorkspaceFloatsPerRow() {
    return workspaceFloatsPerRow(whole);
  }

  private static int workspaceFloatsPerRow(BackwardPlan plan) {
    return Math.max(
        BufferPlan.forTraining(plan, false).floatsPerRow(),
        BufferPlan.forInference(plan.graph(), false).floatsPerRow());
  }

  /**
   * Returns the floats that a round sends to each task and gets back from it: what training
   * changes.
   */
  public int roundFloats() {
    return TrainableLayout.of(graph).stateLength();
  }

  /** Returns the bytes of a row of the cached training set. */
  public long cachedBytesPerRow() {
    return folding.isEmpty() ? options.inputBytes() : (long) Float.BYTES * folding.foldedSize();
  }

  /** Returns the bytes of a row of the input. */
  public long inputBytesPerRow() {
    return options.inputBytes();
  }

  /** Returns what pruning and folding save in each epoch, figure by figure. */
  public List<Saving> savings() {
    return Saving.of(this);
  }
}
