package io.github.secateur.spark.rounds;

import io.github.secateur.spark.rows.FitNetwork;
import io.github.secateur.spark.rows.PartitionRows;
import io.github.secateur.spark.rows.Team;
import io.github.secateur.spark.rows.TrainingCache;
import io.github.secateur.train.GradientSum;
import io.github.secateur.train.IndexedShard;
import io.github.secateur.train.RoundCosts;
import io.github.secateur.train.StateBytes;
import io.github.secateur.train.Step;
import io.github.secateur.train.StepRange;
import io.github.secateur.train.StepRecord;
import io.github.secateur.train.TrainingException;
import io.github.secateur.train.TrainingState;
import io.github.secateur.train.TreeSum;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.rdd.RDD;
import org.apache.spark.storage.RDDInfo;
import scala.reflect.ClassTag$;
import scala.runtime.AbstractFunction2;

/**
 * Takes many optimizer steps in one Spark job, where one JVM holds all shards in memory, as in
 * local mode: one task, with as many threads as the application has cores, gets the training state,
 * and gives back the state after the last step. The sums have the same tree and the update is the
 * same code, so the bits are those of one job for each step. A job ends after an epoch or some
 * seconds, for progress and cancellation.
 *
 * <p>The driver's JVM is the task's, so they hand each other the states themselves ({@link
 * Handover}): Spark would compress, store and fetch megabytes in each job.
 */
final class StepsInOneJob {
  /** Set to false to run one job for each step, to compare. */
  static final String SETTING = "spark.secateur.stepsInOneJob";

  private static final long NANOS_PER_JOB = 2_000_000_000L;

  private final JavaSparkContext context;
  private final TrainingCache cache;
  private final Broadcast<FitNetwork> network;
  private RoundCosts costs = RoundCosts.NONE;
  private RDD<PartitionRows> allRows; // as one partition

  StepsInOneJob(JavaSparkContext context, TrainingCache cache, Broadcast<FitNetwork> network) {
    this.context = context;
    this.cache = cache;
    this.network = network;
  }

  /** Returns whether one JVM holds all shards in memory now. */
  boolean isPossible() {
    if (!context.isLocal() || !context.getConf().getBoolean(SETTING, true)) {
      return false;
    }
    for (RDDInfo cached : context.sc().getRDDStorageInfo()) {
      if (cached.id() == cache.id()) {
        return cached.numCachedPartitions() == cache.shards() && cached.diskSize() == 0;
      }
    }
    return false;
  }

  /** What a task makes of the state that it was handed. */
  static final class Result {
    final TrainingState state;
    final List<StepRecord> records;

    /** Why training cannot go on, or null: a value, so that Spark prints no stack trace. */
    final TrainingException failure;

    /** How long the steps took where they were taken. */
    final long computeNanos;

    Result(
        TrainingState state,
        List<StepRecord> records,
        TrainingException failure,
        long computeNanos) {
      this.computeNanos = computeNanos;
      this.state = state;
      this.records = records;
      this.failure = failure;
    }
  }

  /**
   * A place where a task of this JVM finds the state that it starts from, and leaves what it made
   * of a copy: the driver's own must not change if the task fails, and a retried one must find what
   * the first one found. A task that comes when the driver is gone finds nothing; one that is late
   * leaves its result where nobody looks.
   */
  private static final class Handover {
    private static final Map<Long, Handover> OPEN = new ConcurrentHashMap<>();
    private static final AtomicLong NUMBERS = new AtomicLong();

    final TrainingState start;
    volatile Result result;

    private Handover(TrainingState start) {
      this.start = start;
    }

    /** Opens a place, and returns its number; {@link #close} must follow. */
    static long open(TrainingState start) {
      long number = NUMBERS.getAndIncrement();
      OPEN.put(number, new Handover(start));
      return number;
    }

    static Handover of(long number) {
      Handover handover = OPEN.get(number);
      if (handover == null) {
        throw new IllegalStateException("the driver no longer waits for these steps");
      }
      return handover;
    }

    static void close(long number) {
      OPEN.remove(number);
    }
  }

