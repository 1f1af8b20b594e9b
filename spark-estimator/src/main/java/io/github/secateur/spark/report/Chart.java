package io.github.secateur.spark.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleFunction;

/**
 * A chart over the epochs as inline SVG: lines, or bars that stand on one another. A value that is
 * not finite is left out.
 */
final class Chart {
  private static final int WIDTH = 400;
  private static final int HEIGHT = 220;
  private static final int LEFT = 48;
  private static final int RIGHT = 10;
  private static final int TOP = 10;
  private static final int BOTTOM = 32;
  private static final int TICKS = 5;
  private static final int POINTS_WITH_DOTS = 60;

  /** A row of values, one for each epoch. */
  private record Series(String name, String style, double[] values) {}

  private final String title;
  private final DoubleFunction<String> format;
  private final boolean fromZero;
  private final List<Series> series = new ArrayList<>();
  private boolean bars;
  private int marked;
  private double step;
  private double low;
  private double high;

  /**
   * Starts a chart.
   *
   * @param title what it shows
   * @param format how a value is written in a tooltip
   * @param fromZero whether the axis begins at 0, or near the smallest value
   */
  Chart(String title, DoubleFunction<String> format, boolean fromZero) {
    this.title = title;
    this.format = format;
    this.fromZero = fromZero;
  }

  /** Adds a line; nothing if no value is finite. */
  Chart line(String name, String style, double[] values) {
    if (Arrays.stream(values).anyMatch(Double::isFinite)) {
      series.add(new Series(name, style, values));
    }
    return this;
  }

  /** Adds bars, on those that were added before. */
  Chart bar(String name, String style, double[] values) {
    bars = true;
    return line(name, style, values);
  }

  /** Marks an epoch, counted from 1; 0 for none. */
  Chart mark(int epoch) {
    marked = epoch;
    return this;
  }

  boolean isEmpty() {
    return series.isEmpty();
  }

  /** Returns the chart with its title and legend. */
  String html() {
    StringBuilder html = new StringBuilder();
    html.append("<figure><figcaption><b>").append(title).append("</b>");
    for (Series one : series.size() > 1 ? series : List.<Series>of()) {
      html.append("<span class=\"").append(one.style).append("\"><i></i>");
      html.append(one.name).append("</span>");
    }
    if (marked > 0) {
      html.append("<span class=\"best\"><i></i>weights kept</span>");
    }
    return html.append("</figcaption>").append(svg()).append("</figure>\n").toString();
  }

  private String svg() {
    scale();
    StringBuilder svg = new StringBuilder();
    svg.append(
        String.format(
            Locale.ROOT,
            "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s by epoch\">\n",
            WIDTH,
            HEIGHT,
            title));
    grid(svg);
    if (marked > 0) {
      svg.append(line("<path class=\"best\" d=\"M%s %sV%s\"/>", x(marked), TOP, HEIGHT - BOTTOM));
    }
    if (bars) {
      bars(svg);
    } else {
      series.forEach(one -> line(svg, one));
    }
    return svg.append("</svg>").toString();
  }

  // ---- axes ------------------------------------------------------------------------------------

  private int epochs() {
    return series.stream().mapToInt(one -> one.values.length).max().orElse(0);
  }

