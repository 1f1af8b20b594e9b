package io.github.secateur.spark.rows;

import io.github.secateur.graph.Shape;
import java.io.Serializable;
import java.util.List;
import java.util.Locale;
import org.apache.spark.ml.image.ImageSchema$;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;

/**
 * Reads the pixels of Spark's image struct: origin, height, width, nChannels, mode, data. Spark
 * stores colors as OpenCV does: blue, green, red, alpha. A network gets them as everybody else
 * stores them: red, green, blue, alpha.
 */
final class ImageReader implements Serializable {
  private static final long serialVersionUID = 1L;

  // OpenCV's numbers for unsigned bytes with so many channels
  private static final int CV_8UC1 = 0;
  private static final int CV_8UC3 = 16;
  private static final int CV_8UC4 = 24;

  private static final int ORIGIN = 0;
  private static final int HEIGHT = 1;
  private static final int WIDTH = 2;
  private static final int CHANNELS = 3;
  private static final int MODE = 4;
  private static final int DATA = 5;

  private final int[] input;
  private final int size;

  /** Makes a reader for a network with the given input: an image, or a vector of its pixels. */
  ImageReader(Shape input) {
    this.input = input.toArray();
    this.size = input.size();
  }

  /** Returns whether a type is Spark's image struct. */
  static boolean isImage(DataType type) {
    return type.catalogString().equals(ImageSchema$.MODULE$.columnSchema().catalogString());
  }

  /**
   * Refuses a network that no image fits.
   *
   * @throws IllegalArgumentException if its input is neither a vector nor has the channels of an
   *     image
   */
  void checkInput() {
    if (input.length != 1 && !(input.length == 3 && List.of(1, 3, 4).contains(input[2]))) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "images have a height, a width and 1, 3 or 4 channels, the network reads %s; change"
                  + " its input",
              Shape.of(input)));
    }
  }

  /**
   * Reads the pixels of an image.
   *
   * @param target receives them at {@code offset} on: row by row, channels last
   * @throws IllegalArgumentException if the image is none of unsigned bytes, or of another size
   *     than the input; the message names its origin
   */
  void read(Row image, float[] target, int offset) {
    check(image);
    checkSize(image);
    readPixels(image, size, target, offset);
  }

  /**
   * Returns the number of pixels of an image, times its channels.
   *
   * @throws IllegalArgumentException if the image is none of unsigned bytes; the message names its
   *     origin
   */
  static int size(Row image) {
    check(image);
    return ((byte[]) image.getAs(DATA)).length;
  }

  /** Reads the pixels of an image that has been checked. */
  static void readPixels(Row image, int size, float[] target, int offset) {
    byte[] data = image.getAs(DATA);
    int channels = image.getInt(CHANNELS);
    for (int i = 0; i < size; i += channels) {
      for (int c = 0; c < channels; c++) {
        // blue and red change places; gray and alpha stay
        int stored = channels > 1 && c < 3 ? 2 - c : c;
        target[offset + i + c] = data[i + stored] & 0xff;
      }
    }
  }

  private static void check(Row image) {
    for (int field = HEIGHT; field <= DATA; field++) {
      if (image.isNullAt(field)) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "an image must have height, width, nChannels, mode and data, found no %s%s",
                ImageSchema$.MODULE$.imageFields()[field],
                from(image)));
      }
    }
    if (image.getInt(MODE) == -1) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "found a file that is no image%s; read images with option dropInvalid",
              from(image)));
    }
    int expectedChannels =
        switch (image.getInt(MODE)) {
          case CV_8UC1 -> 1;
          case CV_8UC3 -> 3;
          case CV_8UC4 -> 4;
          default ->
              throw new IllegalArgumentException(
                  String.format(
                      Locale.ROOT,
                      "images must have mode CV_8UC1 (0), CV_8UC3 (16) or CV_8UC4 (24), found %d%s",
                      image.getInt(MODE),
                      from(image)));
        };
    if (image.getInt(CHANNELS) != expectedChannels) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "images of mode %d have %d channels, found %d%s",
              image.getInt(MODE),
              expectedChannels,
              image.getInt(CHANNELS),
              from(image)));
    }
    long size = (long) image.getInt(HEIGHT) * image.getInt(WIDTH) * expectedChannels;
    byte[] data = image.getAs(DATA);
    if (data.length != size) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "an image of %d×%d×%d has %d bytes, found %d%s",
              image.getInt(HEIGHT),
              image.getInt(WIDTH),
              expectedChannels,
              size,
              data.length,
              from(image)));
    }
  }

  private void checkSize(Row image) {
    int height = image.getInt(HEIGHT);
    int width = image.getInt(WIDTH);
    int channels = image.getInt(CHANNELS);
    boolean fits =
        input.length == 1
            ? (long) height * width * channels == size
            : input.length == 3 && height == input[0] && width == input[1] && channels == input[2];
    if (!fits) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "the network reads %s, found an image of %d×%d×%d (height, width, channels)%s; resize"
                  + " it, or change the network's input",
              expected(),
              height,
              width,
              channels,
              from(image)));
    }
  }

  private String expected() {
    return input.length == 1 ? size + " features" : "images of " + Shape.of(input);
  }

  /** Returns where an image comes from, as the end of a message. */
  private static String from(Row image) {
    return image.isNullAt(ORIGIN) ? "" : " (" + image.getString(ORIGIN) + ")";
  }
}
