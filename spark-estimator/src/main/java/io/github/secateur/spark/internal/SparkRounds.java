package io.github.secateur.spark.internal;

import io.github.secateur.train.EvaluationSum;
import io.github.secateur.train.GradientSum;
import io.github.secateur.train.IndexedShard;
import io.github.secateur.train.Rounds;
import io.github.secateur.train.StateBytes;
import io.github.secateur.train.StateMean;
import io.github.secateur.train.Step;
import io.github.secateur.train.StepRange;
import io.github.secateur.train.StepRecord;
import io.github.secateur.train.TrainingOptions;
import io.github.secateur.train.TrainingState;
import io.github.secateur.train.TreeSum;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;

/**
 * Rounds of one Spark job each: the state is broadcast, each task computes over one cached
 * partition, the driver adds what comes back along the fixed tree. A task is a pure function of the
 * state, the step and the cached rows, so that Spark may retry it or run it anywhere, and the bits
 * are the same.
 */
final class SparkRounds implements Rounds {
  private final TrainingCache cache;
  private final JobDescription description;
  private final JavaSparkContext context;
  private final TrainingOptions options;
  private final TreeAggregation aggregation;
  private final Broadcast<FitNetwork> network;

  /**
   * Makes rounds.
   *
   * @param network the network, sent to the executors; not destroyed
   * @param cache the training set, folded if the network is; not closed
   * @param aggregationDepth the largest number of levels at which gradients are added; at least 2
   */
  SparkRounds(
      Broadcast<FitNetwork> network,
      TrainingOptions options,
      TrainingCache cache,
      int aggregationDepth,
      JobDescription description) {
    this(network, options, cache, new TreeAggregation(aggregationDepth), description);
  }

  SparkRounds(
      Broadcast<FitNetwork> network,
      TrainingOptions options,
      TrainingCache cache,
      TreeAggregation aggregation,
      JobDescription description) {
    this.cache = cache;
    this.description = description;
    this.context = JavaSparkContext.fromSparkContext(description.context());
    this.options = options;
    this.aggregation = aggregation;
    this.network = network;
  }

  @Override
  public GradientSum gradient(float[] state, Step step) {
    String what =
        "epoch %d/%d, step %d/%d"
            .formatted(step.epoch() + 1, options.epochs(), step.index() + 1, step.stepsInEpoch());
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
    StepsInOneJob job = new StepsInOneJob(context, cache, network);
    if (!job.isPossible()) {
      return Rounds.super.steps(state, epoch, first, end, stepsInEpoch, progress);
    }
    TrainingState latest = state;
    for (int next = first; next < end; ) {
      int from = next;
      TrainingState start = latest;
      String what =
          "epoch %d/%d, from step %d/%d"
              .formatted(epoch + 1, options.epochs(), from + 1, stepsInEpoch);
      StepsInOneJob.Result result =
          description.during(what, () -> job.take(start, epoch, from, end, stepsInEpoch));
      latest = result.state;
      result.records.forEach(progress);
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
    return withBroadcast(
        state,
        sent ->
            aggregation
                .sum(gradients(sent, step), SumFormat.GRADIENT, cache.shards(), state.length)
                .sum());
  }

  @Override
  public StateMean localSteps(TrainingState state, StepRange round) {
    String what =
        "epoch %d/%d, steps %d-%d/%d"
            .formatted(
                round.epoch() + 1,
                options.epochs(),
                round.first() + 1,
                round.end(),
                round.stepsInEpoch());
    return description.during(what, () -> averageStates(state, round));
  }

  private StateMean averageStates(TrainingState state, StepRange round) {
    byte[] bytes = StateBytes.write(state);
    return withBroadcast(
        bytes,
        sent ->
            aggregation
                .sum(
                    states(sent, round),
                    SumFormat.STATE_MEAN,
                    cache.shards(),
                    bytes.length / Float.BYTES)
                .sum());
  }

  /** Returns the encoded state of each shard after a round of local steps. */
  private JavaRDD<byte[]> states(Broadcast<byte[]> state, StepRange round) {
    Broadcast<FitNetwork> fit = network; // captured alone, without this object
    return cache.map(
        rows -> {
          IndexedShard shard = rows.training();
          TrainingState copy = (TrainingState) StateBytes.read(state.value());
          return fit.value().withWorker(shard, worker -> worker.localSteps(shard, copy, round));
        });
  }

  /** Returns the encoded gradient sum of each shard. */
  private JavaRDD<byte[]> gradients(Broadcast<float[]> state, Step step) {
    Broadcast<FitNetwork> fit = network; // captured alone, without this object
    return cache.map(
        rows -> {
          IndexedShard shard = rows.training();
          return fit.value()
              .withWorker(shard, worker -> worker.gradient(shard, state.value(), step));
        });
  }

  @Override
  public EvaluationSum evaluate(float[] state, boolean validation) {
    return description.during(
        "evaluate on the %s rows".formatted(validation ? "validation" : "training"),
        () -> withBroadcast(state, sent -> sumEvaluations(sent, validation)));
  }

  private EvaluationSum sumEvaluations(Broadcast<float[]> state, boolean validation) {
    Broadcast<FitNetwork> fit = network;
    List<double[]> sums =
        cache
            .map(
                rows -> {
                  IndexedShard shard = validation ? rows.validation() : rows.training();
                  EvaluationSum sum =
                      fit.value()
                          .withWorker(shard, worker -> worker.evaluate(shard, state.value()));
                  return new double[] {
                    sum.lossSum(), sum.weightSum(), sum.correctWeight(), sum.rows()
                  };
                })
            .collect();
    TreeSum<EvaluationSum> tree = new TreeSum<>(sums.size(), EvaluationSum::plus);
    for (int i = 0; i < sums.size(); i++) {
      double[] sum = sums.get(i);
      tree.add(i, new EvaluationSum(sum[0], sum[1], sum[2], (long) sum[3]));
    }
    return tree.total();
  }

  private <S, T> T withBroadcast(S state, Function<Broadcast<S>, T> jobs) {
    Broadcast<S> sent = context.broadcast(state);
    try {
      return jobs.apply(sent);
    } finally {
      sent.destroy();
    }
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
  public void close() {}
}
