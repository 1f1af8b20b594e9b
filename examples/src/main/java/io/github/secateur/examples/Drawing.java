package io.github.secateur.examples;

import java.util.ArrayList;
import java.util.List;

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

  /** One image: its number in the image set, and what to say below it. */
  record Captioned(int row, String caption) {}

  /** Returns the images with their captions, as many on a line as fit. */
  String draw(List<Captioned> captioned) {
    int columns = Math.max(1, (LINE_LENGTH + GAP.length()) / (width() + GAP.length()));
    List<String> lines = new ArrayList<>();
    for (int from = 0; from < captioned.size(); from += columns) {
      lines.addAll(row(captioned.subList(from, Math.min(captioned.size(), from + columns))));
    }
    return String.join(System.lineSeparator(), lines);
  }

  private List<String> row(List<Captioned> captioned) {
    List<String> lines = new ArrayList<>();
    for (int y = 0; y < images.height(); y += small ? 1 : 2) {
      StringBuilder line = new StringBuilder();
      for (Captioned image : captioned) {
        line.append(line(image.row, y)).append(GAP);
      }
      lines.add(line.toString().stripTrailing());
    }
    StringBuilder captions = new StringBuilder();
    for (Captioned image : captioned) {
      captions.append(("%-" + width() + "s").formatted(image.caption)).append(GAP);
    }
    lines.add(captions.toString().stripTrailing());
    return lines;
  }

  private int width() {
    return small ? 2 * images.width() : images.width();
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
