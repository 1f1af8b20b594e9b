package io.github.secateur.spark.internal;

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
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.storage.RDDInfo;

/**
 * Takes many optimizer steps in one Spark job, where one JVM holds all shards in memory, as in
 * local mode: one task, with as many threads as the application has cores, gets the training state,
 * and sends back the state after the last step. The sums have the same tree and the update is the
 * same code, so the bits are those of one job for each step. A job ends after an epoch or some
 * seconds, for progress and cancellation.
 */
final class StepsInOneJob {
  /** Set to false to run one job for each step, to compare. */
  static final String SETTING = "spark.secateur.stepsInOneJob";

  private static final long NANOS_PER_JOB = 2_000_000_000L;

  private final JavaSparkContext context;
  private final TrainingCache cache;
  private final Broadcast<FitNetwork> network;
  private RoundCosts costs = RoundCosts.NONE;

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

  /** What a job sends back. */
  static final class Result implements Serializable {
    private static final long serialVersionUID = 1L;

    final TrainingState state;
    final ArrayList<StepRecord> records;

    /** Why training cannot go on, or null: a value, so that Spark prints no stack trace. */
    final TrainingException failure;

    /** How long the steps took where they were taken. */
    final long computeNanos;

    Result(
        TrainingState state,
        ArrayList<StepRecord> records,
        TrainingException failure,
        long computeNanos) {
      this.computeNanos = computeNanos;
      this.state = state;
      this.records = records;
      this.failure = failure;
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
    // As bytes: in local mode a broadcast object would be the driver's own, and a retried task must
    // find what the first one found.
    long begin = System.nanoTime();
    byte[] bytes = StateBytes.write(state);
    Broadcast<byte[]> sent = context.broadcast(bytes);
    long broadcast = System.nanoTime();
    Broadcast<FitNetwork> fit = network; // captured alone, without this object
    try {
      JavaRDD<byte[]> results =
          cache
              .map(PartitionRows::training)
              .coalesce(1)
              .mapPartitions(
                  shards -> {
                    TrainingState start = (TrainingState) StateBytes.read(sent.value());
                    List<IndexedShard> all = inOrder(shards);
                    Result result =
                        fit.value()
                            .withTeam(
                                all,
                                threads,
                                team -> steps(team, all, start, epoch, first, end, stepsInEpoch));
                    return List.of(StateBytes.write(result)).iterator();
                  });
      byte[] returned = results.collect().get(0);
      Result result = (Result) StateBytes.read(returned);
      costs =
          costs.plus(
              RoundCosts.endingNow(
                  begin, broadcast, result.computeNanos, bytes.length, returned.length));
      return result;
    } finally {
      sent.destroy();
    }
  }

  private static List<IndexedShard> inOrder(Iterator<IndexedShard> shards) {
    List<IndexedShard> all = new ArrayList<>();
    shards.forEachRemaining(all::add);
    all.sort((left, right) -> Integer.compare(left.index(), right.index()));
    return all;
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
    ArrayList<StepRecord> records = new ArrayList<>();
    for (int index = first; index < end; index += start.localSteps()) {
      TaskContext.get().killTaskIfInterrupted();
      try {
        if (start.localSteps() == 1) {
          Step step = new Step(epoch, index, stepsInEpoch);
          records.add(
              start.apply(
                  step,
                  root(team.gradient(all, all.size(), FloatBuffer.wrap(start.values()), step))));
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
