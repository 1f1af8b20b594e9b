package io.github.secateur.plan;

import io.github.secateur.graph.Cost;
import io.github.secateur.graph.Operator;

/**
 * What a training batch costs if its rows arrive in compressed form: the dense layers that read
 * them work on the stored values alone, and there is no gradient with respect to them, pruned or
 * not.
 */
public final class SparseCost {
  private static final long FLOAT = Float.BYTES;

  private final BackwardPlan plan;

  /** Makes the cost of a plan whose graph can read sparse rows. */
  public SparseCost(BackwardPlan plan) {
    if (!BufferPlan.canReadSparseInput(plan.graph())) {
      throw new IllegalArgumentException(
          "only networks whose first layers are all dense read sparse rows");
    }
    this.plan = plan;
  }

  /** Returns the operations for a batch of {@code rows} rows that store so many values in all. */
  public long flops(long rows, long storedValues) {
    long flops = plan.cost().flops(rows);
    for (BackwardPlan.Entry entry : plan.entries()) {
      if (readsInput(entry)) {
        long units = entry.operator().shape().size();
        long products = 1 + (entry.weightGradient() ? 1 : 0);
        flops -= dense(entry).flops(rows);
        flops += products * 2 * units * storedValues;
      }
    }
    return flops;
  }

  /** Returns the bytes that such a batch reads and writes. */
  public long bytes(long rows, long storedValues) {
    long bytes = plan.cost().bytes(rows);
    for (BackwardPlan.Entry entry : plan.entries()) {
      if (readsInput(entry)) {
        long units = entry.operator().shape().size();
        bytes -= dense(entry).bytes(rows);
        bytes += FLOAT * ((2 + units) * storedValues + 2 * rows * units);
        bytes +=
            entry.weightGradient() ? FLOAT * ((2 + 2 * units) * storedValues + rows * units) : 0;
      }
    }
    return bytes;
  }

  private static boolean readsInput(BackwardPlan.Entry entry) {
    return entry.operator().inputs().contains(0);
  }

  /**
   * The products with a dense input matrix that the plan's cost has, and a sparse batch does not.
   */
  private Cost dense(BackwardPlan.Entry entry) {
    Operator operator = entry.operator();
    long in = operator.inputShape().size();
    long units = operator.shape().size();
    long weights = in * units;
    boolean bias = operator.parameters().size() > 1;
    // The product is added to the bias, so Y counts twice; that is part of the sparse product's own
    // count.
    Cost forward = new Cost(2 * weights, (in + (bias ? 2 : 1) * units) * FLOAT, weights * FLOAT);
    Cost cost = forward;
    if (entry.weightGradient()) {
      cost = cost.plus(new Cost(2 * weights, (in + units) * FLOAT, 2 * weights * FLOAT));
    }
    if (entry.hasInputGradient()) {
      cost = cost.plus(new Cost(2 * weights, (in + units) * FLOAT, weights * FLOAT));
      cost = cost.plus(plan.flow().cost(operator));
    }
    return cost;
  }
}
