package io.github.secateur.train;

import io.github.secateur.data.Shard;
import io.github.secateur.engine.Engine;
import io.github.secateur.graph.Graph;
import io.github.secateur.plan.FoldingPlan;
import io.github.secateur.plan.TrainableLayout;
import java.util.List;
import java.util.stream.Stream;

/**
 * A whole training in this JVM, without Spark: fold, train on threads, put the weights together.
 */
public final class LocalTraining {
  private LocalTraining() {}

  /**
   * Trains a network.
   *
   * @param initialParameters the flat parameter array to start from; not changed
   * @param training the shards to train on, in order; some may be empty
   * @param validation the shards to validate on; none for no validation
   * @param threads the number of threads, at least 1; the result does not depend on it
   * @throws IllegalArgumentException and {@link TrainingException} as {@link Trainer#train} does
   */
  public static TrainingResult train(
      Graph graph,
      float[] initialParameters,
      TrainingOptions options,
      List<Shard> training,
      List<Shard> validation,
      int threads,
      TrainingListener listener) {
    Trainer.requireSomethingToTrain(
        TrainableLayout.of(graph), training.stream().mapToLong(Shard::rows).sum());
    TrainingOptions resolved =
        options.toBuilder()
            .classWeights(options.classWeights().resolve(training, graph.output().shape().size()))
            .build();
    FoldingPlan folding = FoldingPlan.of(graph, foldingOptions(options, training));
    float[] parameters = folding.parametersOf(folding.rest(), initialParameters);
    // Batch normalization makes results depend on the size of batches, so the whole graph decides
    // it.
    int maxRows = Engine.defaultMaxRows(graph);
    try (LocalRounds rounds =
        LocalRounds.of(
            folding.rest(),
            parameters,
            resolved,
            fold(folding, initialParameters, training),
            fold(folding, initialParameters, validation),
            maxRows,
            threads)) {
      TrainingResult rest = Trainer.train(folding.rest(), parameters, options, rounds, listener);
      float[] trained = initialParameters.clone();
      folding.restore(rest.parameters(), trained);
      return new TrainingResult(trained, rest.history());
    }
  }

  /** Returns what may be folded of rows as they are stored in shards. */
  static FoldingPlan.Options foldingOptions(TrainingOptions options, List<Shard> shards) {
    long rows = shards.stream().mapToLong(Shard::rows).sum();
    long bytes = shards.stream().mapToLong(Shard::storedBytes).sum();
    return options.foldingOptions(rows, bytes);
  }

  private static List<Shard> fold(FoldingPlan folding, float[] parameters, List<Shard> shards) {
    if (folding.isEmpty()) {
      return shards;
    }
    RowFolder folder = new RowFolder(folding, parameters);
    Stream<Shard> folded = shards.stream().map(folder::fold);
    return folded.toList();
  }
}
