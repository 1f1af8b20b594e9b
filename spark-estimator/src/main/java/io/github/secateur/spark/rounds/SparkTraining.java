package io.github.secateur.spark.rounds;

import io.github.secateur.engine.CrossEntropy;
import io.github.secateur.graph.Graph;
import io.github.secateur.nn.Network;
import io.github.secateur.plan.FoldingPlan;
import io.github.secateur.spark.report.JobDescription;
import io.github.secateur.spark.rows.FitNetwork;
import io.github.secateur.spark.rows.TrainingCache;
import io.github.secateur.train.Checkpoints;
import io.github.secateur.train.ClassWeights;
import io.github.secateur.train.ShardWorker;
import io.github.secateur.train.Trainer;
import io.github.secateur.train.TrainingListener;
import io.github.secateur.train.TrainingOptions;
import io.github.secateur.train.TrainingResult;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;

/** A whole training on Spark: fold the cached rows, train in rounds, put the weights together. */
public final class SparkTraining {
  /**
   * A training that has ended.
   *
   * @param result the trained parameters of the whole network, and the history
   * @param storedRowBytes the bytes that a row of the training set took before folding
   */
  public record Trained(TrainingResult result, long storedRowBytes) {}

  private SparkTraining() {}

  /**
   * Trains a network.
   *
   * @param initialParameters the flat parameter array to start from; not changed
   * @param cache the training set; given back early if it is folded
   * @param checkpoints where the training stands is kept there, and looked for first
   * @param aggregationDepth the largest number of levels at which gradients are added; at least 2
   */
  public static Trained train(
      Network network,
      float[] initialParameters,
      TrainingOptions options,
      TrainingCache cache,
      Checkpoints checkpoints,
      int aggregationDepth,
      JobDescription description,
      TrainingListener listener) {
    FoldingPlan.Options foldingOptions =
        options.foldingOptions(cache.allRows(), cache.storedBytes());
    FoldingPlan folding = FoldingPlan.of(network.lower(), foldingOptions);
    TrainingOptions resolved = resolve(options, network.classes(), cache, description);
    double weightSum = weightSum(resolved, network.classes(), cache, description);
    Broadcast<FitNetwork> fit =
        JavaSparkContext.fromSparkContext(description.context())
            .broadcast(new FitNetwork(network, initialParameters, resolved, foldingOptions));
    try (TrainingCache folded =
            folding.isEmpty() ? cache : cache.fold(fit, folding.foldedSize(), description);
        SparkRounds rounds =
            new SparkRounds(fit, options, folded, weightSum, aggregationDepth, description)) {
      Graph rest = folding.rest();
      float[] parameters = folding.parametersOf(rest, initialParameters);
      TrainingResult result =
          Trainer.train(rest, parameters, options, rounds, listener, checkpoints);
      float[] trained = initialParameters.clone();
      folding.restore(result.parameters(), trained);
      return new Trained(
          new TrainingResult(trained, result.history()), cache.storedBytes() / cache.allRows());
    } finally {
      fit.destroy();
    }
  }

  /** Returns the options with class weights in numbers. */
  private static TrainingOptions resolve(
      TrainingOptions options, int classes, TrainingCache cache, JobDescription description) {
    options.classWeights().check(classes);
    if (!options.classWeights().isBalanced()) {
      return options;
    }
    double[] total = new double[classes];
    description
        .during(
            "weigh the classes",
            () -> cache.map(rows -> ClassWeights.sums(rows.training().shard(), classes)).collect())
        .forEach(sums -> ClassWeights.add(sums, total));
    return options.toBuilder().classWeights(ClassWeights.resolve(total)).build();
  }

  /** Returns Σ weight of all training rows, class weights included, in one job if there are any. */
  private static double weightSum(
      TrainingOptions resolved, int classes, TrainingCache cache, JobDescription description) {
    double[] classWeights = resolved.classWeights().toArray();
    if (classWeights.length == 0) {
      return cache.weightSum();
    }
    List<Double> sums =
        description.during(
            "weigh the rows",
            () ->
                cache
                    .map(
                        rows ->
                            ShardWorker.weightSum(
                                rows.training().shard(),
                                classes,
                                new CrossEntropy(0, classWeights)))
                    .collect());
    return sums.stream().mapToDouble(Double::doubleValue).reduce(0, Double::sum);
  }
}
