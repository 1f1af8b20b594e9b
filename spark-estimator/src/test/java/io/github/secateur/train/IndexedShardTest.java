package io.github.secateur.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.secateur.data.Shard;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class IndexedShardTest {
  private static final Shard TEN_ROWS = Fixtures.blobs(10, 2, 1, 1).shards(1).get(0);
  private static final Shard HUNDRED_ROWS = Fixtures.blobs(100, 2, 1, 1).shards(1).get(0);

  private static int[] order(Shard shard, int index, long seed, int epoch) {
    return new IndexedShard(shard, index, seed).order(epoch);
  }

  @Test
  void everyRowIsVisitedOnceInAnEpoch() {
    int[] sorted = order(HUNDRED_ROWS, 3, 42, 7).clone();
    Arrays.sort(sorted);
    for (int i = 0; i < 100; i++) {
      assertEquals(i, sorted[i]);
    }
  }

  @Test
  void orderDependsOnSeedEpochAndShardAlone() {
    int[] order = order(HUNDRED_ROWS, 1, 1, 1);
    assertArrayEquals(order, order(HUNDRED_ROWS, 1, 1, 1));
    assertFalse(Arrays.equals(order, order(HUNDRED_ROWS, 2, 1, 1)));
    assertFalse(Arrays.equals(order, order(HUNDRED_ROWS, 1, 2, 1)));
    assertFalse(Arrays.equals(order, order(HUNDRED_ROWS, 1, 1, 2)));
  }

  @Test
  void orderIsKeptUntilTheEpochChanges() {
    IndexedShard shard = new IndexedShard(HUNDRED_ROWS, 0, 1);
    int[] first = shard.order(0);
    int[] before = first.clone();
    assertSame(first, shard.order(0));
    assertFalse(Arrays.equals(before, shard.order(1)));
    assertArrayEquals(before, first, "whoever still walks the old order is not disturbed");
    assertArrayEquals(before, shard.order(0));
  }

  @Test
  void everyRowIsAsLikelyAtEveryPlace() {
    int epochs = 20_000;
    int[][] counts = new int[10][10];
    IndexedShard shard = new IndexedShard(TEN_ROWS, 5, 9);
    for (int epoch = 0; epoch < epochs; epoch++) {
      int[] order = shard.order(epoch);
      for (int place = 0; place < 10; place++) {
        counts[place][order[place]]++;
      }
    }
    double expected = epochs / 10.0;
    double chiSquare = 0;
    for (int[] row : counts) {
      for (int count : row) {
        chiSquare += (count - expected) * (count - expected) / expected;
      }
    }
    // 81 degrees of freedom: 99.9 % of fair shuffles lie below 126
    assertTrue(chiSquare < 126, "chi-square " + chiSquare);
  }

  @Test
  void stepsShareTheRowsOfAShardWithoutGapOrOverlap() {
    for (int rows : new int[] {0, 1, 3, 10, 1000, Integer.MAX_VALUE}) {
      for (int steps : new int[] {1, 2, 7, 1001}) {
        int next = 0;
        for (int s = 0; s < steps; s++) {
          Step step = new Step(2, s, steps);
          assertEquals(next, step.firstRow(rows));
          next = step.endRow(rows);
          int share = next - step.firstRow(rows);
          assertTrue(share == rows / steps || share == rows / steps + 1);
        }
        assertEquals(rows, next);
      }
    }
  }

  @Test
  void stepsAreNumberedOverAllEpochs() {
    assertEquals(0, new Step(0, 0, 5).number());
    assertEquals(13, new Step(2, 3, 5).number());
    assertEquals(
        "a step must lie in its epoch, found epoch 0, step 5 of 5",
        assertThrows(IllegalArgumentException.class, () -> new Step(0, 5, 5)).getMessage());
    assertEquals(
        "a step must lie in its epoch, found epoch -1, step 0 of 5",
        assertThrows(IllegalArgumentException.class, () -> new Step(-1, 0, 5)).getMessage());
  }

  @Test
  void keysOfDifferentPlacesDiffer() {
    Set<Long> keys = new HashSet<>();
    int count = 0;
    for (int seed = 0; seed < 5; seed++) {
      for (int shard = 0; shard < 5; shard++) {
        keys.add(RandomKey.full(seed, shard));
        count++;
        for (int epoch = 0; epoch < 5; epoch++) {
          keys.add(RandomKey.order(seed, epoch, shard));
          count++;
          for (int index = 0; index < 5; index++) {
            keys.add(RandomKey.step(seed, new Step(epoch, index, 5), shard));
            count++;
          }
        }
      }
    }
    assertEquals(count, keys.size());
    assertNotEquals(RandomKey.number(1, 1), RandomKey.number(1, 2));
  }
}
