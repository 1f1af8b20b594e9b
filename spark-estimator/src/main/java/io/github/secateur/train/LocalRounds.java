package io.github.secateur.train;

import io.github.secateur.data.Shard;
import io.github.secateur.engine.Engine;
import io.github.secateur.graph.Graph;
import io.github.secateur.kernel.Kernels;
import io.github.secateur.kernel.choice.KernelProvider;
import io.github.secateur.plan.TrainableLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Rounds over shards in this JVM, by a fixed number of threads. The results depend on the shards,
 * not on the number of threads.
 */
public final class LocalRounds implements Rounds {
  private final TrainableLayout layout;
  private final float[] parameters;
  private final List<IndexedShard> training;
  private final List<IndexedShard> validation;
  private final WorkerPool pool;
  private int roundCount;
  private long nanos;

  /**
   * Starts the threads.
   *
   * @param parameters the flat parameter array, for its frozen values; not changed
   * @param seed the seed of the training
   * @param training the shards to train on, in order; some may be empty
   * @param validation the shards to validate on, in order; none or empty ones for no validation
   * @param threads the number of threads, the calling one included; at least 1
   * @param engines makes an engine for training on the graph
   */
  public LocalRounds(
      Graph graph,
      float[] parameters,
      long seed,
      List<Shard> training,
      List<Shard> validation,
      int threads,
      Supplier<Engine> engines) {
    this.layout = TrainableLayout.of(graph);
    this.parameters = parameters.clone();
    this.training = index(training, seed);
    this.validation = index(validation, seed);
    this.pool = new WorkerPool(graph, threads, engines);
  }

  /**
   * Starts the threads, with engines on this JVM's best kernels; see the constructor. Where there
   * are fewer shards than threads, each engine computes with several of them.
   *
   * @param maxRows rows of the largest batch; batch normalization makes results depend on it
   */
  public static LocalRounds of(
      Graph graph,
      float[] parameters,
      TrainingOptions options,
      List<Shard> training,
      List<Shard> validation,
      int maxRows,
      int threads) {
    boolean sparse =
        Stream.concat(training.stream(), validation.stream())
            .allMatch(shard -> shard.isSparse() || shard.rows() == 0);
    return new LocalRounds(
        graph,
        parameters,
        options.seed(),
        training,
        validation,
        Math.max(1, Math.min(threads, training.size())),
        engines(graph, options, maxRows, sparse, threadsOfEngine(threads, training.size())));
  }

  /**
   * Returns a maker of engines for training, on this JVM's best kernels.
   *
   * @param maxRows rows of the largest batch; batch normalization makes results depend on it
   * @param sparse whether all shards are sparse; the engines read sparse rows if the network can,
   *     too
   */
  public static Supplier<Engine> engines(
      Graph graph, TrainingOptions options, int maxRows, boolean sparse) {
    return engines(graph, options, maxRows, sparse, 1);
  }

  /**
   * Returns a maker of engines as above, each of which computes with some threads.
   *
   * @param threads the threads of an engine, the calling one included; at least 1
   */
  public static Supplier<Engine> engines(
      Graph graph, TrainingOptions options, int maxRows, boolean sparse, int threads) {
    boolean sparseInput = sparse && Engine.canReadSparseInput(graph);
    return () -> {
      Kernels[] kernels = new Kernels[threads];
      Arrays.setAll(kernels, i -> KernelProvider.create());
      return Engine.forTraining(
          graph, options.backwardPruning(), options.crossEntropy(), maxRows, sparseInput, kernels);
    };
  }

  /**
   * Returns with how many threads each engine computes, where there are fewer shards than threads;
   * else 1.
   */
  public static int threadsOfEngine(int threads, int shards) {
    return Math.max(1, threads / Math.max(1, shards));
  }

  private static List<IndexedShard> index(List<Shard> shards, long seed) {
    List<IndexedShard> indexed = new ArrayList<>();
    for (Shard shard : shards) {
      indexed.add(new IndexedShard(shard, indexed.size(), seed));
    }
    return List.copyOf(indexed);
  }

  @Override
  public GradientSum gradient(float[] state, Step step) {
    float[] all = layout.parameters(state, parameters);
    return timed(() -> root(pool.gradient(training, training.size(), all, step)));
  }

  @Override
  public StepRecord apply(TrainingState state, Step step, GradientSum sum) {
    return pool.apply(state, step, sum);
  }

  @Override
  public StateMean localSteps(TrainingState state, StepRange round) {
    byte[] start = StateBytes.write(state);
    return timed(() -> root(pool.localSteps(training, training.size(), parameters, start, round)));
  }

  @Override
  public GradientSum fullGradient(float[] state) {
    layout.scatter(state, parameters);
    return timed(() -> root(pool.fullGradient(training, training.size(), parameters)));
  }

  @Override
  public EvaluationSum evaluate(float[] state, boolean onValidation) {
    layout.scatter(state, parameters);
    List<IndexedShard> shards = onValidation ? validation : training;
    return root(pool.evaluate(shards, shards.size(), parameters));
  }

  private <T> T timed(Supplier<T> round) {
    long start = System.nanoTime();
    T result = round.get();
    nanos += System.nanoTime() - start;
    roundCount++;
    return result;
  }

  /** Nothing is sent: all time is computing. */
  @Override
  public RoundCosts takeCosts() {
    RoundCosts costs = new RoundCosts(roundCount, nanos / 1e9, 0, 0, 0, 0);
    roundCount = 0;
    nanos = 0;
    return costs;
  }

  /** All shards are here, so that they fill the tree up to its root. */
  private static <T> T root(List<TreeSum.Node<T>> nodes) {
    return nodes.get(0).sum();
  }

  @Override
  public double weightSum() {
    return Arrays.stream(pool.weightSums(training)).reduce(0, Double::sum);
  }

  @Override
  public long rows() {
    return rows(training);
  }

  @Override
  public long validationRows() {
    return rows(validation);
  }

  private static long rows(List<IndexedShard> shards) {
    return shards.stream().mapToLong(IndexedShard::rows).sum();
  }

  @Override
  public void close() {
    pool.close();
  }
}
