package io.github.secateur.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The params of the Python classes are those of the Java classes. */
class PythonParamsTest {
  static final String COMMAND =
      "mvn -B -q -o test -pl spark-estimator -Dtest=PythonParamsTest -Dsecateur.python.write=true";

  private static final Path FILE = Path.of("src", "main", "python", "secateur", "_params.py");

  @Test
  void thePythonParamsAreThoseOfJava() throws IOException {
    PythonParams params = new PythonParams();
    String expected = params.file();
    if (Boolean.getBoolean("secateur.python.write")) {
      Files.writeString(FILE, expected);
    }
    String found = Files.exists(FILE) ? Files.readString(FILE) : "";
    assertTrue(
        expected.equals(found),
        () ->
            "%s is not what the Java params make it (missing: %s; too many: %s; or another doc or default). Write it anew: %s"
                .formatted(
                    FILE,
                    minus(params.names(), declared(found)),
                    minus(declared(found), params.names()),
                    COMMAND));
  }

  @Test
  void theTestSeesAParamThatIsMissing() {
    PythonParams params = new PythonParams();
    assertEquals(params.names(), declared(params.file()));
    Set<String> fewer =
        declared(params.file().replace("    maxIter: Param[int]", "    maxIt: int"));
    assertEquals(Set.of("maxIter"), minus(params.names(), fewer));
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
