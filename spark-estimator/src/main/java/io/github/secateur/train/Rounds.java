package io.github.secateur.train;

import java.util.function.Consumer;

/**
 * Where gradients come from. The caller sends the state (see {@link
 * io.github.secateur.plan.TrainableLayout}); the sums that come back are those of all shards, added
 * in the order of {@link TreeSum}. Methods are called by one thread at a time and throw {@link
 * TrainingException} if a shard fails.
 */
public interface Rounds extends AutoCloseable {

  /**
   * Sums the gradients of the rows that belong to a step.
   *
   * @return a sum that is valid until the next call
   */
  GradientSum gradient(float[] state, Step step);

  /**
   * Lets each shard take the steps of a round on its own rows, and averages what they make of the
   * state.
   *
   * @param state what all shards start from; not changed
   * @return a mean that is valid until the next call
   */
  StateMean localSteps(TrainingState state, StepRange round);

  /**
   * Sums the gradients of all training rows. A deterministic function of the state: random layers
   * draw the same numbers at each call.
   *
   * @return a sum that is valid until the next call
   */
  GradientSum fullGradient(float[] state);

  /** Evaluates the network, in inference mode, on the validation rows or on the training rows. */
  EvaluationSum evaluate(float[] state, boolean validation);

  /**
   * Returns Σ weight of all training rows as the loss counts them, class weights included: added in
   * the order of the rows in each shard, then in the order of the shards.
   */
  double weightSum();

  /** Returns the number of training rows. */
  long rows();

  /** Returns the number of validation rows. */
  long validationRows();

  /** Takes an optimizer step with a sum that {@link #gradient} has returned. */
  default StepRecord apply(TrainingState state, Step step, GradientSum sum) {
    return state.apply(step, sum);
  }

  /**
   * Takes the steps {@code first} to {@code end - 1} of an epoch, one after the other: gradient,
   * update; or, with {@link TrainingOptions#localSteps()}, so many in each round. Rounds that can
   * take several steps where the rows are may send the training state there, and return the one
   * that comes back.
   *
   * @param state what the steps change
   * @param progress told after each step
   * @return the state after the last step: the given one, or another that takes its place
   */
  default TrainingState steps(
      TrainingState state,
      int epoch,
      int first,
      int end,
      int stepsInEpoch,
      Consumer<StepRecord> progress) {
    for (int index = first; index < end; index += state.localSteps()) {
      if (state.localSteps() == 1) {
        Step step = new Step(epoch, index, stepsInEpoch);
        progress.accept(apply(state, step, gradient(state.values(), step)));
      } else {
        int until = Math.min(end, index + state.localSteps());
        StepRange round = new StepRange(epoch, index, until, stepsInEpoch);
        state.moveTo(localSteps(state, round), round).forEach(progress);
      }
    }
    return state;
  }

  /** Returns what all calls since the last one of this method took. */
  RoundCosts takeCosts();

  /** Frees threads and memory. */
  @Override
  void close();
}
