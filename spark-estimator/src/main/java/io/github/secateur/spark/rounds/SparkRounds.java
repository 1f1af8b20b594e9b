package io.github.secateur.spark.rounds;

import io.github.secateur.spark.report.JobDescription;
import io.github.secateur.spark.rows.FitNetwork;
import io.github.secateur.spark.rows.PartitionRows;
import io.github.secateur.spark.rows.ShardPlacement;
import io.github.secateur.spark.rows.Team;
import io.github.secateur.spark.rows.TrainingCache;
import io.github.secateur.train.EvaluationSum;
import io.github.secateur.train.GradientSum;
import io.github.secateur.train.IndexedShard;
import io.github.secateur.train.RoundCosts;
import io.github.secateur.train.Rounds;
import io.github.secateur.train.StateBytes;
import io.github.secateur.train.StateMean;
import io.github.secateur.train.Step;
import io.github.secateur.train.StepRange;
import io.github.secateur.train.StepRecord;
import io.github.secateur.train.TrainingOptions;
import io.github.secateur.train.TrainingState;
import io.github.secateur.train.TreeSum.Node;
import java.io.Serializable;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.rdd.RDD;

/**
 * Rounds of one Spark job each: the state is broadcast, each task computes over cached partitions,
 * the driver adds what comes back along the fixed tree. A task is a pure function of the state, the
 * step and the cached rows, so that Spark may retry it or run it anywhere, and the bits are the
 * same.
 */
final class SparkRounds implements Rounds {
  private final TrainingCache cache;
  private final JobDescription description;
  private final JavaSparkContext context;
  private final TrainingOptions options;
  private final TreeAggregation aggregation;
  private final Broadcast<FitNetwork> network;
  private final ShardPlacement placement;
  private final StepsInOneJob stepsInOneJob;
  private final double weightSum;
  private RoundCosts costs = RoundCosts.NONE;

  /** The loss of the epoch so far, for the description of the next round. */
  private String loss = "";

  /**
   * Makes rounds.
   *
   * @param network the network, sent to the executors; not destroyed
   * @param cache the training set, folded if the network is; not closed
   * @param weightSum see {@link Rounds#weightSum}
   * @param aggregationDepth the largest number of levels at which gradients are added; at least 2
   */
  SparkRounds(
      Broadcast<FitNetwork> network,
      TrainingOptions options,
      TrainingCache cache,
      double weightSum,
      int aggregationDepth,
      JobDescription description) {
    this.cache = cache;
    this.weightSum = weightSum;
    this.description = description;
    this.context = JavaSparkContext.fromSparkContext(description.context());
    this.options = options;
    this.aggregation = new TreeAggregation(aggregationDepth);
    this.network = network;
    this.placement = new ShardPlacement(context, cache);
    this.stepsInOneJob = new StepsInOneJob(context, cache, network);
  }

  @Override
  public GradientSum gradient(float[] state, Step step) {
    String what =
        String.format(
            Locale.ROOT,
            "epoch %d/%d step %d/%d%s",
            step.epoch() + 1,
            options.epochs(),
            step.index() + 1,
            step.stepsInEpoch(),
            loss);
    return description.during(what, () -> sumGradients(state, step));
  }

  @Override
  public TrainingState steps(
      TrainingState state,
      int epoch,
      int first,
      int end,
      int stepsInEpoch,
      Consumer<StepRecord> progress) {
    Consumer<StepRecord> noting =
        record -> {
          loss = String.format(Locale.ROOT, " loss %.3f", record.epochLoss());
          progress.accept(record);
        };
    if (!stepsInOneJob.isPossible()) {
      return Rounds.super.steps(state, epoch, first, end, stepsInEpoch, noting);
    }
    TrainingState latest = state;
    for (int next = first; next < end; ) {
      int from = next;
      TrainingState start = latest;
      String what =
          String.format(
              Locale.ROOT,
              "epoch %d/%d from step %d/%d%s",
              epoch + 1,
              options.epochs(),
              from + 1,
              stepsInEpoch,
              loss);
      StepsInOneJob.Result result =
          description.during(what, () -> stepsInOneJob.take(start, epoch, from, end, stepsInEpoch));
      latest = result.state;
      result.records.forEach(noting);
      if (result.failure != null) {
        throw result.failure;
      }
      next += result.records.size();
    }
    return latest;
  }

