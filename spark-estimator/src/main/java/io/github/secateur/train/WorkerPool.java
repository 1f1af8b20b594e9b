package io.github.secateur.train;

import io.github.secateur.engine.Engine;
import io.github.secateur.engine.HelperThread;
import io.github.secateur.graph.Graph;
import io.github.secateur.plan.TrainableLayout;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * The threads of one JVM that compute over the shards it holds, each with an engine of its own. The
 * calling thread is one of them. Shards go to whichever thread is free; their results are added in
 * the order of {@link TreeSum}, so neither the number of threads nor their speed changes a bit.
 *
 * <p>To be used by one thread at a time, for the shards of one training. If a shard fails, the
 * others stop, and the failure is thrown as the cause of a {@link TrainingException}; errors of the
 * JVM are thrown as they are. If the calling thread is interrupted, all stop, and it stays
 * interrupted.
 */
public final class WorkerPool implements AutoCloseable {
  /** Ranges of an array are at least so long: half as many are faster done than handed over. */
  private static final int MIN_RANGE = 16_384;

  /** Ranges begin at multiples of this, so that no two threads write into one cache line. */
  private static final int GRAIN = 64;

  private final Graph graph;
  private final int stateLength;
  private final Supplier<Engine> engines;
  private final ShardWorker[] workers;
  private final HelperThread[] helpers;
  private Work work; // of the calling thread and the helpers; written before they start
  private final Deque<GradientSum> free = new ArrayDeque<>();
  private final List<GradientSum> lent = new ArrayList<>();
  private GradientSum rightHalf; // to be added to the sum over all shards, or null
  private final Map<Integer, Double> weightSums = new ConcurrentHashMap<>(); // by shard
  private volatile BooleanSupplier stop = () -> false;
  private final AtomicReference<Throwable> failure = new AtomicReference<>();

  /**
   * Makes a pool; engines are made when they are first needed.
   *
   * @param threads the number of threads, the calling one included; at least 1
   * @param engines makes an engine for training on the graph
   */
  public WorkerPool(Graph graph, int threads, Supplier<Engine> engines) {
    if (threads < 1) {
      throw new IllegalArgumentException("training needs at least 1 thread, found " + threads);
    }
    this.graph = graph;
    this.stateLength = TrainableLayout.of(graph).stateLength();
    this.engines = engines;
    this.workers = new ShardWorker[threads];
    this.helpers = new HelperThread[threads - 1];
    for (int i = 0; i < helpers.length; i++) {
      int me = i + 1;
      helpers[i] = new HelperThread("secateur-worker", () -> work.run(me));
    }
  }

  /** What each thread does, known by its number; 0 is the calling one. */
  private interface Work {
    void run(int thread);
  }

  /**
   * Sums the gradients of the rows that belong to a step.
   *
   * @param shards the shards that this JVM holds
   * @param shardsInTree the number of shards of the whole training
   * @param parameters the flat parameter array
   * @return the largest subtrees that these shards fill; the sums are valid until the next gradient
   *     is asked for
   */
  public List<TreeSum.Node<GradientSum>> gradient(
      List<IndexedShard> shards, int shardsInTree, float[] parameters, Step step) {
    TreeSum<GradientSum> sum = startGradient(shardsInTree);
    forEach(
        shards,
        (worker, shard) -> {
          GradientSum leaf = shard.rows(step) > 0 ? take() : GradientSum.nothing();
          worker.gradient(shard, parameters, step, leaf);
          sum.add(shard.index(), leaf);
        });
    addHalves(sum);
    return lend(sum.nodes());
  }

  /** Sums the gradients of all rows; see {@link #gradient}. */
  public List<TreeSum.Node<GradientSum>> fullGradient(
      List<IndexedShard> shards, int shardsInTree, float[] parameters) {
    TreeSum<GradientSum> sum = startGradient(shardsInTree);
    forEach(
        shards,
        (worker, shard) -> {
          GradientSum leaf = shard.rows() > 0 ? take() : GradientSum.nothing();
          worker.fullGradient(shard, parameters, leaf);
          sum.add(shard.index(), leaf);
        });
    addHalves(sum);
    return lend(sum.nodes());
  }

  /** Returns Σ weight of the rows of each shard, as the loss counts them; reads each shard once. */
  public double[] weightSums(List<IndexedShard> shards) {
    forEach(shards, this::weightSum);
    return shards.stream().mapToDouble(shard -> weightSums.get(shard.index())).toArray();
  }

  private double weightSum(ShardWorker worker, IndexedShard shard) {
    return weightSums.computeIfAbsent(shard.index(), index -> worker.weightSum(shard));
  }

  /** Takes an optimizer step, for which the threads share the weights. */
  public StepRecord apply(TrainingState state, Step step, GradientSum sum) {
    return state.apply(step, sum, this::forRanges);
  }

  /**
   * Lets each shard take the steps of a round on its own rows.
   *
   * @param state the training state that all shards start from, by {@link StateBytes}
   * @return the means over the largest subtrees that these shards fill
   */
  public List<TreeSum.Node<StateMean>> localSteps(
      List<IndexedShard> shards,
      int shardsInTree,
      float[] parameters,
      byte[] state,
      StepRange round) {
    TreeSum<StateMean> mean = new TreeSum<>(shardsInTree, StateMean::plus);
    Map<ShardWorker, LocalSteps> stepsByWorker = new ConcurrentHashMap<>();
    forEach(
        shards,
        (worker, shard) -> {
          LocalSteps steps =
              stepsByWorker.computeIfAbsent(
                  worker, mine -> new LocalSteps(graph, mine, parameters));
          TrainingState copy = (TrainingState) StateBytes.read(state);
          double weightSum = weightSum(worker, shard);
          mean.add(shard.index(), steps.take(shard, weightSum, copy, round));
        });
    return mean.nodes();
  }

