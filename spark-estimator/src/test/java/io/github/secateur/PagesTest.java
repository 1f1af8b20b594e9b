package io.github.secateur;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a formatter of pages does not see: links, tables, and names of classes. */
@Tag("text")
class PagesTest {
  private static final Path ROOT = Path.of("..");
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
  private static final Pattern HEADING = Pattern.compile("^#{1,6} (.*)$");
  private static final Pattern CLASS = Pattern.compile("`([A-Z][a-z0-9]+(?:[A-Z][a-z0-9]+)+)\\b");

  /** What ARCHITECTURE.md decides against. */
  private static final Set<String> REJECTED = Set.of("AddBias", "MapPartitions", "MatMul");

  private static List<Path> pages() throws IOException {
    try (Stream<Path> here = Files.list(ROOT);
        Stream<Path> docs = Files.list(ROOT.resolve("docs"))) {
      return Stream.concat(here, docs)
          .filter(file -> file.toString().endsWith(".md"))
          .sorted()
          .toList();
    }
  }

  /** Returns the lines outside of code, with an empty one for each line of code. */
  private static List<String> prose(Path page) {
    try {
      return withoutCode(Files.readAllLines(page));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> withoutCode(List<String> lines) {
    List<String> prose = new ArrayList<>();
    boolean code = false;
    for (String line : lines) {
      boolean fence = line.strip().startsWith("```");
      prose.add(code || fence ? "" : line);
      code ^= fence;
    }
    return prose;
  }

  /** Returns the anchors of a page's headings, as GitHub makes them. */
  private static Set<String> anchors(List<String> prose) {
    Set<String> anchors = new HashSet<>();
    for (String line : prose) {
      Matcher heading = HEADING.matcher(line);
      if (heading.matches()) {
        String anchor =
            heading
                .group(1)
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{N} _-]", "")
                .replace(' ', '-');
        String first = anchor;
        for (int again = 1; !anchors.add(anchor); again++) {
          anchor = first + "-" + again;
        }
      }
    }
    return anchors;
  }

  private static boolean resolves(Path page, String link) {
    String path = link.replaceFirst("#.*", "");
    Path file = path.isEmpty() ? page : page.resolveSibling(path);
    return Files.exists(file)
        && (!link.contains("#")
            || anchors(prose(file)).contains(link.substring(link.indexOf('#') + 1)));
  }

  @Test
  void everyLinkToAPageOrAHeadingLeadsThere() throws IOException {
    List<String> broken = new ArrayList<>();
    int links = 0;
    for (Path page : pages()) {
      for (MatchResult link : LINK.matcher(String.join("\n", prose(page))).results().toList()) {
        String target = link.group(1);
        if (!target.contains("://")) {
          links++;
          if (!resolves(page, target)) {
            broken.add(page + ": " + target);
          }
        }
      }
    }
    assertEquals(List.of(), broken);
    assertTrue(links > 30, "found " + links + " links only");
  }

  @Test
  void theRowsOfATableHaveAsManyCellsAsItsHeading() throws IOException {
    List<String> uneven = new ArrayList<>();
    int tables = 0;
    for (Path page : pages()) {
      int cells = 0;
      List<String> prose = prose(page);
      for (int i = 0; i < prose.size(); i++) {
        String line = prose.get(i);
        boolean row = line.startsWith("|");
        tables += row && cells == 0 ? 1 : 0;
        cells = row ? cells == 0 ? cells(line) : cells : 0;
        if (row && cells(line) != cells) {
          uneven.add(page + ":" + (i + 1));
        }
      }
    }
    assertEquals(List.of(), uneven);
    assertTrue(tables > 20, "found " + tables + " tables only");
  }

  /** Returns the number of cells of a row. A bar that belongs to a cell has a backslash before. */
  private static int cells(String row) {
    return (int) Pattern.compile("(?<!\\\\)\\|").matcher(row.strip()).results().count() - 1;
  }

  @Test
  void everyClassThatIsNamedIsThere() throws IOException {
    Set<String> words = new HashSet<>(REJECTED);
    for (String folder : List.of("spark-estimator", "examples", "benchmarks", "notebooks", ".ci")) {
      readWords(ROOT.resolve(folder), words);
    }
    for (Path page : pages()) {
      Set<String> gone = new TreeSet<>();
      CLASS
          .matcher(String.join("\n", prose(page)))
          .results()
          .map(name -> name.group(1))
          .filter(Predicate.not(words::contains))
          .forEach(gone::add);
      assertEquals(Set.of(), gone, page.toString());
    }
  }

  private static void readWords(Path folder, Set<String> words) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(PagesTest::isSource).toList()) {
        words.addAll(List.of(Files.readString(file).split("\\W+")));
      }
    }
  }

  private static boolean isSource(Path file) {
    String path = file.toString();
    return Files.isRegularFile(file)
        && !path.contains("target")
        && (path.matches(".*\\.(java|py|xml|sh|json|zpln)") || path.contains(".ci"));
  }

  @Test
  void whatTheTestLooksForIsFound() {
    List<String> page =
        List.of("# A `Page`: one", "", "```", "[x](gone.md)", "# no heading", "```", "## one");
    assertEquals(Set.of("a-page-one", "one"), anchors(withoutCode(page)));
    assertEquals(2, cells("| `a\\|b` | c |"));
    assertTrue(CLASS.matcher("see `BufferPlan#of`").find());
    assertFalse(resolves(ROOT.resolve("README.md"), "docs/guide.md#no-such-heading"));
    assertFalse(resolves(ROOT.resolve("README.md"), "docs/gone.md"));
  }
}
