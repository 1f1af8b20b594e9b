package io.github.secateur.nn;

import io.github.secateur.data.Shard;
import io.github.secateur.data.TrainingSet;
import io.github.secateur.graph.Graph;
import io.github.secateur.plan.BackwardPlan;
import io.github.secateur.train.LocalTraining;
import io.github.secateur.train.TrainingListener;
import io.github.secateur.train.TrainingOptions;
import io.github.secateur.train.TrainingResult;
import java.util.List;
import java.util.Locale;

/** Trains a network in this JVM, on all its processors. */
final class LocalFit {
  private LocalFit() {}

  /** Trains from the given parameters, which stay as they are. The validation set may be null. */
  static TrainedNetwork train(
      Network network,
      float[] parameters,
      TrainingSet training,
      TrainingSet validation,
      TrainingOptions options,
      TrainingListener listener) {
    check("training", network, training);
    List<Shard> validationShards = List.of();
    if (validation != null) {
      check("validation", network, validation);
      validationShards = validation.shards();
    }
    Graph graph = network.lower();
    BackwardPlan.of(graph, options.backwardPruning()); // refuses a network that is all frozen
    int threads = Runtime.getRuntime().availableProcessors();
    TrainingResult result =
        LocalTraining.train(
            graph, parameters, options, training.shards(), validationShards, threads, listener);
    return new TrainedNetwork(network, result.parameters(), result.history());
  }

  static void check(String name, Network network, TrainingSet rows) {
    if (rows.width() != network.inputSize()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "the network reads rows of %d features (%s), found %d in the %s set",
              network.inputSize(),
              network.inputShape(),
              rows.width(),
              name));
    }
    if (rows.classes() > network.classes()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "labels must be integers in [0, %d), one for each logit, found %d in the %s set;"
                  + " widen the last layer",
              network.classes(),
              rows.classes() - 1,
              name));
    }
  }
}
