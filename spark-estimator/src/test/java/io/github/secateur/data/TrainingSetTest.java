package io.github.secateur.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class TrainingSetTest {

  @Test
  void rowsAreDealtInContiguousRuns() {
    float[][] features = {{0.5f}, {1.5f}, {2.5f}, {3.5f}, {4.5f}};
    TrainingSet set = TrainingSet.of(features, new int[] {0, 1, 2, 0, 1}, 2);
    assertEquals(List.of(2, 3), set.shards().stream().map(Shard::rows).toList());
    float[] target = new float[3];
    set.shards().get(1).gather(new int[] {2, 0, 1}, 0, 3, target, 0);
    assertArrayEquals(new float[] {4.5f, 2.5f, 3.5f}, target);
    assertEquals(5, set.rows());
    assertEquals(1, set.width());
    assertEquals(3, set.classes());
  }

  @Test
  void moreShardsThanRowsLeavesSomeEmpty() {
    TrainingSet set =
        TrainingSet.of(new float[][] {{1}, {2}}, new int[] {0, 1}, new float[] {2, 3}, 5);
    assertEquals(5, set.shards().size());
    assertEquals(2, set.rows());
    assertEquals(5, set.shards().stream().mapToDouble(Shard::weightSum).sum());
  }

  @Test
  void badRowsAreNamed() {
    float[][] features = {{1, 2}, {3, Float.NaN}};
    assertRefused(
        "row 1: features must be finite float32 numbers, found NaN at index 1",
        features,
        new int[2],
        null,
        1);
    assertRefused(
        "row 1: expected 2 features, found 1", new float[][] {{1, 2}, {3}}, new int[2], null, 1);
    assertRefused(
        "row 0: labels must be at least 0, found -3", new float[][] {{1}}, new int[] {-3}, null, 1);
    assertRefused(
        "expected as many labels and weights as the 2 rows, found 3 labels and no weights",
        features,
        new int[3],
        null,
        1);
    assertRefused(
        "a training set needs at least 1 row, found 0", new float[0][], new int[0], null, 1);
    assertRefused("expected at least 1 shard, found 0", new float[][] {{1}}, new int[1], null, 0);
  }

  private static void assertRefused(
      String message, float[][] features, int[] labels, float[] weights, int shards) {
    assertEquals(
        message,
        assertThrows(
                IllegalArgumentException.class,
                () -> TrainingSet.of(features, labels, weights, shards))
            .getMessage());
  }
}
