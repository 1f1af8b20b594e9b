package io.github.secateur.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class DigitsTest {
  @Test
  void thereAre1797ImagesOfTenDigits() throws IOException {
    ImageSet digits = Digits.read();

    assertEquals(1797, digits.rows());
    assertEquals(10, digits.classes());
    assertEquals(64, digits.imageSize());
  }

  @Test
  void pixelsLieBetween0And16() throws IOException {
    ImageSet digits = Digits.read();

    for (byte pixel : digits.pixels()) {
      assertTrue(pixel >= 0 && pixel <= digits.whitest(), "found " + pixel);
    }
  }

  @Test
  void aFifthOfEachDigitIsForTheTestAndATenthForValidation() throws IOException {
    ImageSet digits = Digits.read();
    int[][] counts = new int[digits.classes()][Part.values().length];
    for (int row = 0; row < digits.rows(); row++) {
      counts[digits.labels()[row]][digits.parts()[row].ordinal()]++;
    }

    for (int[] count : counts) {
      int rows = count[0] + count[1] + count[2];
      assertEquals(rows / 5.0, count[Part.TEST.ordinal()], 1);
      assertEquals(rows / 10.0, count[Part.VALIDATION.ordinal()], 1);
    }
  }
}
