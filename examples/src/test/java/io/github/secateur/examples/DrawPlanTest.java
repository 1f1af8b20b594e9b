package io.github.secateur.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class DrawPlanTest {
  @TempDir private Path folder;

  private static int run(StringWriter out, String... args) {
    PrintWriter writer = new PrintWriter(out);
    return new CommandLine(new DrawPlan()).setOut(writer).execute(args);
  }

  @Test
  void theFrozenStemOfTheResidualNetworkIsFoldedOnThePage() throws Exception {
    Path page = folder.resolve("plan.html");
    assertEquals(0, run(new StringWriter(), "--freeze", "stem", "--output", page.toString()));
    String html = Files.readString(page);
    assertTrue(html.contains("folded: evaluated once, before training (4)"), html);
    assertTrue(html.contains("kept for 1 of 2 inputs"), html);
  }

  @Test
  void withoutAFileThePlanIsPrinted() {
    StringWriter out = new StringWriter();
    assertEquals(0, run(out, "--network", "mlp"));
    assertTrue(out.toString().startsWith("Backward plan: 7 operators"), out.toString());
  }
}
