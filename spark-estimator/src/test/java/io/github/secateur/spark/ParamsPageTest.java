package io.github.secateur.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.spark.ml.param.Param;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** docs/params.md has the params of the classifier, by groups, as their table has them. */
@Tag("text")
class ParamsPageTest {
  private static final String COMMAND =
      "mvn -B -q -o test -pl spark-estimator -Dtest=ParamsPageTest -Dsecateur.docs.write=true";

  private static final Path PAGE = Path.of("..", "docs", "params.md");

  private final NeuralNetworkClassifier classifier = new NeuralNetworkClassifier();

  @Test
  void everyParamIsInOneGroup() {
    List<String> names = ParamGroup.names();
    assertEquals(
        Arrays.stream(classifier.params()).map(Param::name).sorted().toList(),
        names.stream().sorted().toList());
    assertEquals(6, ParamGroup.FIRST.params.size());
  }

  @Test
  void thePageIsWhatTheParamsSay() throws IOException {
    String expected = page();
    if (Boolean.getBoolean("secateur.docs.write")) {
      Files.writeString(PAGE, expected);
    }
    assertEquals(expected, Files.readString(PAGE), "write it anew: " + COMMAND);
  }

  @Test
  void thePageTellsNamesDefaultsAndMeanings() {
    String page = page();
    assertTrue(
        page.contains(
            "| `maxIter` | 20 | maximum number of epochs, or of iterations for solver \"l-bfgs\""
                + " (>= 0) |"));
    assertTrue(page.contains("| `network` | unset | the network, as JSON. Excludes layers |"));
    assertTrue(page.contains("| `seed` | from the class name |"));
    assertTrue(page.indexOf("`stepSize`") < page.indexOf("`beta1`"));
  }

  private String page() {
    StringBuilder page =
        new StringBuilder(
            """
            # Params

            Java's setters are `setMaxIter` and so on; in Python the params are keywords of `NeuralNetworkClassifier(...)`, with setters too.
            `explainParams()` prints them. Written from the params by `ParamsPageTest`.
            """);
    for (ParamGroup group : ParamGroup.values()) {
      page.append(
          String.format(
              Locale.ROOT,
              "%n## %s%n%n%s%n%n| param | default | meaning |%n|---|---|---|%n",
              group.title,
              group.about));
      for (String name : group.params) {
        Param<?> param = classifier.getParam(name);
        page.append(
            String.format(
                Locale.ROOT,
                "| `%s` | %s | %s |%n",
                name,
                defaultOf(param),
                param.doc().replace("|", "\\|").replace("\n", " ")));
      }
    }
    return page.toString().replace(System.lineSeparator(), "\n");
  }

  private String defaultOf(Param<?> param) {
    if (param.name().equals("seed")) {
      return "from the class name";
    }
    if (!classifier.hasDefault(param)) {
      return "unset";
    }
    Object value = classifier.getDefault(param).get();
    boolean empty =
        value instanceof String[] strings && strings.length == 0
            || value instanceof double[] numbers && numbers.length == 0;
    if (empty) {
      return "none";
    }
    return value.toString();
  }
}
