package io.github.secateur.examples;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Locale;

/**
 * Labelled images of one size, as bytes.
 *
 * @param name what to call it
 * @param height rows of pixels in an image
 * @param width pixels in a row
 * @param whitest the largest value that a pixel can have; 0 is the other end
 * @param pixels all images, [rows × height × width], values 0 to 255
 * @param labels one for each image, from 0
 * @param parts what each image is used for
 */
public record ImageSet(
    String name, int height, int width, int whitest, byte[] pixels, byte[] labels, Part[] parts)
    implements Serializable {

  public ImageSet {
    if (pixels.length != labels.length * height * width || parts.length != labels.length) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "%s: %d labels and %d parts do not go with %d pixels in images of %d×%d",
              name,
              labels.length,
              parts.length,
              pixels.length,
              height,
              width));
    }
  }

  public int rows() {
    return labels.length;
  }

  /** Returns the number of pixels in an image. */
  public int imageSize() {
    return height * width;
  }

  /** Returns the number of labels: one more than the largest. */
  public int classes() {
    int largest = 0;
    for (byte label : labels) {
      largest = Math.max(largest, label);
    }
    return largest + 1;
  }

  public long count(Part part) {
    return Arrays.stream(parts).filter(part::equals).count();
  }

  /** Returns image number {@code row} as doubles, for a vector column. */
  public double[] image(int row) {
    double[] image = new double[imageSize()];
    for (int i = 0; i < image.length; i++) {
      image[i] = pixels[row * image.length + i] & 0xff;
    }
    return image;
  }
}
