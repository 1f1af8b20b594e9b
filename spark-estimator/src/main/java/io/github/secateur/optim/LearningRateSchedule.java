package io.github.secateur.optim;

import java.io.Serializable;

/**
 * The learning rate as a pure function of the step, so that a resumed training continues with the
 * same rates.
 */
public sealed interface LearningRateSchedule extends Serializable {

  /** Returns the rate of the given optimizer step, counted from 0 over all epochs. */
  double rate(long step);

  /**
   * Returns a schedule.
   *
   * @param options its name and constants
   * @param learningRate the full rate
   * @param stepsPerEpoch the number of optimizer steps of an epoch
   * @param epochs the number of epochs
   */
  static LearningRateSchedule of(
      ScheduleOptions options, double learningRate, long stepsPerEpoch, int epochs) {
    long steps = stepsPerEpoch * epochs;
    return switch (options.name()) {
      // the training multiplies the rates of a plateau; they depend on its course
      case "constant", "plateau" -> new Constant(learningRate);
      case "step" -> new Step(learningRate, options.gamma(), options.stepEpochs() * stepsPerEpoch);
      case "cosine" -> new Cosine(learningRate, 0, steps, options.finalFraction());
      case "warmup-cosine" ->
          new Cosine(
              learningRate,
              (long) Math.ceil(options.warmupFraction() * steps),
              steps,
              options.finalFraction());
      default -> throw new AssertionError(options.name());
    };
  }

  /** The same rate at all steps. */
  record Constant(double rate) implements LearningRateSchedule {
    @Override
    public double rate(long step) {
      return rate;
    }
  }

  /** rate · gamma^floor(step / every). */
  record Step(double rate, double gamma, long every) implements LearningRateSchedule {
    @Override
    public double rate(long step) {
      return rate * Math.pow(gamma, step / every);
    }
  }

  /**
   * Rises in equal steps to the full rate, rate · (step + 1) / warmup, then falls as half a cosine
   * wave (Loshchilov and Hutter 2017, without restarts): with t from 0 to 1 over the steps after
   * the warm-up, rate · (f + (1 - f) · (1 + cos πt) / 2). After {@code steps} it stays at f · rate.
   */
  record Cosine(double rate, long warmup, long steps, double finalFraction)
      implements LearningRateSchedule {
    @Override
    public double rate(long step) {
      if (step < warmup) {
        return rate * (step + 1) / warmup;
      }
      double t = steps > warmup ? Math.min((step - warmup) / (double) (steps - warmup), 1) : 1;
      return rate * (finalFraction + (1 - finalFraction) * (1 + Math.cos(Math.PI * t)) / 2);
    }
  }
}