  @Override
  public GradientSum fullGradient(float[] state) {
    return description.during("gradient over all rows", () -> sumGradients(state, null));
  }

  private GradientSum sumGradients(float[] state, Step step) {
    return sum(
        StateBytes.ofFloats(state),
        SumFormat.GRADIENT,
        state.length,
        PartitionRows::training,
        (team, held, shards, sent) -> team.gradient(held, shards, StateBytes.floats(sent), step));
  }

  @Override
  public StateMean localSteps(TrainingState state, StepRange round) {
    String what =
        String.format(
            Locale.ROOT,
            "epoch %d/%d steps %d-%d/%d%s",
            round.epoch() + 1,
            options.epochs(),
            round.first() + 1,
            round.end(),
            round.stepsInEpoch(),
            loss);
    byte[] bytes = StateBytes.write(state);
    return description.during(
        what,
        () ->
            sum(
                bytes,
                SumFormat.STATE_MEAN,
                bytes.length / Float.BYTES,
                PartitionRows::training,
                (team, held, shards, sent) -> team.localSteps(held, shards, sent, round)));
  }

  @Override
  public EvaluationSum evaluate(float[] state, boolean validation) {
    return description.during(
        String.format(
            Locale.ROOT, "evaluate on the %s rows", validation ? "validation" : "training"),
        () ->
            sum(
                StateBytes.ofFloats(state),
                SumFormat.EVALUATION,
                0,
                validation ? PartitionRows::validation : PartitionRows::training,
                (team, held, shards, sent) ->
                    team.evaluate(held, shards, StateBytes.floats(sent))));
  }

  /** Which rows of a partition a round is about. */
  private interface RowsOfRound extends Serializable {
    IndexedShard of(PartitionRows rows);
  }

  /** What a task makes of the shards that it holds and of what was sent to all. */
  private interface Computation<T> extends Serializable {
    List<Node<T>> of(Team team, List<IndexedShard> held, int shards, byte[] sent);
  }

  /**
   * A round: sends to all, lets tasks compute, adds what comes back.
   *
   * @param state what is sent; bytes, since Spark's serializer is slow with floats
   * @param rowsOfRound which rows the team is for: a partition may have dense rows of one kind and
   *     none of the other
   */
  private <T> T sum(
      byte[] state,
      SumFormat<T> format,
      int length,
      RowsOfRound rowsOfRound,
      Computation<T> computation) {
    long begin = System.nanoTime();
    Broadcast<byte[]> sent = context.broadcast(state);
    long broadcast = System.nanoTime();
    try {
      ShardPlacement.Tasks tasks = placement.tasks();
      Broadcast<FitNetwork> fit = network; // captured alone, without this object
      int shards = cache.shards();
      int threads = tasks.threads();
      RDD<byte[]> leaves =
          cache.map(
              tasks,
              byte[].class,
              rows -> {
                byte[] received = sent.value();
                long start = System.nanoTime();
                List<IndexedShard> held = rows.stream().map(rowsOfRound::of).toList();
                return fit.value()
                    .withTeam(
                        held,
                        threads,
                        team -> format.encode(computation.of(team, held, shards, received), start))
                    .iterator();
              });
      TreeAggregation.Total<T> total = aggregation.sum(leaves, format, shards, length);
      costs =
          costs.plus(
              RoundCosts.endingNow(
                  begin, broadcast, total.computeNanos(), state.length, total.bytes()));
      return total.sum();
    } finally {
      sent.destroy();
    }
  }

  @Override
  public double weightSum() {
    return weightSum;
  }

  @Override
  public long rows() {
    return cache.rows();
  }

  @Override
  public long validationRows() {
    return cache.validationRows();
  }

  @Override
  public RoundCosts takeCosts() {
    RoundCosts taken = costs.plus(stepsInOneJob.takeCosts());
    costs = RoundCosts.NONE;
    return taken;
  }

  @Override
  public void close() {}
}
