package io.github.secateur.train;

import io.github.secateur.graph.Graph;
import io.github.secateur.optim.Solver;
import io.github.secateur.plan.TrainableLayout;
import java.util.Locale;

/** A whole training: from initial to trained parameters. */
public final class Trainer {
  private static final double SMALLEST_WEIGHT_SUM = 1e-30;
  private static final double LARGEST_WEIGHT_SUM = 1e30;

  private Trainer() {}

  /**
   * Trains a network.
   *
   * @param initialParameters the flat parameter array to start from; not changed
   * @param rounds where gradients come from; not closed
   * @param listener is told of steps and epochs
   * @return the trained parameters: if there are validation rows and patience, those of the epoch
   *     with the best validation metric
   * @throws IllegalArgumentException if nothing can be trained: everything is frozen, or there are
   *     no rows
   * @throws TrainingException if the loss is no number any more, the weights of rows are all 0 or
   *     beyond what sums of float32 can hold, a shard fails, or the thread is interrupted
   */
  public static TrainingResult train(
      Graph graph,
      float[] initialParameters,
      TrainingOptions options,
      Rounds rounds,
      TrainingListener listener) {
    return train(graph, initialParameters, options, rounds, listener, Checkpoints.NONE);
  }

  /**
   * Trains a network, or goes on with a training that was interrupted. It then takes the same steps
   * as if it had not been: the result has the same bits.
   *
   * @param checkpoints where the training stands is kept there from time to time, and looked for
   *     first. What is found must be of a training with the same arguments; the listener is not
   *     told again of its epochs
   * @see #train(Graph, float[], TrainingOptions, Rounds, TrainingListener)
   */
  public static TrainingResult train(
      Graph graph,
      float[] initialParameters,
      TrainingOptions options,
      Rounds rounds,
      TrainingListener listener,
      Checkpoints checkpoints) {
    TrainableLayout layout = TrainableLayout.of(graph);
    requireSomethingToTrain(layout, rounds.rows());
    requireWeight("training", rounds.weightSum());
    float[] state = new float[layout.stateLength()];
    layout.gather(initialParameters, state);
    Course course = new Course(options, rounds, listener, checkpoints);
    float[] trained =
        options.solver() == Solver.LBFGS
            ? new FullBatchTraining(graph, layout, state, options, rounds).run(course)
            : new MinibatchTraining(graph, layout, state, options, rounds, listener).run(course);
    float[] parameters = initialParameters.clone();
    layout.scatter(trained, parameters);
    return new TrainingResult(parameters, course.history());
  }

  /** Refuses a training of nothing, or on nothing, before anything runs. */
  static void requireSomethingToTrain(TrainableLayout layout, long rows) {
    if (layout.trainableCount() == 0) {
      throw new IllegalArgumentException(
          "training needs at least one layer with weights that is not frozen, found none; unfreeze"
              + " a layer");
    }
    if (rows == 0) {
      throw new IllegalArgumentException("training needs at least 1 row, found 0");
    }
  }

  /** Refuses rows without any weight, and weights whose gradients float32 cannot add. */
  static void requireWeight(String which, double weightSum) {
    if (!(weightSum > 0)) {
      throw new TrainingException(
          String.format(
              Locale.ROOT,
              "the weights of the %s rows must have a sum above 0, found %s; check the weight"
                  + " column",
              which,
              weightSum));
    }
    if (!(weightSum >= SMALLEST_WEIGHT_SUM && weightSum <= LARGEST_WEIGHT_SUM)) {
      throw new TrainingException(
          String.format(
              Locale.ROOT,
              "the weights of the %s rows must have a sum from %s to %s, since float32 numbers end"
                  + " soon beyond, found %s; check the weight column and the class weights for a"
                  + " number that is out of place, or multiply all weights by one number, which"
                  + " changes nothing else",
              which,
              SMALLEST_WEIGHT_SUM,
              LARGEST_WEIGHT_SUM,
              weightSum));
    }
  }
}
