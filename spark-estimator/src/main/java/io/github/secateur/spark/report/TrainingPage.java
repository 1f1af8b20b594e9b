package io.github.secateur.spark.report;

import io.github.secateur.train.EpochRecord;
import io.github.secateur.train.History;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * The course of a training as one self-contained HTML page: curves of loss and accuracy, time,
 * numbers, and the backward plan. No script, nothing loaded from elsewhere.
 */
public final class TrainingPage {
  private final List<EpochRecord> epochs;
  private final History history;
  private final String planPage;

  /**
   * Makes a page.
   *
   * @param planPage the page of the backward plan, to which the training is added
   */
  public TrainingPage(History history, String planPage) {
    this.history = history;
    this.epochs = history.epochs();
    this.planPage = planPage;
  }

  /** Returns the page. */
  public String html() {
    StringBuilder html = new StringBuilder();
    html.append("<div class=\"secateur-plan secateur-training\">\n<h1>Training</h1>\n<p>")
        .append(course())
        .append("</p>\n");
    tiles(html);
    charts(html);
    numbers(html);
    html.append("</div>\n");
    int head = planPage.indexOf("</style></head>");
    int body = planPage.indexOf("<body>\n") + "<body>\n".length();
    return planPage.substring(0, head).replace("<title>Backward plan", "<title>Training")
        + styleSheet()
        + planPage.substring(head, body)
        + html
        + planPage.substring(body);
  }

  private String course() {
    if (epochs.isEmpty()) {
      return "No epoch was trained; the weights are the initial ones.";
    }
    String kept =
        history.bestEpoch() == 0
            ? "The initial weights are kept."
            : "The weights of epoch " + history.bestEpoch() + " are kept.";
    return String.format(
        Locale.ROOT,
        "Ended after %d %s: %s. %s",
        epochs.size(),
        epochs.size() == 1 ? "epoch" : "epochs",
        history.stopReason().text(),
        kept);
  }

  private void tiles(StringBuilder html) {
    if (epochs.isEmpty()) {
      return;
    }
    EpochRecord kept = epochs.get(Math.max(0, history.bestEpoch() - 1));
    html.append("<div class=\"tiles\">\n");
    tile(html, "training loss", decimal(kept.loss()));
    if (kept.hasValidation()) {
      tile(html, "validation loss", decimal(kept.validationLoss()));
      tile(html, "validation accuracy", percent(kept.validationAccuracy()));
    }
    double time = epochs.stream().mapToDouble(EpochRecord::seconds).sum();
    double rows = epochs.stream().mapToDouble(e -> e.rowsPerSecond() * e.seconds()).sum();
    tile(html, "training time", seconds(time));
    tile(html, "rows per second", number("%,.0f", rows / time));
    html.append("</div>\n");
  }

  private static void tile(StringBuilder html, String name, String value) {
    html.append("<div class=\"tile\"><span>").append(name).append("</span><b>");
    html.append(value).append("</b></div>\n");
  }

  private void charts(StringBuilder html) {
    int best = epochs.stream().anyMatch(EpochRecord::hasValidation) ? history.bestEpoch() : 0;
    List<Chart> charts =
        List.of(
            new Chart("Loss", TrainingPage::decimal, true)
                .line("training", "first", values(EpochRecord::loss))
                .line("validation", "second", values(EpochRecord::validationLoss))
                .mark(best),
            new Chart("Validation accuracy, %", TrainingPage::decimal, false)
                .line("validation", "second", values(epoch -> 100 * epoch.validationAccuracy()))
                .mark(best),
            time(),
            learningRate());
    html.append("<div class=\"charts\">\n");
    charts.stream().filter(chart -> !chart.isEmpty()).map(Chart::html).forEach(html::append);
    html.append("</div>\n");
    if (!epochs.isEmpty() && !epochs.get(0).hasValidation()) {
      html.append("<p>There were no validation rows, so no accuracy was measured while training; ")
          .append("<code>validationIndicatorCol</code> names a column that marks them.</p>\n");
    }
  }

  /** Divides the time of an epoch into its phases, if they were measured. */
  private Chart time() {
    Chart chart = new Chart("Seconds", TrainingPage::seconds, true);
    if (epochs.stream().allMatch(epoch -> epoch.rounds() == 0)) {
      return chart.bar("training", "first", values(EpochRecord::seconds));
    }
    return chart
        .bar("compute", "first", values(EpochRecord::computeSeconds))
        .bar("broadcast", "second", values(EpochRecord::broadcastSeconds))
        .bar("reduce", "third", values(EpochRecord::reduceSeconds))
        .bar("driver", "fourth", values(TrainingPage::driverSeconds));
  }

  private static double driverSeconds(EpochRecord epoch) {
    double rounds = epoch.computeSeconds() + epoch.broadcastSeconds() + epoch.reduceSeconds();
    return Math.max(0, epoch.seconds() - rounds);
  }

  /** Stays empty if the rate is always the same. */
  private Chart learningRate() {
    Chart chart =
        new Chart("Learning rate", rate -> String.format(Locale.ROOT, "%.3g", rate), true);
    double[] rates = values(EpochRecord::learningRate);
    return Arrays.stream(rates).distinct().count() > 1
        ? chart.line("learning rate", "first", rates)
        : chart;
  }

  private double[] values(ToDoubleFunction<EpochRecord> value) {
    return epochs.stream().mapToDouble(value).toArray();
  }

  private void numbers(StringBuilder html) {
    html.append("<details><summary>All numbers</summary><div class=\"scroll\"><table>\n<tr>");
    for (String name :
        new String[] {
          "epoch",
          "loss",
          "validation loss",
          "validation accuracy",
          "learning rate",
          "time",
          "rows per second"
        }) {
      html.append("<th>").append(name).append("</th>");
    }
    html.append("</tr>\n");
    for (EpochRecord epoch : epochs) {
      html.append(epoch.epoch() == history.bestEpoch() ? "<tr class=\"kept-row\">" : "<tr>");
      cell(html, Integer.toString(epoch.epoch()));
      cell(html, decimal(epoch.loss()));
      cell(html, decimal(epoch.validationLoss()));
      cell(html, percent(epoch.validationAccuracy()));
      cell(html, number("%.3g", epoch.learningRate()));
      cell(html, seconds(epoch.seconds()));
      cell(html, number("%,.0f", epoch.rowsPerSecond()));
      html.append("</tr>\n");
    }
    html.append("</table></div></details>\n");
  }

  private static void cell(StringBuilder html, String text) {
    html.append("<td>").append(text).append("</td>");
  }

  private static String decimal(double value) {
    return number("%.4f", value);
  }

  private static String percent(double value) {
    return Double.isFinite(value) ? number("%.2f", 100 * value) + " %" : "";
  }

  private static String seconds(double value) {
    return number(value < 10 ? "%.2f" : "%,.0f", value) + " s";
  }

  private static String number(String format, double value) {
    return Double.isFinite(value) ? String.format(Locale.ROOT, format, value) : "";
  }

  private static String styleSheet() {
    try (InputStream in = TrainingPage.class.getResourceAsStream("training.css")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("the style sheet of the page is not in the jar", e);
    }
  }
}
