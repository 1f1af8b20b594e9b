package io.github.secateur.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class ConfusionMatrixTest {
  @Test
  void labelsGoDownAndPredictionsAcross() {
    ConfusionMatrix confusion = new ConfusionMatrix(2);
    confusion.add(0, 0);
    confusion.add(1, 1);
    confusion.add(1, 1);
    confusion.add(1, 0);

    assertEquals(
        """
        label \\ predicted     0     1
                        0     1     .
                        1     1     2"""
            .replace("\n", System.lineSeparator()),
        confusion.toString());
    assertEquals(0.75, confusion.accuracy());
  }
}
