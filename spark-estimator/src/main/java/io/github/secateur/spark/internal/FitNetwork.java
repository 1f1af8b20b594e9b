package io.github.secateur.spark.internal;

import io.github.secateur.engine.Engine;
import io.github.secateur.graph.Graph;
import io.github.secateur.nn.Network;
import io.github.secateur.plan.FoldingPlan;
import io.github.secateur.plan.TrainableLayout;
import io.github.secateur.train.GradientSum;
import io.github.secateur.train.IndexedShard;
import io.github.secateur.train.LocalRounds;
import io.github.secateur.train.RowFolder;
import io.github.secateur.train.StateMean;
import io.github.secateur.train.Step;
import io.github.secateur.train.StepRange;
import io.github.secateur.train.TrainingOptions;
import io.github.secateur.train.TrainingState;
import io.github.secateur.train.WorkerPool;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * What a JVM must know of a fit to fold rows and to compute gradients: broadcast once, it carries
 * the network and its frozen weights, and keeps the workers of the JVM between rounds. They go when
 * the broadcast goes. No record: Kryo must be able to write it.
 */
final class FitNetwork implements Serializable {
  private static final long serialVersionUID = 1L;

  private final String networkJson;
  private final float[] parameters;
  private final boolean backwardPruning;
  private final boolean folds;
  private final double foldingBudget;
  private final long rowBytes;

  private transient FoldingPlan folding;
  private transient int maxRows;
  private transient List<Worker> idle;
  private transient List<Engine> idleEngines;

  /**
   * Describes a fit.
   *
   * @param parameters the flat parameter array of the whole network, for its frozen values
   * @param foldingOptions what to fold
   */
  FitNetwork(
      Network network,
      float[] parameters,
      boolean backwardPruning,
      FoldingPlan.Options foldingOptions) {
    this.networkJson = network.toJson();
    this.parameters = parameters;
    this.backwardPruning = backwardPruning;
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
      idleEngines = new ArrayList<>();
    }
  }

  /** Returns a folder of rows. */
  RowFolder folder() {
    compile();
    return new RowFolder(folding, parameters);
  }

  /** Lends a worker of this JVM to a computation over a shard. */
  <T> T withWorker(IndexedShard shard, Function<Worker, T> computation) {
    Worker worker = take(shard.shard().isSparse());
    T result = computation.apply(worker);
    giveBack(worker);
    return result;
  }

  /** Sums gradients over all shards of a training, by threads of this JVM. */
  interface Pool {
    /** Returns the sum for a step; valid until the next one. */
    GradientSum gradient(float[] state, Step step);

    /** Returns the mean of what the shards make of a state in a round of local steps. */
    StateMean localSteps(TrainingState state, StepRange round);
  }

  /** Lends engines of this JVM, one for each thread, to a computation over all shards. */
  <T> T withPool(List<IndexedShard> shards, int threads, Function<Pool, T> computation) {
    boolean sparse =
        shards.stream().allMatch(shard -> shard.shard().isSparse() || shard.rows() == 0);
    Graph rest = rest();
    TrainableLayout layout = TrainableLayout.of(rest);
    float[] all = folding.parametersOf(rest, parameters);
    List<Engine> lent = new ArrayList<>();
    try (WorkerPool pool = new WorkerPool(rest, threads, () -> lend(sparse, lent))) {
      return computation.apply(
          new Pool() {
            @Override
            public GradientSum gradient(float[] state, Step step) {
              layout.scatter(state, all);
              return pool.gradient(shards, shards.size(), all, step).get(0).sum();
            }

            @Override
            public StateMean localSteps(TrainingState state, StepRange round) {
              return pool.localSteps(shards, shards.size(), all, state, round).get(0).sum();
            }
          });
    } finally {
      giveBack(lent);
    }
  }

  private synchronized Graph rest() {
    compile();
    return folding.rest();
  }

  private synchronized Engine lend(boolean sparse, List<Engine> lent) {
    boolean reads = sparse && Engine.canReadSparseInput(folding.rest());
    Engine engine =
        idleEngines.stream().filter(idle -> idle.isSparse() == reads).findFirst().orElse(null);
    if (engine == null) {
      engine = engine(sparse);
    }
    idleEngines.remove(engine);
    lent.add(engine);
    return engine;
  }

  private synchronized void giveBack(List<Engine> lent) {
    idleEngines.addAll(lent);
  }

  private Engine engine(boolean sparse) {
    TrainingOptions options = TrainingOptions.builder().backwardPruning(backwardPruning).build();
    return LocalRounds.engines(folding.rest(), options, maxRows, sparse).get();
  }

  private synchronized Worker take(boolean sparse) {
    compile();
    for (int i = idle.size() - 1; i >= 0; i--) {
      if (idle.get(i).isSparse() == sparse) {
        return idle.remove(i);
      }
    }
    Graph rest = folding.rest();
    return new Worker(rest, engine(sparse), folding.parametersOf(rest, parameters), sparse);
  }

  private synchronized void giveBack(Worker worker) {
    idle.add(worker);
  }
}
