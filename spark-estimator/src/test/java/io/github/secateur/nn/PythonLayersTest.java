package io.github.secateur.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.secateur.graph.AttributeField;
import io.github.secateur.graph.OperatorType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The layers that the builder in Python knows are those of Java. */
class PythonLayersTest {
  static final String COMMAND =
      "mvn -B -q -o test -pl spark-estimator -Dtest=PythonLayersTest -Dsecateur.python.write=true";

  private static final Path FOLDER = Path.of("src", "main", "python", "secateur");
  private static final Path BUILDER =
      Path.of("src", "main", "java", "io", "github", "secateur", "nn", "Network.java");

  @Test
  void thePythonLayersAreThoseOfJava() throws IOException {
    Path file = FOLDER.resolve("_layer_types.py");
    String expected = new PythonLayers(Files.readString(BUILDER)).module();
    if (Boolean.getBoolean("secateur.python.write")) {
      Files.writeString(file, expected);
    }
    String found = Files.exists(file) ? Files.readString(file) : "";
    assertTrue(
        expected.equals(found),
        () ->
            "_layer_types.py is not what the Java definitions make it. Write it anew: " + COMMAND);
  }

  @Test
  void aMethodThatTheBuilderInJavaLacksIsAskedFor() {
    Exception e = assertThrows(IllegalArgumentException.class, () -> new PythonLayers("").module());
    assertTrue(e.getMessage().startsWith("Network has no documented method"), e.getMessage());
  }

  /**
   * A layer without a rule in {@code _layers.py} gives its input's shape and has no parameters:
   * here it is seen which layers do.
   */
  @Test
  void pythonHasARuleOfSizesForEachLayerThatDoesNotKeepItsInputs() throws IOException {
    Set<String> rules = new TreeSet<>();
    Matcher rule =
        Pattern.compile("(?m)^    \"(\\w+)\": _\\w+,$")
            .matcher(Files.readString(FOLDER.resolve("_layers.py")));
    while (rule.find()) {
      rules.add(rule.group(1));
    }
    Set<String> without = new TreeSet<>();
    for (OperatorType layer : PythonLayers.layers()) {
      if (!rules.contains(layer.label()) && !keepsItsInput(layer)) {
        without.add(layer.label());
      }
    }
    assertEquals(Set.of(), without, "add rules of their sizes to _SIZES in _layers.py");
    assertTrue(rules.contains("dense"), rules.toString());
  }

  private static boolean keepsItsInput(OperatorType layer) {
    for (int[] shape : List.of(new int[] {6}, new int[] {2, 3}, new int[] {4, 4, 2})) {
      String constants = "";
      for (AttributeField field : layer.definition().fields()) {
        constants += ",\"" + field.name() + "\":" + anyValue(field.kind());
      }
      String json =
          "{\"version\":1,\"input\":"
              + Arrays.toString(shape)
              + ",\"layers\":[{\"type\":\""
              + layer.label()
              + "\""
              + constants
              + "}]}";
      Network network;
      try {
        network = Network.fromJson(json);
      } catch (IllegalArgumentException itDoesNotTakeThisShape) {
        return false;
      }
      if (network.parameterCount() > 0
          || !network.outputShape().dimensions().equals(Arrays.stream(shape).boxed().toList())) {
        return false;
      }
    }
    return true;
  }

  private static String anyValue(AttributeField.Kind kind) {
    return switch (kind) {
      case INTEGER, STEPS -> "1";
      case NUMBER -> "0.5";
      case BOOLEAN -> "true";
      case INTEGERS, NUMBERS, SHAPE -> "[1]";
      case HEIGHT_AND_WIDTH -> "[2,2]";
      case PADDING -> "\"same\"";
    };
  }
}
