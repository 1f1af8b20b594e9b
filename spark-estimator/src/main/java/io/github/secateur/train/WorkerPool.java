package io.github.secateur.train;

import io.github.secateur.engine.Engine;
import io.github.secateur.graph.Graph;
import io.github.secateur.plan.TrainableLayout;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
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
 * <p>To be used by one thread at a time. If a shard fails, the others stop, and the failure is
 * thrown as the cause of a {@link TrainingException}; errors of the JVM are thrown as they are. If
 * the calling thread is interrupted, all stop, and it stays interrupted.
 */
public final class WorkerPool implements AutoCloseable {
  private static final long IDLE_SECONDS = 10;

  private final Graph graph;
  private final int stateLength;
  private final Supplier<Engine> engines;
  private final ShardWorker[] workers;
  private final ExecutorService helpers;
  private final List<Thread> threads = new CopyOnWriteArrayList<>();
  private final Deque<GradientSum> free = new ArrayDeque<>();
  private final List<GradientSum> lent = new ArrayList<>();
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
    this.helpers = threads == 1 ? null : helpers(threads - 1);
  }

  /** Threads end when there has been nothing to do for a while: who forgets to close leaks none. */
  private ExecutorService helpers(int count) {
    ThreadPoolExecutor executor =
        new ThreadPoolExecutor(
            count,
            count,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            this::thread);
    executor.allowCoreThreadTimeOut(true);
    return executor;
  }

  private Thread thread(Runnable task) {
    threads.removeIf(thread -> thread.getState() == Thread.State.TERMINATED);
    Thread thread = new Thread(task, "secateur-worker");
    thread.setDaemon(true);
    threads.add(thread);
    return thread;
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
    return lend(sum.nodes());
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
          mean.add(shard.index(), steps.take(shard, copy, round));
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
    return new TreeSum<>(
        shardsInTree,
        (left, right) -> {
          GradientSum sum = left.plus(right);
          release(sum == left ? right : left);
          return sum;
        });
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
    failure.set(null);
    AtomicInteger next = new AtomicInteger();
    int threads = Math.max(1, Math.min(workers.length, shards.size()));
    CountDownLatch running = new CountDownLatch(threads - 1);
    for (int t = 1; t < threads; t++) {
      int me = t;
      helpers.execute(
          () -> {
            drain(me, shards, next, task);
            running.countDown();
          });
    }
    drain(0, shards, next, task);
    await(running);
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
  private void await(CountDownLatch running) {
    boolean interrupted = false;
    while (true) {
      try {
        running.await();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
        failure.compareAndSet(null, new TrainingException("the training was interrupted", e));
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
    if (helpers == null) {
      return;
    }
    helpers.shutdown();
    boolean interrupted = false;
    for (Thread thread : threads) {
      while (thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
