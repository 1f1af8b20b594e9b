package io.github.secateur.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The params of the Python classes are those of the Java classes. */
@Tag("text")
class PythonParamsTest {
  static final String COMMAND =
      "mvn -B -q -o test -pl spark-estimator -Dtest=PythonParamsTest -Dsecateur.python.write=true";

  private static final Path FOLDER = Path.of("src", "main", "python", "secateur");

  @Test
  void thePythonParamsAreThoseOfJava() throws IOException {
    PythonParams params = new PythonParams();
    String found = compare("_params.py", params.params());
    found += compare("_classifier_params.py", params.classifierParams());
    assertEquals("", found);
  }

  /** Returns what differs, or nothing; with the system property of the command, writes the file. */
  private static String compare(String name, String expected) throws IOException {
    Path file = FOLDER.resolve(name);
    if (Boolean.getBoolean("secateur.python.write")) {
      Files.writeString(file, expected);
    }
    String found = Files.exists(file) ? Files.readString(file) : "";
    return expected.equals(found)
        ? ""
        : String.format(
            Locale.ROOT,
            "%s is not what the Java params make it (missing: %s; too many: %s; or another doc or"
                + " default). Write it anew: %s%n",
            name,
            minus(declared(expected), declared(found)),
            minus(declared(found), declared(expected)),
            COMMAND);
  }

  @Test
  void theTestSeesAParamThatIsMissing() {
    PythonParams params = new PythonParams();
    assertEquals(params.names(), declared(params.params() + params.classifierParams()));
    Set<String> fewer =
        declared(params.params().replace("    maxIter: Param[int]", "    maxI: int"));
    assertEquals(Set.of("maxIter"), minus(declared(params.params()), fewer));
  }

  private static Set<String> declared(String python) {
    Set<String> names = new TreeSet<>();
    Matcher declaration = Pattern.compile("(?m)^    (\\w+): Param\\[").matcher(python);
    while (declaration.find()) {
      names.add(declaration.group(1));
    }
    return names;
  }

  private static Set<String> minus(Set<String> all, Set<String> others) {
    Set<String> rest = new TreeSet<>(all);
    rest.removeAll(others);
    return rest;
  }
}