  /** Evaluates the network, in inference mode, on all rows; see {@link #gradient}. */
  public List<TreeSum.Node<EvaluationSum>> evaluate(
      List<IndexedShard> shards, int shardsInTree, float[] parameters) {
    TreeSum<EvaluationSum> sum = new TreeSum<>(shardsInTree, EvaluationSum::plus);
    forEach(shards, (worker, shard) -> sum.add(shard.index(), worker.evaluate(shard, parameters)));
    return sum.nodes();
  }

  private TreeSum<GradientSum> startGradient(int shardsInTree) {
    lent.forEach(this::release);
    lent.clear();
    rightHalf = null;
    return new TreeSum<>(shardsInTree, this::plus, this::plusLater);
  }

  private GradientSum plus(GradientSum left, GradientSum right) {
    GradientSum sum = left.plus(right);
    release(sum == left ? right : left);
    return sum;
  }

  /** Leaves the last addition to {@link #addHalves}: all threads have time for it then. */
  private GradientSum plusLater(GradientSum left, GradientSum right) {
    if (left.isEmpty() || right.isEmpty()) {
      return plus(left, right);
    }
    rightHalf = right;
    return left;
  }

  private void addHalves(TreeSum<GradientSum> sum) {
    GradientSum right = rightHalf;
    if (right != null) {
      GradientSum left = sum.total();
      forRanges(stateLength, (from, to) -> left.addValues(right, from, to));
      left.addCounts(right);
      release(right);
      rightHalf = null;
    }
  }

  private List<TreeSum.Node<GradientSum>> lend(List<TreeSum.Node<GradientSum>> nodes) {
    nodes.forEach(node -> lent.add(node.sum()));
    return nodes;
  }

  private GradientSum take() {
    GradientSum sum;
    synchronized (free) {
      sum = free.poll();
    }
    if (sum == null) {
      return new GradientSum(stateLength);
    }
    sum.clear();
    return sum;
  }

  private void release(GradientSum sum) {
    if (!sum.isEmpty()) {
      synchronized (free) {
        free.push(sum);
      }
    }
  }

  /** Runs a task for each shard and returns when no thread is busy any more. */
  private void forEach(List<IndexedShard> shards, BiConsumer<ShardWorker, IndexedShard> task) {
    AtomicInteger next = new AtomicInteger();
    onThreads(shards.size(), me -> drain(me, shards, next, task));
  }

  /** As {@link Ranges#forEach}: a range for each thread, if they are long enough. */
  private void forRanges(int length, Ranges.Work onRange) {
    int parts = Math.max(1, Math.min(workers.length, length / MIN_RANGE));
    onThreads(
        parts,
        me -> {
          try {
            onRange.on(start(me, parts, length), start(me + 1, parts, length));
          } catch (RuntimeException | Error e) {
            failure.compareAndSet(null, e);
          }
        });
  }

  private static int start(int part, int parts, int length) {
    return part == parts ? length : (int) ((long) length * part / parts) / GRAIN * GRAIN;
  }

  /** Lets as many threads as are useful run what is given, and returns when all are done. */
  private void onThreads(int useful, Work given) {
    failure.set(null);
    work = given;
    int count = Math.max(1, Math.min(workers.length, useful));
    int started = 0;
    try {
      while (started < count - 1) {
        helpers[started].start();
        started++;
      }
      given.run(0);
    } finally { // also if the system gives no more threads: those that run use memory of ours
      await(started);
      work = null;
    }
    rethrow(failure.get());
  }

  private void drain(
      int me,
      List<IndexedShard> shards,
      AtomicInteger next,
      BiConsumer<ShardWorker, IndexedShard> task) {
    int i = -1;
    try {
      if (workers[me] == null) {
        workers[me] = new ShardWorker(graph, engines.get(), this::stopped);
      }
      while (failure.get() == null && (i = next.getAndIncrement()) < shards.size()) {
        task.accept(workers[me], shards.get(i));
      }
    } catch (TrainingException | Error e) {
      failure.compareAndSet(null, e);
    } catch (RuntimeException e) {
      String where =
          i < 0 ? "a worker could not start: " : "shard " + shards.get(i).index() + " failed: ";
      failure.compareAndSet(null, new TrainingException(where + e, e));
    }
  }

  /** Sets what is asked before each batch, by any thread, whether to stop. */
  public void stopWhen(BooleanSupplier condition) {
    stop = condition;
  }

  private boolean stopped() {
    return failure.get() != null || stop.getAsBoolean() || Thread.currentThread().isInterrupted();
  }

  /**
   * Waits for the helpers, which use memory of ours; if interrupted meanwhile, tells them to stop.
   */
  private void await(int started) {
    boolean interrupted = false;
    for (int i = 0; i < started; i++) {
      while (!helpers[i].await()) {
        interrupted = true;
        failure.compareAndSet(null, new TrainingException("the training was interrupted"));
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static void rethrow(Throwable failure) {
    if (failure instanceof Error error) {
      throw error;
    }
    if (failure != null) {
      throw (RuntimeException) failure;
    }
  }

  /** Ends the threads; returns when they are gone. */
  @Override
  public void close() {
    for (HelperThread helper : helpers) {
      helper.end();
    }
  }
}
