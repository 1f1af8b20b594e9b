package io.github.secateur;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * No source of any module asks for the locale of the machine: with that of Egypt a chart's numbers
 * would be no numbers to a browser, and with that of Turkey {@code "ID".toLowerCase()} is no {@code
 * "id"}.
 */
class LocaleRuleTest {
  private static final List<String> MODULES =
      List.of("spark-estimator", "examples", "benchmarks", "notebooks");

  /** What follows the machine's locale unless a locale is said: methods and classes of the JDK. */
  private static final Pattern FORBIDDEN =
      Pattern.compile(
          "\\.formatted\\(|::formatted"
              + "|\\bString\\s*\\.format\\((?!\\s*Locale\\.)|String::format"
              + "|\\.printf\\((?!\\s*Locale\\.)|\\b(out|err)\\.format\\((?!\\s*Locale\\.)"
              + "|\\.to(Lower|Upper)Case\\((?!\\s*[\\w\"'])|::to(Lower|Upper)Case"
              + "|new (Formatter|Scanner|SimpleDateFormat|DecimalFormat)\\("
              + "|\\b(NumberFormat|MessageFormat|DateFormat)\\."
              + "|DateTimeFormatter\\.of");

  @Test
  void everyTextIsFormattedInTheRootLocale() throws IOException {
    List<String> found = new ArrayList<>();
    int files = 0;
    for (String module : MODULES) {
      for (Path file : sources(Path.of("..", module))) {
        String source = Files.readString(file);
        FORBIDDEN
            .matcher(source)
            .results()
            .forEach(
                match ->
                    found.add(file + ":" + line(source, match.start()) + ": " + match.group()));
        files++;
      }
    }
    assertTrue(files > 300, "found only " + files + " sources");
    assertTrue(
        found.isEmpty(),
        "give these a locale, String.format(Locale.ROOT, …) for one:\n" + String.join("\n", found));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"%d\".formatted(3)",
        "String.format(\"%d\", 3)",
        "out.printf(\n    \"%d\", 3)",
        "name.toLowerCase()",
        "names.map(String::toUpperCase)",
        "NumberFormat.getInstance()",
      })
  void theRuleSeesIt(String source) {
    assertTrue(FORBIDDEN.matcher(source).find());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "String.format(Locale.ROOT, \"%d\", 3)",
        "String.format(\n    Locale.ROOT, \"%d\", 3)",
        "name.toLowerCase(Locale.ROOT)",
        "Character.toUpperCase('a')",
        "stream.format(\"rate\")",
      })
  void theRuleLetsItPass(String source) {
    assertFalse(FORBIDDEN.matcher(source).find());
  }

  private static List<Path> sources(Path module) throws IOException {
    if (!Files.exists(module)) {
      return List.of();
    }
    try (Stream<Path> all = Files.walk(module)) {
      return all.filter(file -> file.toString().matches(".*(/src/.*\\.java|\\.zpln)"))
          .filter(file -> !file.toString().contains("/target/"))
          .filter(file -> !file.endsWith("LocaleRuleTest.java"))
          .sorted()
          .toList();
    }
  }

  private static long line(String source, int at) {
    return source.substring(0, at).lines().count();
  }
}