  /** Returns what all calls since the last one of this method took. */
  RoundCosts takeCosts() {
    RoundCosts taken = costs;
    costs = RoundCosts.NONE;
    return taken;
  }

  /** Takes at least one of the steps {@code first} to {@code end - 1} of an epoch. */
  Result take(TrainingState state, int epoch, int first, int end, int stepsInEpoch) {
    int processors = Runtime.getRuntime().availableProcessors();
    int useful = Math.max(processors, cache.shards());
    int threads = Math.max(1, Math.min(context.defaultParallelism(), useful));
    long begin = System.nanoTime();
    long handover = Handover.open(state);
    try {
      Task task = new Task(network, handover, threads, epoch, first, end, stepsInEpoch);
      context.sc().runJob(allRows(), task, ClassTag$.MODULE$.<Boolean>apply(Boolean.class));
      Result result = Handover.of(handover).result;
      costs = costs.plus(RoundCosts.endingNow(begin, begin, result.computeNanos, 0, 0));
      return result;
    } finally {
      Handover.close(handover);
    }
  }

  /** Returns all rows as one partition, made once for all jobs. */
  private RDD<PartitionRows> allRows() {
    if (allRows == null) {
      allRows = cache.map(partition -> partition).coalesce(1).rdd();
    }
    return allRows;
  }

  /**
   * What a job runs on all rows; a class, since Spark reads the byte code of closures in Scala
   * again for each job.
   */
  private static final class Task
      extends AbstractFunction2<TaskContext, scala.collection.Iterator<PartitionRows>, Boolean>
      implements Serializable {
    private static final long serialVersionUID = 1L;

    private final Broadcast<FitNetwork> network;
    private final long handover;
    private final int threads;
    private final int epoch;
    private final int first;
    private final int end;
    private final int stepsInEpoch;

    Task(
        Broadcast<FitNetwork> network,
        long handover,
        int threads,
        int epoch,
        int first,
        int end,
        int stepsInEpoch) {
      this.network = network;
      this.handover = handover;
      this.threads = threads;
      this.epoch = epoch;
      this.first = first;
      this.end = end;
      this.stepsInEpoch = stepsInEpoch;
    }

    @Override
    public Boolean apply(TaskContext context, scala.collection.Iterator<PartitionRows> partitions) {
      List<IndexedShard> shards = new ArrayList<>();
      partitions.foreach(rows -> shards.add(rows.training()));
      shards.sort((left, right) -> Integer.compare(left.index(), right.index()));
      Handover found = Handover.of(handover);
      TrainingState start = found.start.copy();
      found.result =
          network
              .value()
              .withTeam(
                  shards,
                  threads,
                  team -> steps(team, shards, start, epoch, first, end, stepsInEpoch));
      return true;
    }
  }

  /** All shards are here, so that they fill the tree up to its root. */
  private static <T> T root(List<TreeSum.Node<T>> nodes) {
    return nodes.get(0).sum();
  }

  private static Result steps(
      Team team,
      List<IndexedShard> all,
      TrainingState start,
      int epoch,
      int first,
      int end,
      int stepsInEpoch) {
    long begin = System.nanoTime();
    long until = begin + NANOS_PER_JOB;
    List<StepRecord> records = new ArrayList<>();
    for (int index = first; index < end; index += start.localSteps()) {
      TaskContext.get().killTaskIfInterrupted();
      try {
        if (start.localSteps() == 1) {
          Step step = new Step(epoch, index, stepsInEpoch);
          GradientSum sum = root(team.gradient(all, all.size(), start.values(), step));
          records.add(team.apply(start, step, sum));
        } else {
          int roundEnd = Math.min(end, index + start.localSteps());
          StepRange round = new StepRange(epoch, index, roundEnd, stepsInEpoch);
          records.addAll(
              start.moveTo(
                  root(team.localSteps(all, all.size(), StateBytes.write(start), round)), round));
        }
      } catch (TrainingException e) {
        return new Result(start, records, e, System.nanoTime() - begin);
      }
      if (System.nanoTime() > until) {
        break;
      }
    }
    return new Result(start, records, null, System.nanoTime() - begin);
  }
}
