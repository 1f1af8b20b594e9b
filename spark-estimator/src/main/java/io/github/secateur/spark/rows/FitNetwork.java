package io.github.secateur.spark.rows;

import io.github.secateur.engine.Engine;
import io.github.secateur.graph.Graph;
import io.github.secateur.nn.Network;
import io.github.secateur.plan.FoldingPlan;
import io.github.secateur.train.ClassWeights;
import io.github.secateur.train.IndexedShard;
import io.github.secateur.train.LocalRounds;
import io.github.secateur.train.RowFolder;
import io.github.secateur.train.TrainingOptions;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.apache.spark.TaskContext;

/**
 * What a JVM must know of a fit to fold rows and to compute gradients: broadcast once, it carries
 * the network and its frozen weights, and keeps the teams of threads of the JVM between rounds.
 * They go when the broadcast goes. No record: Kryo must be able to write it.
 */
public final class FitNetwork implements Serializable {
  private static final long serialVersionUID = 1L;

  private final String networkJson;
  private final float[] parameters;
  private final boolean backwardPruning;
  private final double labelSmoothing;
  private final double[] classWeights;
  private final boolean folds;
  private final double foldingBudget;
  private final long rowBytes;

  private transient FoldingPlan folding;
  private transient int maxRows;
  private transient List<Team> idle;

  /**
   * Describes a fit.
   *
   * @param parameters the flat parameter array of the whole network, for its frozen values
   * @param options how to train; class weights are known in numbers
   * @param foldingOptions what to fold
   */
  public FitNetwork(
      Network network,
      float[] parameters,
      TrainingOptions options,
      FoldingPlan.Options foldingOptions) {
    this.networkJson = network.toJson();
    this.parameters = parameters;
    this.backwardPruning = options.backwardPruning();
    this.labelSmoothing = options.labelSmoothing();
    this.classWeights = options.classWeights().toArray();
    this.folds = foldingOptions.enabled();
    this.foldingBudget = foldingOptions.budget();
    this.rowBytes = foldingOptions.inputBytes();
  }

  private synchronized void compile() {
    if (idle == null) {
      Graph graph = Network.fromJson(networkJson).lower();
      folding = FoldingPlan.of(graph, new FoldingPlan.Options(folds, foldingBudget, rowBytes));
      // Batch normalization makes results depend on the size of batches, so the whole graph decides
      // it.
      maxRows = Engine.defaultMaxRows(graph);
      idle = new ArrayList<>();
    }
  }

  /** Returns a folder of rows. */
  RowFolder folder() {
    compile();
    return new RowFolder(folding, parameters);
  }

  /**
   * Lends threads of this JVM, with engines, to a computation over shards. Where there are fewer
   * shards than threads, an engine computes with several of them.
   *
   * @param threads the number of threads
   */
  public <T> T withTeam(List<IndexedShard> shards, int threads, Function<Team, T> computation) {
    boolean sparse =
        shards.stream().allMatch(shard -> shard.shard().isSparse() || shard.rows() == 0);
    int engines = Math.max(1, Math.min(threads, shards.size()));
    Team team = take(sparse, engines, LocalRounds.threadsOfEngine(threads, shards.size()));
    TaskContext task = TaskContext.get();
    team.stopWhen(() -> task != null && task.isInterrupted());
    boolean ends = false;
    try {
      T result = computation.apply(team);
      ends = true;
      return result;
    } finally {
      if (ends) {
        giveBack(team);
      } else {
        team.close();
      }
    }
  }

  private synchronized Team take(boolean sparse, int engines, int threadsOfEngine) {
    compile();
    for (int i = idle.size() - 1; i >= 0; i--) {
      if (idle.get(i).fits(sparse, engines, threadsOfEngine)) {
        return idle.remove(i);
      }
    }
    Graph rest = folding.rest();
    TrainingOptions options =
        TrainingOptions.builder()
            .backwardPruning(backwardPruning)
            .labelSmoothing(labelSmoothing)
            .classWeights(ClassWeights.of(classWeights))
            .build();
    return new Team(
        rest,
        folding.parametersOf(rest, parameters).clone(),
        sparse,
        engines,
        threadsOfEngine,
        LocalRounds.engines(rest, options, maxRows, sparse, threadsOfEngine));
  }

  private synchronized void giveBack(Team team) {
    idle.add(team);
  }
}
