package io.github.secateur.spark.internal;

import io.github.secateur.engine.Engine;
import io.github.secateur.graph.Graph;
import io.github.secateur.plan.TrainableLayout;
import io.github.secateur.train.EvaluationSum;
import io.github.secateur.train.GradientSum;
import io.github.secateur.train.IndexedShard;
import io.github.secateur.train.ShardWorker;
import io.github.secateur.train.Step;
import io.github.secateur.train.TreeSum.Node;
import org.apache.spark.TaskContext;

/**
 * What one task needs to compute over a shard: an engine, all parameters, room for a gradient. Made
 * once, used by many tasks.
 */
final class Worker {
  private final ShardWorker worker;
  private final boolean sparse;
  private final TrainableLayout layout;
  private final float[] parameters;
  private final GradientSum sum;

  /**
   * Makes a worker.
   *
   * @param parameters the flat parameter array, for its frozen values; not changed
   * @param sparse whether it is for sparse shards
   */
  Worker(Graph graph, Engine engine, float[] parameters, boolean sparse) {
    this.worker = new ShardWorker(graph, engine, Worker::taskIsKilled);
    this.sparse = sparse;
    this.layout = TrainableLayout.of(graph);
    this.parameters = parameters.clone();
    this.sum = new GradientSum(layout.stateLength());
  }

  private static boolean taskIsKilled() {
    TaskContext task = TaskContext.get();
    return task != null && task.isInterrupted();
  }

  /** Returns whether it is for sparse shards. */
  boolean isSparse() {
    return sparse;
  }

  /**
   * Returns the encoded gradient sum of a shard.
   *
   * @param step whose rows to take; null for all rows
   */
  byte[] gradient(IndexedShard shard, float[] state, Step step) {
    layout.scatter(state, parameters);
    sum.clear();
    if (step == null) {
      worker.fullGradient(shard, parameters, sum);
    } else {
      worker.gradient(shard, parameters, step, sum);
    }
    return GradientBytes.encode(new Node<>(shard.index(), shard.index() + 1, sum));
  }

  /** Evaluates the network on all rows of a shard. */
  EvaluationSum evaluate(IndexedShard shard, float[] state) {
    layout.scatter(state, parameters);
    return worker.evaluate(shard, parameters);
  }
}
