package io.github.secateur.examples;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Images as characters, side by side. */
final class Drawing {
  private static final String SHADES = " .:-=+*#%@";
  private static final int LINE_LENGTH = 100;
  private static final int SMALL = 12;
  private static final String GAP = "   ";

  private final ImageSet images;
  private final boolean small; // a pixel is two characters wide; else two pixels high

  Drawing(ImageSet images) {
    this.images = images;
    this.small = images.width() <= SMALL;
  }

  /** One image: its number in the image set, and the lines to say below it, as many for each. */
  record Captioned(int row, List<String> caption) {}

  /** Returns the images with their captions, as many on a line as fit. */
  String draw(List<Captioned> captioned) {
    List<String> lines = new ArrayList<>();
    int perLine = Math.max(1, (LINE_LENGTH + GAP.length()) / (width() + GAP.length()));
    for (int from = 0; from < captioned.size(); from += perLine) {
      int to = Math.min(captioned.size(), from + perLine);
      lines.addAll(sideBySide(captioned.subList(from, to).stream().map(this::column).toList()));
    }
    return String.join(System.lineSeparator(), lines);
  }

  private int width() {
    return small ? 2 * images.width() : images.width();
  }

  /** Returns the lines of an image and of its caption. */
  private List<String> column(Captioned image) {
    List<String> lines = new ArrayList<>();
    for (int y = 0; y < images.height(); y += small ? 1 : 2) {
      lines.add(line(image.row, y));
    }
    lines.addAll(image.caption);
    return lines;
  }

  private List<String> sideBySide(List<List<String>> columns) {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < columns.get(0).size(); i++) {
      StringBuilder line = new StringBuilder();
      for (List<String> column : columns) {
        line.append(String.format(Locale.ROOT, "%-" + width() + "s", column.get(i))).append(GAP);
      }
      lines.add(line.toString().stripTrailing());
    }
    return lines;
  }

  private String line(int row, int y) {
    StringBuilder line = new StringBuilder();
    for (int x = 0; x < images.width(); x++) {
      if (small) {
        line.append(String.valueOf(shade(pixel(row, y, x))).repeat(2));
      } else {
        int below = Math.min(y + 1, images.height() - 1);
        line.append(shade((pixel(row, y, x) + pixel(row, below, x)) / 2));
      }
    }
    return line.toString();
  }

  private int pixel(int row, int y, int x) {
    return images.pixels()[row * images.imageSize() + y * images.width() + x] & 0xff;
  }

  private char shade(int pixel) {
    return SHADES.charAt(pixel * (SHADES.length() - 1) / images.whitest());
  }
}
