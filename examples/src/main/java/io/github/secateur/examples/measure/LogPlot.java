package io.github.secateur.examples.measure;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Curves over two logarithmic axes, as an SVG picture that reads on light and dark pages. */
final class LogPlot {
  private static final String[] COLORS = {
    "#7f7f7f", "#1f77b4", "#56b4e9", "#d55e00", "#e69f00", "#009e73", "#cc79a7"
  };
  private static final int WIDTH = 760;
  private static final int HEIGHT = 440;
  private static final int LEFT = 70;
  private static final int RIGHT = 250;
  private static final int TOP = 40;
  private static final int BOTTOM = 50;

  private record Curve(String label, double[][] points) {}

  private final String title;
  private final String xLabel;
  private final String yLabel;
  private final List<Curve> curves = new ArrayList<>();
  private double minX = Double.POSITIVE_INFINITY;
  private double maxX;
  private double minY = Double.POSITIVE_INFINITY;
  private double maxY;

  LogPlot(String title, String xLabel, String yLabel) {
    this.title = title;
    this.xLabel = xLabel;
    this.yLabel = yLabel;
  }

  /** Adds a curve through points, each (x, y), both above 0. */
  void add(String label, double[][] points) {
    curves.add(new Curve(label, points));
    for (double[] point : points) {
      minX = Math.min(minX, point[0]);
      maxX = Math.max(maxX, point[0]);
      minY = Math.min(minY, decade(Math.floor(Math.log10(point[1]))));
      maxY = Math.max(maxY, decade(Math.ceil(Math.log10(point[1]))));
    }
  }

  private static double decade(double exponent) {
    return Math.pow(10, exponent);
  }

  private double x(double value) {
    return LEFT + (WIDTH - LEFT - RIGHT) * Math.log(value / minX) / Math.log(maxX / minX);
  }

  private double y(double value) {
    return HEIGHT
        - BOTTOM
        - (HEIGHT - TOP - BOTTOM) * Math.log(value / minY) / Math.log(maxY / minY);
  }

  /** Draws. */
  String svg() {
    StringBuilder svg = new StringBuilder();
    line(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\""
            + " font-size=\"12\">",
        WIDTH,
        HEIGHT);
    line(svg, "<title>%s</title>", title);
    line(svg, "<rect width=\"%d\" height=\"%d\" fill=\"#ffffff\"/>", WIDTH, HEIGHT);
    line(svg, "<text x=\"%d\" y=\"22\" font-size=\"14\" fill=\"#222\">%s</text>", LEFT, title);
    grid(svg);
    for (int i = 0; i < curves.size(); i++) {
      draw(svg, curves.get(i), i);
    }
    line(svg, "</svg>");
    return svg.toString();
  }

  private void grid(StringBuilder svg) {
    for (double value = minY; value <= maxY * 1.001; value *= 10) {
      line(
          svg,
          "<line x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\" stroke=\"#ddd\"/>",
          LEFT,
          WIDTH - RIGHT,
          y(value),
          y(value));
      text(svg, LEFT - 8, y(value) + 4, "end", number(value));
    }
    for (double value = minX; value <= maxX * 1.001; value *= 10) {
      line(
          svg,
          "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\" stroke=\"#ddd\"/>",
          x(value),
          x(value),
          TOP,
          HEIGHT - BOTTOM);
      text(svg, x(value), HEIGHT - BOTTOM + 18, "middle", number(value));
    }
    text(svg, (LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 10, "middle", xLabel);
    text(svg, LEFT - 8, TOP - 8, "end", yLabel);
  }

  private void draw(StringBuilder svg, Curve curve, int index) {
    String color = COLORS[index % COLORS.length];
    StringBuilder points = new StringBuilder();
    for (double[] point : curve.points) {
      points.append(String.format(Locale.ROOT, "%.1f,%.1f ", x(point[0]), y(point[1])));
    }
    line(
        svg,
        "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"%s/>",
        points.toString().strip(),
        color,
        index == 0 ? " stroke-dasharray=\"5 4\"" : "");
    int legendY = TOP + 12 + 22 * index;
    int legendX = WIDTH - RIGHT + 16;
    line(
        svg,
        "<line x1=\"%d\" x2=\"%d\" y1=\"%d\" y2=\"%d\" stroke=\"%s\" stroke-width=\"2\"/>",
        legendX,
        legendX + 20,
        legendY - 4,
        legendY - 4,
        color);
    text(svg, legendX + 26, legendY, "start", curve.label);
  }

  private static void text(StringBuilder svg, double x, double y, String anchor, String text) {
    line(
        svg,
        "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" fill=\"#222\">%s</text>",
        x,
        y,
        anchor,
        text);
  }

  private static String number(double value) {
    return value >= 1
        ? String.format(Locale.ROOT, "%,.0f", value)
        : String.format(Locale.ROOT, "%s", (float) value);
  }

  private static void line(StringBuilder svg, String format, Object... values) {
    svg.append(String.format(Locale.ROOT, format, values)).append('\n');
  }
}
