package io.github.secateur.spark;

import io.github.secateur.train.EpochRecord;
import io.github.secateur.train.StepRecord;
import io.github.secateur.train.TrainingListener;
import java.io.PrintStream;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * Shows a person how a training goes: on a terminal in one line that is rewritten, elsewhere a line
 * for each epoch, and for the step at hand after each ten seconds. Each epoch leaves its line.
 */
final class ProgressLine implements TrainingListener {
  /** Set to true to see it on standard error. */
  static final String SETTING = "spark.secateur.progress";

  private static final long TERMINAL_NANOS = 100_000_000L;
  private static final long PLAIN_NANOS = 10_000_000_000L;

  private final String fit;
  private final int epochs;
  private final PrintStream out;
  private final boolean terminal;
  private final LongSupplier nanoTime;
  private long shownAt;
  private int width;

  /**
   * Makes a line.
   *
   * @param epochs the largest number of epochs
   * @param terminal whether the last line can be rewritten
   */
  ProgressLine(String fit, int epochs, PrintStream out, boolean terminal, LongSupplier nanoTime) {
    this.fit = fit;
    this.epochs = epochs;
    this.out = out;
    this.terminal = terminal;
    this.nanoTime = nanoTime;
    this.shownAt = nanoTime.getAsLong();
  }

  /** Makes a line on standard error. */
  static ProgressLine onStandardError(String fit, int epochs) {
    return new ProgressLine(fit, epochs, System.err, System.console() != null, System::nanoTime);
  }

  @Override
  public void step(StepRecord step) {
    long now = nanoTime.getAsLong();
    if (now - shownAt >= (terminal ? TERMINAL_NANOS : PLAIN_NANOS)) {
      shownAt = now;
      show(
          "%s: epoch %d/%d step %d/%d loss %.4f",
          fit,
          step.step().epoch() + 1,
          epochs,
          step.step().index() + 1,
          step.step().stepsInEpoch(),
          step.epochLoss());
    }
  }

  @Override
  public void epoch(EpochRecord epoch) {
    String validation =
        epoch.hasValidation()
            ? String.format(
                Locale.ROOT,
                " validation loss %.4f accuracy %.4f",
                epoch.validationLoss(),
                epoch.validationAccuracy())
            : "";
    show(
        "%s: epoch %d/%d loss %.4f%s, %,.0f rows/s",
        fit, epoch.epoch(), epochs, epoch.loss(), validation, epoch.rowsPerSecond());
    if (terminal) {
      out.println();
    }
    width = 0;
    shownAt = nanoTime.getAsLong();
  }

  private void show(String format, Object... values) {
    String line = String.format(Locale.ROOT, format, values);
    if (terminal) {
      // blanks over what a longer line has left
      out.print("\r" + line + " ".repeat(Math.max(0, width - line.length())));
      out.flush();
      width = line.length();
    } else {
      out.println(line);
    }
  }
}
