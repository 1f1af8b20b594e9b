package io.github.secateur.plan.print;

import io.github.secateur.graph.Operator;
import io.github.secateur.graph.Parameter;
import io.github.secateur.plan.Action;
import io.github.secateur.plan.BackwardPlan;
import io.github.secateur.plan.Saving;
import io.github.secateur.plan.TrainingPlan;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/**
 * Draws a training plan in HTML: the graph as inline SVG beside a table with a row for each
 * operator, its action, its reason, and what it costs before and after. No script, nothing loaded
 * from elsewhere. The drawing is one {@code <div>}, whose style sheet bears on nothing outside it.
 */
final class PlanHtml {
  private static final int ROW = 34;
  private static final int LANE = 18;
  private static final int BAR = 100;
  private static final String FOLDED = "folded";

  private final TrainingPlan plan;
  private final List<TrainingPlan.Line> lines;
  private final GraphLanes lanes;
  private final StringBuilder html = new StringBuilder();

  PlanHtml(TrainingPlan plan) {
    this.plan = plan;
    this.lines = plan.lines();
    this.lanes = new GraphLanes(plan.graph());
  }

  /** Returns a self-contained page, which follows the reader's choice of dark or light. */
  String page() {
    return "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
        + "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
        + "<title>Backward plan</title>\n<style>\n"
        + resource("plan-page.css")
        + "</style></head>\n<body>\n"
        + drawing("h1")
        + "</body></html>\n";
  }

  /** Returns the drawing alone, in light colours, to stand in a page of other things. */
  String fragment() {
    return drawing("h2");
  }

  private String drawing(String heading) {
    html.setLength(0);
    html.append("<div class=\"secateur-plan\">\n<style>\n")
        .append(resource("plan.css"))
        .append("</style>\n<")
        .append(heading)
        .append(">Backward plan</")
        .append(heading)
        .append(">\n<p>What each training step computes, and what it leaves out because no weight")
        .append(" needs it. Operations are floating-point operations for one row of data.</p>\n");
    tiles();
    legend();
    html.append("<div class=\"scroll\"><div class=\"grid\">\n");
    graph();
    table();
    html.append("</div></div>\n");
    for (String note : PlanNotes.of(plan)) {
      html.append("<p class=\"note\">").append(escape(note)).append("</p>\n");
    }
    return html.append("</div>\n").toString();
  }

  // ---- totals
  // ----------------------------------------------------------------------------------------------------

  private void tiles() {
    html.append("<div class=\"tiles\">\n");
    plan.savings().forEach(this::tile);
    html.append("</div>\n");
  }

  private void tile(Saving saving) {
    String percent =
        saving.kept() == saving.whole()
            ? "unchanged"
            : String.format(Locale.ROOT, "%+.1f %%", 0 - saving.percentSaved()).replace("-", "−");
    html.append("<div class=\"tile\"><span>")
        .append(saving.quantity())
        .append("</span><b>")
        .append(percent)
        .append("</b><span>");
    html.append(TextTable.number(saving.whole()))
        .append(" → ")
        .append(TextTable.number(saving.kept()))
        .append("</span></div>\n");
  }

  private void legend() {
    html.append("<div class=\"legend\">");
    for (Action action : Action.values()) {
      legend(style(action), action.label());
    }
    legend(FOLDED, "folded: evaluated once, before training");
    html.append(
            "<span><svg width=\"26\" height=\"8\"><path class=\"edge back\" d=\"M0 4H26\"/></svg>")
        .append(" a gradient flows back</span></div>\n");
  }

  private void legend(String style, String label) {
    long count = lines.stream().filter(line -> style(line).equals(style)).count();
    if (count > 0) {
      html.append("<span class=\"").append(style).append("\"><i></i>").append(label);
      html.append(" (").append(count).append(")</span>");
    }
  }

  // ---- the graph
  // -------------------------------------------------------------------------------------------------

  private void graph() {
    int rows = lines.size() + 1;
    html.append("<svg class=\"graph\" role=\"img\" aria-label=\"operator graph\" width=\"")
        .append(graphWidth())
        .append("\" height=\"")
        .append(rows * ROW)
        .append("\">\n");
    for (TrainingPlan.Line line : lines) {
      Operator operator = line.operator();
      BackwardPlan.Entry entry = plan.unfolded().entry(operator.id());
      for (int i = 0; i < operator.inputs().size(); i++) {
        boolean back = !line.folded() && entry.inputGradients().get(i);
        edge(operator.inputs().get(i), operator.id(), back);
      }
    }
    node(0, "removed", plan.graph().input().name());
    lines.forEach(line -> node(line.operator().id(), style(line), line.operator().name()));
    html.append("</svg>\n");
  }

  private int graphWidth() {
    return 20 + lanes.count() * LANE;
  }

  private int x(int id) {
    return 18 + lanes.of(id) * LANE;
  }

  private static int y(int id) {
    return id * ROW + ROW / 2;
  }

  private void edge(int from, int to, boolean back) {
    html.append("<path class=\"edge")
        .append(back ? " back" : "")
        .append("\" d=\"M")
        .append(x(from))
        .append(' ')
        .append(y(from));
    if (x(from) != x(to)) {
      int bend = y(to) - ROW;
      html.append(" V")
          .append(bend)
          .append(" C")
          .append(x(from))
          .append(' ')
          .append(bend + ROW / 2);
      html.append(' ')
          .append(x(to))
          .append(' ')
          .append(bend + ROW / 2)
          .append(' ')
          .append(x(to))
          .append(' ')
          .append(y(to));
    } else {
      html.append(" V").append(y(to));
    }
    html.append("\"/>\n");
  }

