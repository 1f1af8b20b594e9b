package io.github.secateur.examples;

import io.github.secateur.nn.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;

/**
 * The networks that have a name here. All begin with raw pixels, and scale them to [0, 1]
 * themselves.
 */
public final class Presets {
  public static final String NAMES = "small-cnn, cnn, mlp";

  private Presets() {}

  /** Returns the preset of that name, or the network in the JSON file of that name. */
  public static Network named(String name, ImageSet images) throws IOException {
    return switch (name) {
      case "small-cnn" -> smallCnn(images);
      case "cnn" -> cnn(images);
      case "mlp" -> mlp(images);
      default -> fromFile(name);
    };
  }

  /** Two convolutions before one pooling: for images of a few pixels. */
  private static Network smallCnn(ImageSet images) {
    return pixels(images)
        .conv2d(16, 3)
        .relu()
        .conv2d(32, 3)
        .relu()
        .maxPool2d(2)
        .flatten()
        .dropout(0.25f)
        .dense(64)
        .relu()
        .dropout(0.25f)
        .dense(images.classes());
  }

  /** Convolution, pooling, convolution, pooling, a hidden layer: for MNIST and its relatives. */
  private static Network cnn(ImageSet images) {
    return pixels(images)
        .conv2d(32, 3)
        .relu()
        .maxPool2d(2)
        .conv2d(64, 3)
        .relu()
        .maxPool2d(2)
        .flatten()
        .dense(128)
        .relu()
        .dense(images.classes());
  }

  /** Two hidden layers of 256 and 128. */
  private static Network mlp(ImageSet images) {
    return pixels(images).flatten().dense(256).relu().dense(128).relu().dense(images.classes());
  }

  private static Network pixels(ImageSet images) {
    return Network.image(images.height(), images.width(), 1).scale(1f / images.whitest());
  }

  private static Network fromFile(String file) throws IOException {
    try {
      return Network.fromJson(Files.readString(Path.of(file)));
    } catch (NoSuchFileException e) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "--network must be one of %s, or a JSON file; found \"%s\"",
              NAMES,
              file),
          e);
    }
  }
}
