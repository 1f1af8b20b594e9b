package io.github.secateur.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.secateur.nn.Conv2d;
import io.github.secateur.nn.Network;
import io.github.secateur.optim.Solver;
import io.github.secateur.spark.report.TrainingPage;
import io.github.secateur.train.EpochRecord;
import io.github.secateur.train.History;
import io.github.secateur.train.StopReason;
import io.github.secateur.train.TrainingOptions;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Texts do not follow the locale: Arabic and Persian write numbers with digits of their own, German
 * with another comma, and Turkish has another lower-case I.
 */
@Tag("text")
class LocalesTest {
  private static final Pattern OTHER_DIGITS = Pattern.compile("[\\p{Nd}&&[^0-9]]");

  @ParameterizedTest
  @ValueSource(strings = {"ar-EG", "fa-IR", "tr-TR", "de-DE"})
  void textsAreTheSameInEveryLocale(String tag) {
    Map<String, String> expected = in(Locale.ROOT);
    Map<String, String> found = in(Locale.forLanguageTag(tag));
    expected.forEach((what, text) -> assertEquals(text, found.get(what), what));
    expected.forEach((what, text) -> assertFalse(OTHER_DIGITS.matcher(text).find(), what));
    assertTrue(expected.size() > 40, "only " + expected.keySet());
  }

  @Test
  void theLocalesWouldShow() {
    assertEquals("١٫٥ ٤٠٠", String.format(Locale.forLanguageTag("ar-EG"), "%.1f %d", 1.5, 400));
    assertEquals("1,5", String.format(Locale.forLanguageTag("de-DE"), "%.1f", 1.5));
    assertEquals("l-bfgs ıd", "L-BFGS ID".toLowerCase(Locale.forLanguageTag("tr-TR")));
  }

  /** Returns what is said where this is the default locale, by what says it. */
  private static Map<String, String> in(Locale locale) {
    Locale before = Locale.getDefault();
    Locale.setDefault(locale);
    try {
      return texts();
    } finally {
      Locale.setDefault(before);
    }
  }

  private static Map<String, String> texts() {
    Map<String, String> texts = new LinkedHashMap<>();
    Network network =
        Network.image(12, 12, 3)
            .scale(1f / 255)
            .conv2d(Conv2d.of(16, 3).stride(2))
            .frozen()
            .batchNorm()
            .relu()
            .residual(x -> x.conv2d(16, 3).leakyRelu(0.25f))
            .maxPool2d(2)
            .flatten()
            .dropout(0.25f)
            .dense(1234);
    texts.put("network", network.toString());
    texts.put("JSON", network.toJson());
    texts.put("read again", Network.fromJson(network.toJson()).toJson());
    for (String format : List.of("text", "html", "fragment")) {
      texts.put("plan as " + format, network.explainBackward(format));
    }
    History history = history();
    texts.put("training", new TrainingPage(history, network.explainBackward("html")).html());
    texts.put("history", history.toString());
    texts.put("options", TrainingOptions.DEFAULTS.toString());
    texts.put("solver", Solver.parse("l-bfgs").label());
    texts.put("progress", progress(history));
    // Spark prints the empty arrays of defaults as they stand in memory
    texts.put(
        "params", new NeuralNetworkClassifier("nnc_1").explainParams().replaceAll("@\\w+", ""));
    List<String> messages = new ArrayList<>();
    new ErrorsWithoutSpark((message, action) -> messages.add(messageOf(action))).add();
    for (String message : messages) {
      // files stand in folders whose names are random
      texts.put("message " + texts.size(), message.replaceAll("/onnx\\d+/", "/onnx/"));
    }
    return texts;
  }

  private static History history() {
    List<EpochRecord> epochs = new ArrayList<>();
    for (int epoch = 1; epoch <= 12; epoch++) {
      epochs.add(new EpochRecord(epoch, 2.5 / epoch, 3.5 / epoch, 0.75, 1e-3, 12.5, 123_456.7));
    }
    return new History(epochs, 12, StopReason.EPOCHS);
  }

  private static String progress(History history) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    ProgressLine line = new ProgressLine("fit", 20, out, false, () -> 0);
    history.epochs().forEach(line::epoch);
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private static String messageOf(Executable action) {
    try {
      action.execute();
      return "nothing";
    } catch (Throwable e) {
      return String.valueOf(e.getMessage());
    }
  }
}
