package io.github.secateur.train;

import io.github.secateur.graph.Attributes;
import io.github.secateur.graph.Graph;
import io.github.secateur.graph.Operator;
import io.github.secateur.graph.Parameter;
import io.github.secateur.plan.TrainableLayout;
import java.io.Serializable;
import java.util.Arrays;

/**
 * Moves the running statistics of batch normalization: new = momentum · old + (1 - momentum) ·
 * batch.
 */
final class RunningStatistics implements Serializable {
  private static final long serialVersionUID = 1;

  private final int offset;
  private final float[] momentum;

  /** Looks up the momentum of each statistic in the state. */
  RunningStatistics(Graph graph, TrainableLayout layout) {
    offset = layout.trainableCount();
    momentum = new float[layout.statisticCount()];
    for (Operator operator : graph.operators()) {
      if (!operator.frozen() && operator.attributes() instanceof Attributes.BatchNorm batchNorm) {
        for (Parameter parameter : operator.parameters()) {
          if (parameter.role() == Parameter.Role.STATISTIC) {
            int from = layout.stateOffset(parameter) - offset;
            Arrays.fill(momentum, from, from + parameter.size(), batchNorm.momentum());
          }
        }
      }
    }
  }

  /**
   * Moves the statistics in the state towards those of some rows.
   *
   * @param sums in the places of the statistics, rows · statistic, summed over batches
   * @param rows the number of rows of all these batches
   */
  void update(float[] state, float[] sums, long rows) {
    float count = rows;
    for (int i = 0; i < momentum.length; i++) {
      float batch = sums[offset + i] / count;
      state[offset + i] = momentum[i] * state[offset + i] + (1 - momentum[i]) * batch;
    }
  }
}
