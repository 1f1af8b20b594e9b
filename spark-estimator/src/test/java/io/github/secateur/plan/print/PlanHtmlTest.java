package io.github.secateur.plan.print;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.secateur.graph.Attributes;
import io.github.secateur.graph.Graph;
import io.github.secateur.graph.Operator;
import io.github.secateur.graph.OperatorType;
import io.github.secateur.graph.Parameter;
import io.github.secateur.graph.Shape;
import io.github.secateur.plan.Graphs;
import io.github.secateur.plan.TrainingPlan;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

@Tag("text")
class PlanHtmlTest {

  private static Graph residualWithFrozenStem() {
    Graphs graphs =
        Graphs.input(12, 12, 1).then(OperatorType.SCALE, new Attributes.Scale(1f / 255)).conv2d(8);
    int stem = graphs.then(OperatorType.RELU).value();
    int branch = graphs.conv2d(8).then(OperatorType.RELU).conv2d(8).value();
    Graph graph =
        graphs
            .join(OperatorType.ADD, new Attributes.None(), stem, branch)
            .then(OperatorType.GLOBAL_AVG_POOL2D)
            .dense(10)
            .build();
    return Graphs.freeze(graph, "conv2d_2");
  }

  /** Parses the drawing, which is XML but for the HTML around it. */
  private static Document drawing(String html)
      throws ParserConfigurationException, IOException, SAXException {
    int from = html.indexOf("<svg class=\"graph\"");
    String svg = html.substring(from, html.indexOf("</svg>", from) + 6);
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(svg)));
  }

  @Test
  void thePageShowsEveryOperatorWithItsActionAndReason() throws Exception {
    Graph graph = residualWithFrozenStem();
    TrainingPlan plan = TrainingPlan.of(graph);
    String html = PlanFormat.HTML.print(plan);
    for (TrainingPlan.Line line : plan.lines()) {
      assertTrue(html.contains(">" + line.operator().name()), line.operator().name());
      assertTrue(html.contains(line.label()), line.label());
      assertTrue(html.contains(line.reason().label()), line.reason().label());
    }
    assertEquals(
        graph.operators().size(), drawing(html).getElementsByTagName("circle").getLength());
    int edges = graph.operators().stream().mapToInt(operator -> operator.inputs().size()).sum();
    assertEquals(edges, drawing(html).getElementsByTagName("path").getLength());
  }

  private static String change(long whole, long kept) {
    return String.format(Locale.ROOT, "%,d → %,d", whole, kept);
  }

  /**
   * Returns the texts of the cells of each row of the table, the heading left out; of a rounded
   * number what is shown when the pointer rests on it.
   */
  private static List<List<String>> rows(String html) {
    List<List<String>> rows = new ArrayList<>();
    Matcher row = Pattern.compile("<tr[^>]*>(.*?)</tr>", Pattern.DOTALL).matcher(html);
    while (row.find()) {
      List<String> cells = new ArrayList<>();
      Matcher cell =
          Pattern.compile(
                  "<td(?: class=\"num\" title=\"([^\"]*)\"|[^>]*)>(.*?)</td>", Pattern.DOTALL)
              .matcher(row.group(1));
      while (cell.find()) {
        cells.add(
            cell.group(1) != null
                ? cell.group(1)
                : cell.group(2).replaceAll("<[^>]*>", "").strip());
      }
      rows.add(cells);
    }
    return rows.subList(1, rows.size());
  }

  @Test
  void eachRowOfThePageShowsItsOwnOperator() {
    Graph graph = residualWithFrozenStem();
    TrainingPlan plan = TrainingPlan.of(graph);
    List<List<String>> rows = rows(PlanFormat.HTML.print(plan));
    assertEquals(graph.operators().size(), rows.size());
    assertEquals(List.of("input", "12×12×1"), rows.get(0).subList(0, 2));
    for (TrainingPlan.Line line : plan.lines()) {
      Operator operator = line.operator();
      List<String> cells = rows.get(operator.id());
      assertEquals(operator.name(), cells.get(0));
      assertEquals(operator.shape().toString(), cells.get(1), operator.name());
      assertEquals(line.label(), cells.get(3), operator.name());
      assertEquals(line.reason().label(), cells.get(4), operator.name());
      String forward = change(line.forwardWhole().flopsPerRow(), line.forward().flopsPerRow());
      String backward = change(line.backwardWhole().flopsPerRow(), line.backward().flopsPerRow());
      assertEquals(List.of(forward, backward), cells.subList(5, 7), operator.name());
    }
    assertEquals(List.of("conv2d_2", "12×12×8", "80 frozen", "folded"), rows.get(2).subList(0, 4));
    assertEquals(List.of("dense_9", "10", "90", "kept"), rows.get(9).subList(0, 4));
  }

  @Test
  void thePageLoadsNothingAndRunsNothing() {
    String html = PlanFormat.HTML.print(TrainingPlan.of(residualWithFrozenStem()));
    assertFalse(html.contains("<script"), "no script");
    assertFalse(html.contains("http"), "no address");
    assertFalse(html.contains("src="), "no file");
  }

  @Test
  void theFragmentIsOneElementThatHoldsTheDrawingOfThePage() {
    TrainingPlan plan = TrainingPlan.of(residualWithFrozenStem());
    String fragment = PlanFormat.FRAGMENT.print(plan);
    assertTrue(fragment.startsWith("<div class=\"secateur-plan\">"), fragment);
    assertTrue(fragment.endsWith("</div>\n"), fragment);
    assertEquals(count("<div", fragment), count("</div>", fragment));
    String page = PlanFormat.HTML.print(plan);
    assertEquals(body(page, "</h1>"), body(fragment, "</h2>") + "</body></html>\n");
  }

  @Test
  void theFragmentLeavesThePageAroundItAsItIs() {
    String fragment = PlanFormat.FRAGMENT.print(TrainingPlan.of(residualWithFrozenStem()));
    assertFalse(
        Pattern.compile("<!DOCTYPE|<(html|head|body|meta|link|script)\\b").matcher(fragment).find(),
        fragment);
    String style =
        fragment.substring(fragment.indexOf("<style>") + 7, fragment.indexOf("</style>"));
    Matcher rule = Pattern.compile("([^{}]+)\\{[^{}]*\\}").matcher(style);
    int rules = 0;
    while (rule.find()) {
      rules++;
      for (String selector : rule.group(1).split(",")) {
        assertTrue(selector.strip().startsWith(".secateur-plan"), selector);
      }
    }
    assertEquals(count("{", style), rules, "a rule inside another one");
    assertTrue(rules > 20, style);
  }

  private static String body(String html, String heading) {
    return html.substring(html.indexOf(heading) + heading.length());
  }

  private static int count(String part, String text) {
    return text.split(Pattern.quote(part), -1).length - 1;
  }

  @Test
  void namesAreEscaped() {
    Graph.Builder builder = Graph.builder("input", Shape.of(4));
    String name = "<b>\"head\" & \"tail\"</b>";
    builder.add(
        name,
        OperatorType.DENSE,
        new Attributes.Dense(2, true),
        List.of(0),
        false,
        Parameter.Initializer.ZEROS);
    String html = PlanFormat.HTML.print(TrainingPlan.of(builder.build()));
    assertFalse(html.contains("<b>\"head"), html);
    assertTrue(html.contains("&lt;b&gt;&quot;head&quot; &amp; &quot;tail&quot;&lt;/b&gt;"), html);
  }

  @Test
  void aLaneIsNotReusedWhileSomebodyWaitsForItsValue() {
    for (long seed = 0; seed < 200; seed++) {
      Graph graph = Graphs.random(seed, true);
      GraphLanes lanes = new GraphLanes(graph);
      for (Operator reader : graph.operators()) {
        for (int input : reader.inputs()) {
          for (int between = input + 1; between < reader.id(); between++) {
            assertFalse(
                lanes.of(between) == lanes.of(input), "seed " + seed + " operator " + between);
          }
        }
      }
    }
  }
}
