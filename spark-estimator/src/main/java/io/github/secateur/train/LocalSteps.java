package io.github.secateur.train;

import io.github.secateur.graph.Graph;
import io.github.secateur.plan.TrainableLayout;

/**
 * Takes optimizer steps on the rows of one shard alone, as part of a round in which all shards do
 * so and their states are averaged at its end: local SGD (Stich 2019), with the optimizer's memory
 * averaged too. Belongs to one thread.
 */
public final class LocalSteps {
  private final ShardWorker worker;
  private final TrainableLayout layout;
  private final float[] parameters;
  private final GradientSum sum;

  /**
   * Allocates what the steps need.
   *
   * @param worker computes the gradients
   * @param parameters the flat parameter array, for its frozen values; not changed
   */
  public LocalSteps(Graph graph, ShardWorker worker, float[] parameters) {
    this.worker = worker;
    this.layout = TrainableLayout.of(graph);
    this.parameters = parameters.clone();
    this.sum = new GradientSum(layout.stateLength());
  }

  /**
   * Takes the steps of a round with the shard's rows.
   *
   * @param weightSum Σ weight of all rows of the shard
   * @param state a copy of the training state; it will be changed
   * @return the state after the steps, as a mean of one. If the loss is no number any more, the
   *     count of that step says so, and there are no further steps
   */
  public StateMean take(
      IndexedShard shard, double weightSum, TrainingState state, StepRange round) {
    state.expectMeanWeight(shard.rows() == 0 ? 0 : weightSum / shard.rows());
    double[] counts = new double[StateMean.COUNTS_PER_STEP * round.size()];
    double weight = 0;
    for (int i = 0; i < round.size(); i++) {
      Step step = round.step(i);
      layout.scatter(state.values(), parameters);
      sum.clear();
      worker.gradient(shard, parameters, step, sum);
      double loss = lossOf(state, step);
      double expected = state.expectedWeight(sum);
      int at = StateMean.COUNTS_PER_STEP * i;
      counts[at] = expected > 0 ? loss * expected : 0;
      counts[at + 1] = expected;
      counts[at + 2] = sum.rows();
      counts[at + 3] = sum.weightSum();
      weight += expected;
      if (expected > 0 && Double.isNaN(loss)) {
        break;
      }
    }
    return state.asMean(weight, counts);
  }

  /** The driver says why a training fails: it knows all shards. */
  private double lossOf(TrainingState state, Step step) {
    try {
      return state.apply(step, sum).loss();
    } catch (TrainingException e) {
      return Double.NaN;
    }
  }
}
