package io.github.secateur.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What README.md and the pages behind it say of the API is true, and their links lead somewhere.
 */
class ReadmeTest {
  private static final Path ROOT = Path.of("..");

  @TempDir Path classes;

  @ParameterizedTest
  @ValueSource(strings = {"README.md", "docs/guide.md", "docs/layers.md"})
  void theJavaCompiles(String page) throws IOException {
    Matcher block =
        Pattern.compile("```java\n(.*?)```", Pattern.DOTALL)
            .matcher(Files.readString(ROOT.resolve(page)));
    StringBuilder statements = new StringBuilder();
    while (block.find()) {
      statements.append(block.group(1));
    }
    assertTrue(statements.length() > 0);
    String program =
        String.format(
            Locale.ROOT,
            """
            import io.github.secateur.nn.Input;
            import io.github.secateur.nn.Network;
            import io.github.secateur.spark.NeuralNetworkClassificationModel;
            import io.github.secateur.spark.NeuralNetworkClassifier;
            import org.apache.spark.sql.Dataset;
            import org.apache.spark.sql.Row;
            class Program {
              static void run(Dataset<Row> train, Dataset<Row> test) throws Exception {
                %s
              }
            }
            """,
            statements);

    assertEquals(List.of(), errorsOf(program));
  }

  @Test
  void everyLinkLeadsToAFileAndItsHeading() throws IOException {
    List<String> broken = new ArrayList<>();
    int links = 0;
    for (Path page : pages()) {
      Matcher link = Pattern.compile("\\]\\(([^)\\s]+)\\)").matcher(Files.readString(page));
      while (link.find()) {
        String target = link.group(1);
        if (!target.contains("://")) {
          links++;
          int anchor = target.indexOf('#');
          String file = anchor < 0 ? target : target.substring(0, anchor);
          Path found = file.isEmpty() ? page : page.resolveSibling(file);
          if (!Files.exists(found)
              || anchor >= 0 && !headings(found).contains(target.substring(anchor + 1))) {
            broken.add(page + ": " + target);
          }
        }
      }
    }
    assertEquals(List.of(), broken);
    assertTrue(links > 30, "found " + links + " links");
  }

  private static List<Path> pages() throws IOException {
    try (Stream<Path> top = Files.list(ROOT);
        Stream<Path> docs = Files.list(ROOT.resolve("docs"))) {
      return Stream.concat(top, docs)
          .filter(file -> file.toString().endsWith(".md"))
          .sorted()
          .toList();
    }
  }

  /** Returns the anchors of the headings of a page, as GitHub makes them. */
  private static List<String> headings(Path page) throws IOException {
    return Pattern.compile("(?m)^#+ (.*)$")
        .matcher(Files.readString(page))
        .results()
        .map(heading -> heading.group(1).toLowerCase(Locale.ROOT))
        .map(heading -> heading.replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-'))
        .toList();
  }

  private List<String> errorsOf(String program) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    DiagnosticCollector<JavaFileObject> diagnostics = new DiagnosticCollector<>();
    JavaFileObject source =
        new SimpleJavaFileObject(URI.create("string:///Program.java"), JavaFileObject.Kind.SOURCE) {
          @Override
          public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return program;
          }
        };
    List<String> options =
        List.of(
            "-proc:none",
            "-d",
            classes.toString(),
            "-classpath",
            System.getProperty("java.class.path"));
    compiler.getTask(null, null, diagnostics, options, null, List.of(source)).call();
    return diagnostics.getDiagnostics().stream()
        .filter(diagnostic -> diagnostic.getKind() == Diagnostic.Kind.ERROR)
        .map(Object::toString)
        .toList();
  }
}
