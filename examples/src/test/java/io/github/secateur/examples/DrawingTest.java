package io.github.secateur.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class DrawingTest {
  @Test
  void aPixelOfASmallImageIsTwoCharactersWide() {
    ImageSet images = images(2, 3, 9, new byte[] {0, 9, 0, 3, 0, 6, 9, 9, 9, 0, 0, 0});

    String drawn =
        new Drawing(images)
            .draw(
                List.of(
                    new Drawing.Captioned(0, List.of("says 1", "is 7")),
                    new Drawing.Captioned(1, List.of("says 2", "is 2"))));

    assertEquals(
        """
          @@     @@@@@@
        --  **
        says 1   says 2
        is 7     is 2"""
            .replace("\n", System.lineSeparator()),
        drawn);
  }

  @Test
  void twoRowsOfALargeImageShareACharacter() {
    byte[] pixels = new byte[2 * 40];
    Arrays.fill(pixels, 0, 40, (byte) 18);
    pixels[40] = 18;
    ImageSet images = images(2, 40, 18, pixels);

    String drawn = new Drawing(images).draw(List.of(new Drawing.Captioned(0, List.of("?"))));

    assertEquals("@" + "=".repeat(39) + System.lineSeparator() + "?", drawn);
  }

  @Test
  void asManyImagesAsFitShareALine() {
    ImageSet images = images(1, 40, 1, new byte[5 * 40]);

    String drawn =
        new Drawing(images)
            .draw(Collections.nCopies(5, new Drawing.Captioned(0, List.of("blank"))));

    assertEquals(6, drawn.lines().count());
  }

  private static ImageSet images(int height, int width, int whitest, byte[] pixels) {
    int rows = pixels.length / (height * width);
    Part[] parts = new Part[rows];
    Arrays.fill(parts, Part.TEST);
    return new ImageSet("test", height, width, whitest, pixels, new byte[rows], parts);
  }
}
