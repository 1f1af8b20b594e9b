package io.github.secateur.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** docs/layers.md has a row for each type of layer, and what its rows say is so. */
@Tag("text")
class LayersPageTest {
  private static final Path PAGE = Path.of("..", "docs", "layers.md");

  /** A row of a table: type, example, constants, shapes, weights. */
  record LayerRow(
      String type,
      String json,
      Map<String, String> defaults,
      String input,
      String mask,
      String output,
      int weights) {

    /** Returns the example as a network that has the layer only. */
    Network network() {
      String second =
          mask == null ? "" : ",{\"name\":\"mask\",\"shape\":[" + mask.replace('×', ',') + "]}";
      return Network.fromJson(
          String.format(
              Locale.ROOT,
              "{\"version\":2,\"inputs\":[{\"name\":\"x\",\"shape\":[%s]}%s],\"layers\":[%s]}",
              input.replace('×', ','),
              second,
              json));
    }
  }

  static List<LayerRow> rows() throws IOException {
    return Pattern.compile("(?m)^\\| `(\\w+)` \\| `(\\{.*?\\})`(.*?) \\| (.*?) \\| (.*?) \\|")
        .matcher(Files.readString(PAGE))
        .results()
        .map(LayersPageTest::row)
        .toList();
  }

  private static LayerRow row(MatchResult row) {
    Map<String, String> defaults = new LinkedHashMap<>();
    Matcher constant = Pattern.compile("(\\w+) = ([^,]+)").matcher(row.group(3));
    while (constant.find()) {
      defaults.put(constant.group(1), constant.group(2));
    }
    Matcher shapes =
        Pattern.compile("([\\d×]+)(?: and ([\\d×]+))? → ([\\d×]+)$").matcher(row.group(4));
    assertTrue(shapes.find(), "no shapes: " + row.group());
    Matcher weights = Pattern.compile("(\\d+)$").matcher(row.group(5));
    assertTrue(weights.find(), "no number of weights: " + row.group());
    return new LayerRow(
        row.group(1),
        row.group(2),
        defaults,
        shapes.group(1),
        shapes.group(2),
        shapes.group(3),
        Integer.parseInt(weights.group(1)));
  }

  @Test
  void everyTypeOfLayerHasARow() throws IOException {
    Set<String> types = new TreeSet<>(Set.of("residual", "gate"));
    LayerTypes.names().forEach(types::add);
    types.addAll(LayerTypes.joints());
    List<String> found = rows().stream().map(LayerRow::type).sorted().toList();
    assertEquals(List.copyOf(types), found, "docs/layers.md");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rows")
  void theExampleIsTheLayerOfItsRow(LayerRow row) {
    Network network = row.network();
    assertEquals(row.type, network.layers().get(0).layer().type());
    assertEquals(row.output, shape(network));
    assertEquals(row.weights, network.parameterCount());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rows")
  void constantsAreGivenInTheExampleOrHaveTheDefaultOfTheRow(LayerRow row) {
    Map<String, Object> constants = row.network().layers().get(0).layer().constants();
    Set<String> notGiven =
        constants.keySet().stream()
            .filter(name -> !row.json.contains("\"" + name + "\":"))
            .collect(Collectors.toSet());
    assertEquals(row.defaults.keySet(), notGiven);
    row.defaults.forEach((name, value) -> assertEquals(value, constants.get(name).toString()));
  }

  private static String shape(Network network) {
    return network.outputShape().dimensions().stream()
        .map(String::valueOf)
        .collect(Collectors.joining("×"));
  }
}
