package io.github.secateur.spark;

import java.util.Locale;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.package$;

/** Refuses the releases of Spark on which nothing here would work. */
final class SparkRelease {
  private static final Pattern NUMBERS = Pattern.compile("(\\d+)\\.(\\d+)(?:\\.(\\d+))?.*");

  /** Where the version comes from; tests put another one here. */
  static Supplier<String> current = () -> package$.MODULE$.SPARK_VERSION();

  private SparkRelease() {}

  /**
   * Fails on Spark 4.0.0 and everything before it. To be called before a class of Spark's is used
   * that these releases have in another form: the first one is {@code Param}.
   *
   * @throws UnsupportedOperationException naming the version, the reason and the next move
   */
  static void requireSupported() {
    String version = current.get();
    Matcher numbers = NUMBERS.matcher(version);
    if (!numbers.matches()) {
      return; // a build of somebody's own: who makes one knows what is in it
    }
    int major = Integer.parseInt(numbers.group(1));
    int minor = Integer.parseInt(numbers.group(2));
    int patch = numbers.group(3) == null ? 0 : Integer.parseInt(numbers.group(3));
    if (major == 4 && minor == 0 && patch == 0) {
      throw new UnsupportedOperationException(
          String.format(
              Locale.ROOT,
              "Secateur cannot run on Spark %s: it builds params in another way than 4.0.1 and"
                  + " later do; use Spark 4.0.1 or later, which run the same programs",
              version));
    }
    if (major < 4) {
      throw new UnsupportedOperationException(
          String.format(
              Locale.ROOT,
              "Secateur cannot run on Spark %s; use Spark 4.0.1 or later, with Scala 2.13",
              version));
    }
  }
}
