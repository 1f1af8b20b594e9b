package io.github.secateur.spark.rows;

import io.github.secateur.engine.Engine;
import io.github.secateur.graph.Graph;
import io.github.secateur.plan.TrainableLayout;
import io.github.secateur.train.EvaluationSum;
import io.github.secateur.train.GradientSum;
import io.github.secateur.train.IndexedShard;
import io.github.secateur.train.StateMean;
import io.github.secateur.train.Step;
import io.github.secateur.train.StepRange;
import io.github.secateur.train.StepRecord;
import io.github.secateur.train.TrainingState;
import io.github.secateur.train.TreeSum.Node;
import io.github.secateur.train.WorkerPool;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * The threads of one task and what they need to compute over shards: engines, all parameters, room
 * for gradients. Made once, used by many tasks, one at a time.
 */
public final class Team implements AutoCloseable {
  private final boolean sparse;
  private final int threads;
  private final int threadsOfEngine;
  private final TrainableLayout layout;
  private final float[] parameters;
  private final WorkerPool pool;

  /**
   * Makes a team.
   *
   * @param parameters the flat parameter array, for its frozen values; kept and changed
   * @param sparse whether it is for sparse shards
   * @param threads the number of threads with an engine, the calling one included
   * @param threadsOfEngine with how many threads each engine computes
   */
  Team(
      Graph graph,
      float[] parameters,
      boolean sparse,
      int threads,
      int threadsOfEngine,
      Supplier<Engine> engines) {
    this.sparse = sparse;
    this.threads = threads;
    this.threadsOfEngine = threadsOfEngine;
    this.layout = TrainableLayout.of(graph);
    this.parameters = parameters;
    this.pool = new WorkerPool(graph, threads, engines);
  }

  /** Returns whether it is for such shards and has so many threads, and each engine too. */
  boolean fits(boolean sparseShards, int wantedThreads, int wantedThreadsOfEngine) {
    return sparse == sparseShards
        && threads == wantedThreads
        && threadsOfEngine == wantedThreadsOfEngine;
  }

  /** Sets what is asked before each batch whether to stop. */
  void stopWhen(BooleanSupplier stop) {
    pool.stopWhen(stop);
  }

  /** Sums the gradients of a step; see {@link WorkerPool#gradient}. */
  public List<Node<GradientSum>> gradient(
      List<IndexedShard> shards, int shardsInTree, float[] state, Step step) {
    return pool.gradient(shards, shardsInTree, layout.parameters(state, parameters), step);
  }

  /** Takes an optimizer step; see {@link WorkerPool#apply}. */
  public StepRecord apply(TrainingState state, Step step, GradientSum sum) {
    return pool.apply(state, step, sum);
  }

  /**
   * Sums gradients; see {@link WorkerPool#gradient}.
   *
   * @param step whose rows to take; null for all rows
   */
  public List<Node<GradientSum>> gradient(
      List<IndexedShard> shards, int shardsInTree, FloatBuffer state, Step step) {
    layout.scatter(state, parameters);
    return step == null
        ? pool.fullGradient(shards, shardsInTree, parameters)
        : pool.gradient(shards, shardsInTree, parameters, step);
  }

  /** Takes local steps; see {@link WorkerPool#localSteps}. */
  public List<Node<StateMean>> localSteps(
      List<IndexedShard> shards, int shardsInTree, byte[] state, StepRange round) {
    return pool.localSteps(shards, shardsInTree, parameters, state, round);
  }

  /** Evaluates; see {@link WorkerPool#evaluate}. */
  public List<Node<EvaluationSum>> evaluate(
      List<IndexedShard> shards, int shardsInTree, FloatBuffer state) {
    layout.scatter(state, parameters);
    return pool.evaluate(shards, shardsInTree, parameters);
  }

  @Override
  public void close() {
    pool.close();
  }
}