  /** Chooses the ends of the vertical axis: multiples of 1, 2 or 5 times a power of ten. */
  private void scale() {
    double smallest = Double.POSITIVE_INFINITY;
    double largest = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < epochs(); i++) {
      double stacked = 0;
      for (Series one : series) {
        double value = i < one.values.length ? one.values[i] : Double.NaN;
        if (Double.isFinite(value)) {
          stacked = bars ? stacked + value : value;
          smallest = Math.min(smallest, stacked);
          largest = Math.max(largest, stacked);
        }
      }
    }
    if (smallest > largest) {
      smallest = 0;
      largest = 1;
    }
    low = fromZero || bars ? Math.min(0, smallest) : smallest;
    double span = largest > low ? largest - low : Math.max(Math.abs(largest), 1e-6);
    double power = Math.pow(10, Math.floor(Math.log10(span / TICKS)));
    double digits = span / TICKS / power;
    step = power * (digits <= 1 ? 1 : digits <= 2 ? 2 : digits <= 5 ? 5 : 10);
    low = Math.floor(low / step + 1e-9) * step;
    high = Math.max(Math.ceil(largest / step - 1e-9) * step, low + step);
  }

  private double x(double epoch) {
    int width = WIDTH - LEFT - RIGHT;
    int epochs = epochs();
    if (bars) {
      return LEFT + width * (epoch - 0.5) / epochs;
    }
    return epochs == 1 ? LEFT + width / 2.0 : LEFT + width * (epoch - 1) / (epochs - 1);
  }

  private double y(double value) {
    return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * (value - low) / (high - low);
  }

  private void grid(StringBuilder svg) {
    int decimals = (int) Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
    long lines = Math.round((high - low) / step);
    for (long i = 0; i <= lines; i++) {
      double value = low + i * step;
      svg.append(line("<path class=\"rule\" d=\"M%s %sH%s\"/>", LEFT, y(value), WIDTH - RIGHT));
      String number = String.format(Locale.ROOT, "%,." + decimals + "f", value);
      svg.append(
          line("<text class=\"y\" x=\"%s\" y=\"%s\">%s</text>", LEFT - 6, y(value) + 4, number));
    }
    int epochs = epochs();
    int every = 1;
    for (int i = 0; epochs / every > 10; i++) {
      every = new int[] {2, 5, 10}[i % 3] * (int) Math.pow(10, i / 3);
    }
    for (int epoch = every; epoch <= epochs; epoch += every) {
      svg.append(
          line("<text class=\"x\" x=\"%s\" y=\"%s\">%s</text>", x(epoch), HEIGHT - 16, epoch));
    }
    svg.append(
        line(
            "<text class=\"x\" x=\"%s\" y=\"%s\">epoch</text>",
            LEFT + (WIDTH - LEFT - RIGHT) / 2, HEIGHT - 2));
  }

  // ---- values ----------------------------------------------------------------------------------

  private void line(StringBuilder svg, Series one) {
    StringBuilder path = new StringBuilder();
    StringBuilder dots = new StringBuilder();
    boolean dotted = one.values.length <= POINTS_WITH_DOTS;
    boolean drawing = false;
    for (int i = 0; i < one.values.length; i++) {
      double value = one.values[i];
      if (!Double.isFinite(value)) {
        drawing = false;
        continue;
      }
      path.append(drawing ? 'L' : 'M')
          .append(number(x(i + 1)))
          .append(' ')
          .append(number(y(value)));
      drawing = true;
      dots.append(
          line(
              "<circle class=\"%s\" cx=\"%s\" cy=\"%s\" r=\"%s\"><title>epoch %s, %s:"
                  + " %s</title></circle>",
              i + 1 == marked ? "chosen " + one.style : one.style,
              x(i + 1),
              y(value),
              i + 1 == marked ? 5 : dotted ? 3 : 1.5,
              i + 1,
              one.name,
              format.apply(value)));
    }
    svg.append(line("<path class=\"line %s\" d=\"%s\"/>", one.style, path)).append(dots);
  }

  private void bars(StringBuilder svg) {
    double width = (WIDTH - LEFT - RIGHT) / (double) epochs();
    double gap = Math.min(6, width / 4);
    for (int i = 0; i < epochs(); i++) {
      double below = 0;
      for (Series one : series) {
        double value = one.values[i];
        if (Double.isFinite(value) && value > 0) {
          svg.append(
              line(
                  "<rect class=\"%s\" x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\"><title>epoch %s,"
                      + " %s: %s</title></rect>",
                  one.style,
                  x(i + 1) - (width - gap) / 2,
                  y(below + value),
                  width - gap,
                  y(below) - y(below + value),
                  i + 1,
                  one.name,
                  format.apply(value)));
          below += value;
        }
      }
    }
  }

  private static String line(String form, Object... values) {
    Object[] written = new Object[values.length];
    Arrays.setAll(
        written, i -> values[i] instanceof Double value ? number(value) : values[i].toString());
    return String.format(Locale.ROOT, form, written) + "\n";
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }
}