  private void node(int id, String style, String name) {
    html.append("<circle class=\"node ")
        .append(style)
        .append("\" cx=\"")
        .append(x(id))
        .append("\" cy=\"")
        .append(y(id));
    html.append("\" r=\"6\"><title>").append(escape(name)).append("</title></circle>\n");
  }

  // ---- the table
  // -------------------------------------------------------------------------------------------------

  private void table() {
    String indent = "<td style=\"padding-left:" + (graphWidth() + 6) + "px\">";
    html.append("<table>\n<tr><th style=\"padding-left:")
        .append(graphWidth() + 6)
        .append("px\">layer</th>");
    html.append("<th>output</th><th class=\"num\">weights</th><th>plan</th><th>reason</th>")
        .append("<th class=\"num\">forward</th><th class=\"num\">backward</th>")
        .append("<th class=\"num\">bytes</th><th>operations</th></tr>\n");
    Operator input = plan.graph().input();
    html.append("<tr>")
        .append(indent)
        .append(escape(input.name()))
        .append("</td><td>")
        .append(input.shape());
    html.append("</td><td></td><td></td><td></td><td></td><td></td><td></td><td></td></tr>\n");
    long largest = lines.stream().mapToLong(PlanHtml::flopsBefore).max().orElse(1);
    for (TrainingPlan.Line line : lines) {
      Operator operator = line.operator();
      html.append("<tr class=\"")
          .append(style(line))
          .append("\">")
          .append(indent)
          .append(escape(operator.name()));
      if (!operator.name().startsWith(operator.type().label())) {
        html.append(" <small>").append(operator.type().label()).append("</small>");
      }
      html.append("</td><td>")
          .append(operator.shape())
          .append("</td><td class=\"num\">")
          .append(weights(operator));
      html.append("</td><td class=\"tag\"><i></i>")
          .append(line.label())
          .append("</td><td>")
          .append(line.reason().label());
      html.append("</td>");
      beforeAndAfter(line.forwardWhole().flopsPerRow(), line.forward().flopsPerRow());
      beforeAndAfter(line.backwardWhole().flopsPerRow(), line.backward().flopsPerRow());
      beforeAndAfter(bytesBefore(line), line.forward().plus(line.backward()).bytesPerRow());
      bar(flopsBefore(line), line.forward().plus(line.backward()).flopsPerRow(), largest);
      html.append("</tr>\n");
    }
    html.append("</table>\n");
  }

  private static long flopsBefore(TrainingPlan.Line line) {
    return line.forwardWhole().plus(line.backwardWhole()).flopsPerRow();
  }

  private static long bytesBefore(TrainingPlan.Line line) {
    return line.forwardWhole().plus(line.backwardWhole()).bytesPerRow();
  }

  private static String weights(Operator operator) {
    long weights = operator.parameters().stream().mapToLong(Parameter::size).sum();
    return weights == 0
        ? ""
        : TextTable.number(weights) + (operator.frozen() ? " <small>frozen</small>" : "");
  }

  private void beforeAndAfter(long before, long after) {
    html.append("<td class=\"num\" title=\"").append(TextTable.number(before)).append(" → ");
    html.append(TextTable.number(after)).append("\">");
    if (before != after) {
      html.append("<span class=\"gone\">").append(rounded(before)).append("</span> ");
    }
    html.append(rounded(after)).append("</td>");
  }

  /** Three digits and a unit, so that columns stay narrow: 7.24 M. */
  private static String rounded(long value) {
    if (value < 10_000) {
      return TextTable.number(value);
    }
    String[] units = {"", " k", " M", " G", " T"};
    double scaled = value;
    int unit = 0;
    while (scaled >= 999.5 && unit < units.length - 1) {
      scaled /= 1000;
      unit++;
    }
    int decimals = scaled < 9.995 ? 2 : scaled < 99.95 ? 1 : 0;
    return String.format(Locale.ROOT, "%." + decimals + "f", scaled) + units[unit];
  }

  private void bar(long before, long after, long largest) {
    long scale = Math.max(1, largest);
    long whole = before == 0 ? 0 : Math.max(1, before * BAR / scale);
    long kept = after == 0 ? 0 : Math.max(1, after * BAR / scale);
    html.append("<td><svg width=\"")
        .append(BAR)
        .append("\" height=\"12\" role=\"img\" aria-label=\"");
    html.append(TextTable.number(before))
        .append(" before, ")
        .append(TextTable.number(after))
        .append(" after\">");
    html.append("<rect class=\"bar-whole\" width=\"")
        .append(whole)
        .append("\" height=\"12\" rx=\"2\"/>");
    html.append("<rect class=\"bar-kept\" width=\"")
        .append(kept)
        .append("\" height=\"12\" rx=\"2\"/></svg></td>");
  }

  private static String style(TrainingPlan.Line line) {
    return line.folded() ? FOLDED : style(line.action());
  }

  private static String style(Action action) {
    return switch (action) {
      case KEPT -> "kept";
      case WEIGHT_GRADIENT_ONLY -> "weight";
      case INPUT_GRADIENT_ONLY -> "input";
      case REMOVED -> "removed";
    };
  }

  static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  private static String resource(String name) {
    try (InputStream in = PlanHtml.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(name + " is not in the jar", e);
    }
  }
}
