package io.github.secateur.spark.files;

import java.io.IOException;
import java.util.Locale;

/** A file that a newer version of the library wrote, in a format that this one cannot read. */
final class NewerFormatException extends IOException {
  private static final long serialVersionUID = 1L;

  /**
   * Makes the exception.
   *
   * @param found the format of the file
   * @param known the newest format that this version knows
   */
  NewerFormatException(int found, int known) {
    super(
        String.format(
            Locale.ROOT,
            "a newer version of Secateur wrote it, in format %d; this version reads formats up to"
                + " %d: update Secateur",
            found,
            known));
  }
}
