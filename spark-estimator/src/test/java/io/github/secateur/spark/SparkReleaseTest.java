package io.github.secateur.spark;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SparkReleaseTest {
  private final Supplier<String> real = SparkRelease.current;

  @AfterEach
  void putBack() {
    SparkRelease.current = real;
  }

  private static String refusal(Runnable action) {
    return assertThrows(UnsupportedOperationException.class, action::run).getMessage();
  }

  @Test
  void spark400IsRefusedByNameBeforeAnythingElse() {
    SparkRelease.current = () -> "4.0.0";
    String expected =
        "Secateur cannot run on Spark 4.0.0: it builds params in another way than 4.0.1 and later do; use Spark 4.0.1 or later, which run the same programs";
    assertEquals(expected, refusal(NeuralNetworkClassifier::new));
    assertEquals(expected, refusal(() -> NeuralNetworkClassificationModel.load("anywhere")));
    assertEquals(expected, refusal(() -> NeuralNetworkClassifier.load("anywhere")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"3.5.7", "2.4.0", "4.0.0-SNAPSHOT", "4.0.0.vendor7"})
  void whatIsOlderIsRefusedToo(String version) {
    SparkRelease.current = () -> version;
    String message = refusal(SparkRelease::requireSupported);
    assertTrue(message.contains("Spark " + version), message);
    assertTrue(message.contains("use Spark 4.0.1 or later"), message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"4.0.1", "4.0.2", "4.1.0", "4.1.0-vendor", "4.2.0-preview1", "5.0.0", "own"})
  void whatIsNewerIsNot(String version) {
    SparkRelease.current = () -> version;
    assertDoesNotThrow(SparkRelease::requireSupported);
  }

  @Test
  void theReleaseOfTheTestsIsSupported() {
    assertTrue(real.get().startsWith("4."), real.get());
    assertDoesNotThrow(SparkRelease::requireSupported);
  }
}
