package io.github.secateur.spark.internal;

import io.github.secateur.engine.Engine;
import io.github.secateur.graph.Graph;
import io.github.secateur.nn.Network;
import io.github.secateur.train.IndexedShard;
import io.github.secateur.train.LocalRounds;
import io.github.secateur.train.TrainingOptions;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * What a JVM must know of a fit to compute gradients: broadcast once, it carries the network and
 * its frozen weights, and keeps the workers of the JVM between rounds. They go when the broadcast
 * goes. No record: Kryo must be able to write it.
 */
final class FitNetwork implements Serializable {
  private static final long serialVersionUID = 1L;

  private final String networkJson;
  private final float[] parameters;
  private final boolean backwardPruning;

  private transient Graph graph;
  private transient List<Worker> idle;

  /**
   * Describes a fit.
   *
   * @param parameters the flat parameter array, for its frozen values
   */
  FitNetwork(Network network, float[] parameters, TrainingOptions options) {
    this.networkJson = network.toJson();
    this.parameters = parameters;
    this.backwardPruning = options.backwardPruning();
  }

  /** Lends a worker of this JVM to a computation over a shard. */
  <T> T withWorker(IndexedShard shard, Function<Worker, T> computation) {
    Worker worker = take(shard.shard().isSparse());
    T result = computation.apply(worker);
    giveBack(worker);
    return result;
  }

  private synchronized Worker take(boolean sparse) {
    if (idle == null) {
      idle = new ArrayList<>();
      graph = Network.fromJson(networkJson).lower();
    }
    for (int i = idle.size() - 1; i >= 0; i--) {
      if (idle.get(i).isSparse() == sparse) {
        return idle.remove(i);
      }
    }
    TrainingOptions options = TrainingOptions.builder().backwardPruning(backwardPruning).build();
    return new Worker(
        graph,
        LocalRounds.engines(graph, options, Engine.defaultMaxRows(graph), sparse).get(),
        parameters,
        sparse);
  }

  private synchronized void giveBack(Worker worker) {
    idle.add(worker);
  }
}
