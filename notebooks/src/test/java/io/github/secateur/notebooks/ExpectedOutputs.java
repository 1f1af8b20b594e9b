package io.github.secateur.notebooks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.StringReader;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.xml.sax.InputSource;

/** What the paragraphs of the notes must show, whoever runs them. */
final class ExpectedOutputs {
  private static final Pattern DRAWING = Pattern.compile("<svg.*?</svg>", Pattern.DOTALL);
  private static final Pattern LOADED =
      Pattern.compile("(?i)https?:|src=|<script|<link|@import|url\\(");

  private ExpectedOutputs() {}

  /** Checks all outputs of one run of a note. */
  static void check(Note note, List<Output> outputs, String success) throws Exception {
    assertEquals(note.paragraphs().size(), outputs.size());
    Map<String, Output> byTitle = new HashMap<>();
    for (Output output : outputs) {
      assertEquals(success, output.status(), output.toString());
      if (output.paragraph().interpreter().equals("%md")) {
        assertEquals("HTML", output.types(), output.toString());
        assertTrue(output.data("HTML").contains("markdown-body"), output.toString());
      } else {
        byTitle.put(output.paragraph().title(), output);
      }
      checkHtml(output.data("HTML"));
    }
    Outputs shown = new Outputs(byTitle);
    switch (note.toString()) {
      case "ten-minutes-to-a-classifier.zpln" -> tenMinutes(shown);
      case "what-the-backward-plan-saves.zpln" -> backwardPlan(shown);
      case "tuning-and-pipelines.zpln" -> tuning(shown);
      default -> throw new AssertionError("no expectations for " + note);
    }
    assertEquals(Map.of(), shown.unseen(), "paragraphs that show something that is not checked");
  }

  /** Drawings are well-formed, nothing is loaded from elsewhere and no program runs. */
  private static void checkHtml(String html) throws Exception {
    assertFalse(LOADED.matcher(html).find(), html);
    Matcher drawings = DRAWING.matcher(html);
    while (drawings.find()) {
      DocumentBuilderFactory.newInstance()
          .newDocumentBuilder()
          .parse(new InputSource(new StringReader(drawings.group())));
    }
  }

  private static void tenMinutes(Outputs shown) throws Exception {
    shown.text("The digits, as a DataFrame", "1438 rows to train with, 359 to test with");
    shown.table("The first rows", "row\tlabel\tvalidation\tfeatures", 10);
    shown.definesOnly("How to draw digits");
    assertEquals(12, count("<svg", shown.html("The first twelve digits")));
    shown.text("Write the network", "total: \\S+ parameters");
    assertTrue(shown.html("Its backward plan").contains("adjacent to weightless"));
    Matcher fit = shown.text("Fit", "trained for (\\d+) epochs, kept the weights of epoch (\\d+)");
    int epochs = Integer.parseInt(fit.group(1));
    assertTrue(epochs >= 6, fit.group());
    String losses =
        shown.table("The loss after each epoch", "epoch\tloss\tvalidation loss", epochs);
    String[] rows = losses.split("\n");
    assertTrue(number(rows[1].split("\t")[1]) > 3 * number(rows[epochs].split("\t")[1]), losses);
    checkFrame(shown.html("The course of the training"), epochs);
    Matcher accuracy = shown.text("The accuracy", "test accuracy (\\S+)");
    assertTrue(number(accuracy.group(1)) > 0.96, accuracy.group());
    shown.definesOnly("The confusion matrix");
    String matrix = shown.html("Which digit (down) is taken for which (across)");
    assertEquals(100, count("<rect", matrix));
    assertTrue(count("<svg", shown.html("The mistakes")) <= 12);
    shown.text("Save, load, predict", "a saved and loaded model says 4, the label is 4");
  }

  /** The page of the training, in a frame: with its curves, and nothing from elsewhere. */
  private static void checkFrame(String frame, int epochs) throws Exception {
    assertTrue(frame.matches("(?s)<iframe style=\"[^\"]*\" srcdoc=\"[^\"]*\"></iframe>"), frame);
    String page = frame.replace("&lt;", "<").replace("&quot;", "\"").replace("&amp;", "&");
    assertTrue(page.contains("Ended after " + epochs + " epochs"), page);
    assertTrue(count("<svg", page) >= 3, page);
    checkHtml(page);
  }

