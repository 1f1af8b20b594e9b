package io.github.secateur.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.secateur.spark.NeuralNetworkClassifier;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.apache.spark.ml.param.Param;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What README.md says of the API is true. */
class ReadmeTest {
  private static String readme;

  @TempDir Path classes;

  @BeforeAll
  static void read() throws IOException {
    readme = Files.readString(Path.of("..", "README.md"));
  }

  @Test
  void theJavaCompiles() {
    Matcher block = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL).matcher(readme);
    StringBuilder statements = new StringBuilder();
    while (block.find()) {
      statements.append(block.group(1));
    }
    assertTrue(statements.length() > 0);
    String program =
        String.format(
            Locale.ROOT,
            """
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
  void theTableOfParamsHasAllOfThemWithTheirDefaults() {
    Map<String, String> documented = new TreeMap<>();
    Matcher row = Pattern.compile("(?m)^\\| (`.*?`) \\| (.*?) \\|").matcher(readme);
    while (row.find()) {
      for (String name : row.group(1).replace("`", "").split(", ")) {
        documented.put(name, row.group(2));
      }
    }
    NeuralNetworkClassifier classifier = new NeuralNetworkClassifier();

    assertEquals(
        new TreeSet<>(Arrays.stream(classifier.params()).map(Param::name).toList()),
        documented.keySet());
    for (Param<?> param : classifier.params()) {
      if (!List.of("as in Spark ML", "from the class name", "none")
          .contains(documented.get(param.name()))) {
        assertEquals(defaultOf(classifier, param), documented.get(param.name()), param.name());
      }
    }
  }

  private static String defaultOf(NeuralNetworkClassifier classifier, Param<?> param) {
    return classifier.hasDefault(param) ? classifier.getDefault(param).get().toString() : "unset";
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
