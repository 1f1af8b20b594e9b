package io.github.secateur.spark.internal;

import io.github.secateur.engine.Engine;
import io.github.secateur.graph.Graph;
import io.github.secateur.plan.TrainableLayout;
import io.github.secateur.train.EvaluationSum;
import io.github.secateur.train.GradientSum;
import io.github.secateur.train.IndexedShard;
import io.github.secateur.train.LocalSteps;
import io.github.secateur.train.ShardWorker;
import io.github.secateur.train.StateMean;
import io.github.secateur.train.Step;
import io.github.secateur.train.StepRange;
import io.github.secateur.train.TrainingState;
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
  private final Graph graph;
  private LocalSteps localSteps;

  /**
   * Makes a worker.
   *
   * @param parameters the flat parameter array, for its frozen values; not changed
   * @param sparse whether it is for sparse shards
   */
  Worker(Graph graph, Engine engine, float[] parameters, boolean sparse) {
    this.worker = new ShardWorker(graph, engine, Worker::taskIsKilled);
    this.graph = graph;
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
    long start = System.nanoTime();
    layout.scatter(state, parameters);
    sum.clear();
    if (step == null) {
      worker.fullGradient(shard, parameters, sum);
    } else {
      worker.gradient(shard, parameters, step, sum);
    }
    return SumFormat.GRADIENT.encode(
        new Node<>(shard.index(), shard.index() + 1, sum), System.nanoTime() - start);
  }

  /**
   * Returns the encoded state after local steps on the rows of a shard.
   *
   * @param state a copy of the training state; it will be changed
   */
  byte[] localSteps(IndexedShard shard, TrainingState state, StepRange round) {
    long start = System.nanoTime();
    if (localSteps == null) {
      localSteps = new LocalSteps(graph, worker, parameters);
    }
    StateMean mean = localSteps.take(shard, state, round);
    return SumFormat.STATE_MEAN.encode(
        new Node<>(shard.index(), shard.index() + 1, mean), System.nanoTime() - start);
  }

  /** Evaluates the network on all rows of a shard. */
  EvaluationSum evaluate(IndexedShard shard, float[] state) {
    layout.scatter(state, parameters);
    return worker.evaluate(shard, parameters);
  }
}
