package io.github.secateur.spark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The messages of docs/errors.md, and those of the sources. */
final class ErrorTable {
  private static final String ANYTHING = "…";
  private static final Path SOURCES = Path.of("src", "main", "java", "io", "github", "secateur");

  private ErrorTable() {}

  /** Returns the messages of the tables, in order; "…" stands for anything. */
  static List<String> messages() {
    try {
      String page = Files.readString(Path.of("..", "docs", "errors.md"));
      return Pattern.compile("(?m)^\\| `(.*?)` \\| .+ \\| .+ \\|$")
          .matcher(page)
          .results()
          .map(row -> row.group(1))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns whether a message says what a row of the table does. */
  static boolean matches(String row, String message) {
    String pattern =
        Arrays.stream(row.split(ANYTHING, -1))
            .map(Pattern::quote)
            .collect(Collectors.joining(".*"));
    return Pattern.compile(pattern, Pattern.DOTALL).matcher(message).find();
  }

  /** Returns the names of all packages of the library. */
  static List<String> packages() {
    try (Stream<Path> folders = Files.list(SOURCES)) {
      return folders
          .filter(Files::isDirectory)
          .map(folder -> folder.getFileName().toString())
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A text in an exception that the sources make. */
  record Text(String file, String text) {}

  /** Returns the texts of all exceptions that the sources of a package make. */
  static List<Text> textsIn(String packageName) {
    Path folder = SOURCES.resolve(packageName);
    List<Text> texts = new ArrayList<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".java")).sorted().toList()) {
        String source = Files.readString(file).replaceAll("(?m)^\\s*(//|\\*).*$", "");
        Matcher made =
            Pattern.compile("(new \\w*(?:Exception|Damaged)|\\berror)\\(([^;{]*?);")
                .matcher(source);
        while (made.find()) {
          Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"")
              .matcher(made.group(2))
              .results()
              .map(ErrorTable::textOf)
              .filter(text -> text.replace(ANYTHING, "").length() > 10)
              .forEach(text -> texts.add(new Text(file.getFileName().toString(), text)));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return texts;
  }

  private static String textOf(MatchResult literal) {
    return literal.group(1).replace("\\\"", "\"").replaceAll("(%,?[sd])+", ANYTHING).strip();
  }
}
