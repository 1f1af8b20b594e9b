package io.github.secateur.spark.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.secateur.nn.Network;
import io.github.secateur.plan.TrainingPlan;
import io.github.secateur.plan.print.PlanFormat;
import io.github.secateur.train.EpochRecord;
import io.github.secateur.train.History;
import io.github.secateur.train.StopReason;
import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.xml.sax.InputSource;

@Tag("text")
class TrainingPageTest {
  private static final String PLAN =
      PlanFormat.HTML.print(
          TrainingPlan.of(
              Network.image(8, 8, 1)
                  .scale(0.5f)
                  .conv2d(4, 3)
                  .named("stem")
                  .frozen()
                  .relu()
                  .residual(x -> x.conv2d(4, 3))
                  .flatten()
                  .dense(3)
                  .lower()));

  @TempDir Path folder;

  private static History history(int epochs, boolean validation) {
    List<EpochRecord> records = new ArrayList<>();
    for (int i = 1; i <= epochs; i++) {
      double loss = 2.3 * Math.exp(-i / 6.0) + 0.05;
      double check = 2.3 * Math.exp(-i / 7.0) + 0.1 + 0.004 * i;
      double accuracy = 1 - 0.7 * Math.exp(-i / 4.0) - 0.02;
      records.add(
          new EpochRecord(
              i,
              loss,
              validation ? check : Double.NaN,
              validation ? accuracy : Double.NaN,
              2e-3 * Math.cos(i * 1.4 / epochs),
              i == 1 ? 3.2 : 1.1 + 0.2 * (i % 3),
              12_345));
    }
    return new History(records, Math.min(epochs, 17), StopReason.EPOCHS);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 20, 300})
  void thePageIsSoundAndLoadsNothing(int epochs) throws Exception {
    for (boolean validation : new boolean[] {true, false}) {
      String page = new TrainingPage(history(epochs, validation), PLAN).html();
      assertFalse(Pattern.compile("NaN|Infinity|<script|http|src=|url\\(").matcher(page).find());
      assertTrue(page.contains("<h1>Training</h1>") && page.contains("<h1>Backward plan</h1>"));
      for (String svg : page.split("(?=<svg viewBox)")) {
        if (svg.startsWith("<svg")) {
          String chart = svg.substring(0, svg.indexOf("</svg>") + 6);
          DocumentBuilderFactory.newInstance()
              .newDocumentBuilder()
              .parse(new InputSource(new StringReader(chart)));
        }
      }
      assertEquals(epochs > 0 && !validation, page.contains("There were no validation rows"));
    }
  }

  @Test
  void valuesStandInTooltipsAndInTheTable() {
    String page = new TrainingPage(history(20, true), PLAN).html();
    assertTrue(page.contains("<title>epoch 17, validation: 97.0"), page);
    assertTrue(
        page.contains("Ended after 20 epochs: all epochs are done. The weights of epoch 17"));
    assertTrue(page.contains("<tr class=\"kept-row\"><td>17</td>"));
  }

  @Test
  void timeIsDividedIntoPhasesWhereTheyAreKnown() {
    EpochRecord epoch =
        new EpochRecord(1, 1, Double.NaN, Double.NaN, 1e-3, 2, 1, 4, 1.25, 0.125, 0.5, 10, 10);
    String page = new TrainingPage(new History(List.of(epoch), 1, StopReason.EPOCHS), PLAN).html();
    for (String phase :
        List.of("compute: 1.25 s", "broadcast: 0.13 s", "reduce: 0.50 s", "driver: 0.13 s")) {
      assertTrue(page.contains("<title>epoch 1, " + phase), phase);
    }
  }

  @Test
  void theRateIsThatOfTheWholeTraining() {
    List<EpochRecord> records =
        List.of(
            new EpochRecord(1, 1, Double.NaN, Double.NaN, 1e-3, 9, 100),
            new EpochRecord(2, 1, Double.NaN, Double.NaN, 1e-3, 1, 900));
    String page = new TrainingPage(new History(records, 2, StopReason.EPOCHS), PLAN).html();
    assertTrue(page.contains("<span>training time</span><b>10 s</b>"), page);
    assertTrue(page.contains("<span>rows per second</span><b>180</b>"), page);
  }

  @Test
  void aLossThatIsNoNumberLeavesAGap() {
    List<EpochRecord> records = new ArrayList<>(history(3, false).epochs());
    records.set(1, new EpochRecord(2, Double.NaN, Double.NaN, Double.NaN, 1e-3, 1, 1));
    String page = new TrainingPage(new History(records, 3, StopReason.EPOCHS), PLAN).html();
    assertTrue(
        Pattern.compile("class=\"line first\" d=\"M[\\d. ]+M[\\d. ]+\"").matcher(page).find());
  }

  /** Opens the page in a browser, light and dark, at two widths. */
  @ParameterizedTest
  @ValueSource(strings = {"1280 light", "1280 dark", "420 light", "420 dark"})
  void aBrowserShowsIt(String setting) throws Exception {
    File browser = browser();
    assumeTrue(browser != null, "SKIPPED: there is no chromium to show the page");
    Path page = folder.resolve("training.html");
    Files.writeString(page, new TrainingPage(history(20, true), PLAN).html());
    int width = Integer.parseInt(setting.split(" ")[0]);
    Path picture = folder.resolve("picture.png");
    List<String> command = new ArrayList<>(List.of(browser.getPath()));
    if (setting.endsWith("dark")) {
      command.add("--force-dark-mode");
    }
    command.addAll(
        List.of(
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--hide-scrollbars",
            "--user-data-dir=" + folder.resolve("profile"),
            "--window-size=" + width + ",900",
            "--screenshot=" + picture,
            page.toUri().toString()));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile())
            .start();
    try {
      assertTrue(process.waitFor(120, TimeUnit.SECONDS), "the browser did not end");
    } finally {
      process.destroyForcibly();
    }
    assertShowsCharts(picture, setting);
  }

  /** The page's own background is there, and the colours of both curves. */
  private static void assertShowsCharts(Path picture, String setting) throws IOException {
    BufferedImage image = ImageIO.read(picture.toFile());
    boolean dark = setting.endsWith("dark");
    Set<Integer> colours = new HashSet<>();
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        colours.add(image.getRGB(x, y) & 0xFFFFFF);
      }
    }
    assertEquals(dark ? 0x14181D : 0xFFFFFF, image.getRGB(3, 3) & 0xFFFFFF);
    assertTrue(colours.contains(dark ? 0x6AA3F5 : 0x2F6FD0), "no curve of the training loss");
    assertTrue(colours.contains(dark ? 0xE9A83E : 0xC98212), "no curve of the validation loss");
  }

  private static File browser() {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator))
        .flatMap(
            path ->
                Stream.of("chromium", "chromium-browser", "google-chrome")
                    .map(name -> new File(path, name)))
        .filter(File::canExecute)
        .findFirst()
        .orElse(null);
  }
}
