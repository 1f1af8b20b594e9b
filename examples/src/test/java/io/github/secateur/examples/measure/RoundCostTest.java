package io.github.secateur.examples.measure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xml.sax.InputSource;
import picocli.CommandLine;

class RoundCostTest {
  private static final int CORES = 4;

  private static List<RoundCost.Measured> measure(RoundCost cost) {
    List<RoundCost.Measured> measured = new ArrayList<>();
    for (int tasks : new int[] {2, 8, 64}) {
      for (long weights : new long[] {1000, 1_000_000, 12_000_000}) { // by driver, tree and slices
        double seconds = cost.seconds(tasks, CORES, weights);
        measured.add(new RoundCost.Measured(tasks, CORES, weights, seconds));
      }
    }
    return measured;
  }

  @Test
  void fitFindsTheCostsThatMadeTheMeasurements() {
    List<RoundCost.Measured> measured = measure(new RoundCost(0.01, 0.001, 2e-9, 1e-9));
    RoundCost cost = RoundCost.fit(measured);
    assertEquals(0.01, cost.base(), 1e-6);
    assertEquals(0.001, cost.perTask(), 1e-7);
    assertEquals(2e-9, cost.perWeight(), 1e-13);
    assertEquals(1e-9, cost.perWeightOfTask(), 1e-13);
    assertTrue(cost.deviation(measured).endsWith("0 % at most"), cost.deviation(measured));
  }

  @Test
  void aCostIsNeverNegative() {
    RoundCost cost = RoundCost.fit(measure(new RoundCost(0.01, 0.001, -1e-10, 1e-9)));
    assertEquals(0, cost.perWeight());
    assertEquals(1e-9, cost.perWeightOfTask(), 1e-10);
  }

  @Test
  void largeSumsAreNotAddedByTheDriver() {
    RoundCost cost = new RoundCost(0.01, 0.001, 2e-9, 1e-9);
    assertEquals("driver", RoundCost.way(2, 1e6));
    assertEquals("tree", RoundCost.way(1000, 1e6));
    assertEquals("slices", RoundCost.way(1000, 5e7));
    double one = 0.01 + 0.001 * 1000 + 2e-9 * 5e7 + 1e-9 * 5e7 * 1000;
    assertTrue(cost.seconds(1000, 1000, 5e7) < one / 5);
    assertTrue(cost.seconds(1000, 1, 5e7) > one);
  }

  @Test
  void simulationDrawsAPicture(@TempDir Path folder) throws Exception {
    Path csv = folder.resolve("rounds.csv");
    StringBuilder lines = new StringBuilder("tasks,cores,weights,seconds\n");
    for (RoundCost.Measured round : measure(new RoundCost(0.01, 0.001, 2e-9, 1e-9))) {
      lines.append(
          String.format(
              Locale.ROOT,
              "%d,%d,%d,%s%n",
              round.tasks(),
              round.cores(),
              round.weights(),
              round.seconds()));
    }
    Files.writeString(csv, lines);
    Path svg = folder.resolve("rounds.svg");
    int exitCode =
        new CommandLine(new SimulateRounds())
            .execute("--csv", csv.toString(), "--svg", svg.toString());
    assertEquals(0, exitCode);
    var document =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader(read(svg))));
    assertEquals(6, document.getElementsByTagName("polyline").getLength());
  }

  private static String read(Path file) throws IOException {
    return Files.readString(file);
  }
}