  private static void backwardPlan(Outputs shown) {
    shown.text("The digits", "1797 digits");
    shown.text("A network whose first layers have names", "stem_2");
    assertFalse(shown.html("Its plan when all layers are trained").contains("frozen"));
    shown.definesOnly("The plan with a frozen stem");
    String plan = shown.html("Drawn");
    assertTrue(plan.startsWith("<div class=\"secateur-plan\">"), plan);
    assertTrue(plan.contains("folded: evaluated once, before training (6)"), plan);
    assertTrue(plan.contains("kept for 1 of 2 inputs"), plan);
    shown.text("Train the whole network, and save it", "loss \\S+ after 4 epochs");
    shown.definesOnly("Fine-tune it in three ways");
    String times = shown.table("The time that it took", "way\tseconds", 3);
    assertTrue(times.contains("whole backward pass\t"), times);
    // no order of the three: other programs may run on this machine
    String bars = shown.html("Time with and without");
    assertEquals(3, count("<rect", bars));
    assertEquals(3, count(" s</text>", bars));
    shown.text("The weights are the same", "bit for bit the same weights: true");
    shown.text("The weights are the same", "the stem is that of the first training: true");
    String counted = "operations per row, %s .* (\\S+) %%";
    Matcher forward =
        shown.text("What is saved, counted", String.format(Locale.ROOT, counted, "forward"));
    assertTrue(number(forward.group(1)) > 50, "the stem is folded: " + forward.group());
    Matcher backward =
        shown.text("What is saved, counted", String.format(Locale.ROOT, counted, "backward"));
    assertTrue(number(backward.group(1)) > 50, backward.group());
  }

  private static void tuning(Outputs shown) {
    shown.text("A table with numbers, a category and a label", "\\d+ fruits to train with");
    shown.table("The first rows", "id\tsugar\tacid\tweight\tcolour\tfruit", 10);
    shown.table("How many there are of each", "fruit\tcolour\tcount", 9);
    shown.definesOnly("Stages");
    Matcher accuracies =
        shown.text(
            "The network and a linear model",
            "test accuracy: network (\\S+), logistic regression (\\S+)");
    assertTrue(
        number(accuracies.group(1)) > number(accuracies.group(2)) + 0.05, accuracies.group());
    shown.definesOnly("CrossValidator");
    shown.table("What each scored", "params\taccuracy", 4);
    Matcher best = shown.text("The best one, on the test rows", "of the best: (\\S+)");
    assertTrue(number(best.group(1)) > 0.9, best.group());
    assertTrue(
        shown.table("What it takes for what", "fruit\tpredicted\tcount", 3).contains("plum"));
    shown.text("Save and load", "0 of \\d+ predictions differ");
    Matcher scored = shown.text("Score a stream", "(\\d+) rows scored in 3 micro-batches");
    assertTrue(number(scored.group(1)) > 250, scored.group());
    shown.table("What came out of the stream", "id\tcolour\tpredicted\tprobability", 10);
    shown.table("And of each fruit", "predicted\tcount", 3);
  }

  private static double number(String text) {
    return Double.parseDouble(text.replace(",", ""));
  }

  private static int count(String part, String text) {
    return text.split(Pattern.quote(part), -1).length - 1;
  }

  /** The outputs of the Scala paragraphs of a note, by title. */
  private static final class Outputs {
    private final Map<String, Output> byTitle;
    private final Map<String, Output> unseen;

    Outputs(Map<String, Output> byTitle) {
      this.byTitle = byTitle;
      this.unseen = new HashMap<>(byTitle);
    }

    Map<String, Output> unseen() {
      return unseen;
    }

    private Output of(String title, String types) {
      Output output = byTitle.get(title);
      assertTrue(output != null, "no paragraph \"" + title + "\"");
      assertEquals(types, output.types(), output.toString());
      unseen.remove(title);
      return output;
    }

    /** Text in which a pattern is found. */
    Matcher text(String title, String pattern) {
      Output output = of(title, "TEXT");
      Matcher matcher = Pattern.compile(pattern).matcher(output.data("TEXT"));
      assertTrue(matcher.find(), output.toString());
      return matcher;
    }

    /** What the shell says of definitions, and no warning. */
    void definesOnly(String title) {
      Output output = of(title, "TEXT");
      assertTrue(
          output.data("TEXT").lines().anyMatch(line -> line.matches("(val|def|import) .*")),
          output.toString());
      assertFalse(output.data("TEXT").contains("warning"), output.toString());
    }

    /** HTML and nothing else. */
    String html(String title) {
      return of(title, "HTML").data("HTML").strip();
    }

    /** A table of these columns with at least so many rows, and nothing else. */
    String table(String title, String header, int rows) {
      String table = of(title, "TABLE").data("TABLE").strip();
      String[] lines = table.split("\n");
      assertEquals(header, lines[0]);
      assertTrue(lines.length > rows, table);
      for (String line : lines) {
        assertEquals(count("\t", header), count("\t", line), line);
      }
      return table;
    }
  }
}
