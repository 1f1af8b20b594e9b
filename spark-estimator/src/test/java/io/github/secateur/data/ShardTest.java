package io.github.secateur.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShardTest {

  @ParameterizedTest
  @ValueSource(ints = {1, 4, 6, 8, 13, 784, 600_001})
  void denseRowsComeBackBitForBitInAnyOrder(int width) {
    int rows = width > 1000 ? 3 : 2 * BlockLayout.rowsPerBlock(4L * width) + 7;
    List<byte[]> blocks = new ArrayList<>();
    ShardWriter writer = ShardWriter.dense(width, blocks::add);
    for (int row = 0; row < rows; row++) {
      writer.add(features(row, width), row % 10, 1 + row % 3);
    }
    writer.finish();
    ArrowShard shard = ArrowShard.of(width, blocks);
    assertEquals(rows, shard.rows());
    assertEquals(width, shard.width());
    assertFalse(shard.isSparse());
    assertEquals(rows > 9 ? 9 : rows - 1, shard.largestLabel());

    int[] rowIds = {0, rows - 1, rows / 2, 0, rows - 2, rows / 3};
    float[] target = new float[5 + 4 * width + 1];
    target[4] = 42;
    target[5 + 4 * width] = 43;
    shard.gather(rowIds, 1, 4, target, 5);
    for (int i = 0; i < 4; i++) {
      assertArrayEquals(
          features(rowIds[1 + i], width),
          Arrays.copyOfRange(target, 5 + i * width, 5 + (i + 1) * width));
    }
    assertEquals(42, target[4]);
    assertEquals(43, target[5 + 4 * width]);

    int[] labels = new int[4];
    float[] weights = new float[4];
    shard.gatherLabels(rowIds, 1, 4, labels, weights);
    for (int i = 0; i < 4; i++) {
      assertEquals(rowIds[1 + i] % 10, labels[i]);
      assertEquals(1 + rowIds[1 + i] % 3, weights[i]);
    }
  }

  private static float[] features(int row, int width) {
    SplittableRandom random = new SplittableRandom(row);
    float[] features = new float[width];
    for (int i = 0; i < width; i++) {
      features[i] = (float) random.nextDouble(-1, 1);
    }
    features[0] = row % 2 == 0 ? -0f : Float.MIN_VALUE;
    return features;
  }

  @Test
  void integersFromZeroTo255TakeOneByteEach() {
    List<byte[]> bytes = write(w -> w.add(new float[] {0, 128, 255}, 0, 1), 3);
    List<byte[]> floats = write(w -> w.add(new float[] {-0f, 128, 255}, 0, 1), 3);
    assertEquals(Block.Bytes.class, BlockDecoder.decode(bytes.get(0), 3).getClass());
    assertEquals(Block.Floats.class, BlockDecoder.decode(floats.get(0), 3).getClass());
    assertArrayEquals(new float[] {0, 128, 255}, gather(ArrowShard.of(3, bytes), 0));
    assertArrayEquals(new float[] {-0f, 128, 255}, gather(ArrowShard.of(3, floats), 0));
    for (float other : new float[] {-1, 256, 0.5f, 1e10f, -1e10f, Float.MIN_VALUE}) {
      assertEquals(
          Block.Floats.class,
          BlockDecoder.decode(write(w -> w.add(new float[] {other}, 0, 1), 1).get(0), 1)
              .getClass());
    }
  }

  @Test
  void everyFormOfARowGivesTheSameShard() {
    float[] floats = {0, 7, 0, 200, 0};
    List<byte[]> expected = write(w -> w.add(floats, 1, 2), 5);
    assertArrayEquals(
        expected.get(0), write(w -> w.add(new double[] {0, 7, 0, 200, 0}, 1, 2), 5).get(0));
    assertArrayEquals(
        expected.get(0),
        write(w -> w.addBytes(new byte[] {9, 0, 7, 0, (byte) 200, 0, 9}, 1, 1, 2), 5).get(0));
    assertArrayEquals(
        expected.get(0),
        write(w -> w.addSparse(new int[] {1, 3}, new double[] {7, 200}, 1, 2), 5).get(0));

    List<byte[]> sparse =
        writeSparse(w -> w.addSparse(new int[] {1, 2, 3}, new double[] {7, 0, 200}, 1, 2), 5);
    assertArrayEquals(sparse.get(0), writeSparse(w -> w.add(floats, 1, 2), 5).get(0));
    assertArrayEquals(
        sparse.get(0), writeSparse(w -> w.add(new double[] {0, 7, 0, 200, 0}, 1, 2), 5).get(0));
    assertArrayEquals(
        sparse.get(0),
        writeSparse(w -> w.addBytes(new byte[] {0, 7, 0, (byte) 200, 0}, 0, 1, 2), 5).get(0));
    assertArrayEquals(floats, gather(ArrowShard.of(5, sparse), 0));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 100, 5000})
  void sparseRowsComeBackInCompressedRows(int storedAtMost) {
    int width = 10_000;
    int rows = storedAtMost == 5000 ? 2000 : 70_000;
    List<byte[]> blocks = new ArrayList<>();
    ShardWriter writer = ShardWriter.sparse(width, blocks::add);
    SplittableRandom random = new SplittableRandom(7);
    int[][] indices = new int[rows][];
    for (int row = 0; row < rows; row++) {
      indices[row] =
          random.ints(row * 37L % (storedAtMost + 1), 0, width).sorted().distinct().toArray();
      writer.addSparse(
          indices[row], Arrays.stream(indices[row]).mapToDouble(i -> i + 1).toArray(), row % 2, 1);
    }
    writer.finish();
    assertTrue(blocks.size() > 1);
    ArrowShard shard = ArrowShard.of(width, blocks);
    assertTrue(shard.isSparse());
    assertEquals(rows, shard.rows());
    assertEquals(rows, shard.weightSum());

    int[] rowIds = random.ints(50, 0, rows).toArray();
    int stored = shard.storedValues(rowIds, 10, 30);
    int[] rowStart = new int[31];
    int[] columns = new int[stored];
    float[] values = new float[stored];
    shard.gatherSparse(rowIds, 10, 30, rowStart, columns, values);
    float[] dense = new float[30 * width];
    Arrays.fill(dense, 5);
    shard.gather(rowIds, 10, 30, dense, 0);
    assertEquals(stored, rowStart[30]);
    for (int i = 0; i < 30; i++) {
      int[] expected = indices[rowIds[10 + i]];
      assertArrayEquals(expected, Arrays.copyOfRange(columns, rowStart[i], rowStart[i + 1]));
      float[] expectedRow = new float[width];
      for (int p = 0; p < expected.length; p++) {
        assertEquals(expected[p] + 1, values[rowStart[i] + p]);
        expectedRow[expected[p]] = expected[p] + 1;
      }
      assertArrayEquals(expectedRow, Arrays.copyOfRange(dense, i * width, (i + 1) * width));
    }
  }

  @ParameterizedTest
  @ValueSource(floats = {1f / 255, -0.3f, 0})
  void rowsAreMultipliedOnTheWay(float factor) {
    float[] row = {0, 7, 255, 128, 1};
    float[] broken = {0, -0f, 0.1f, Float.MIN_VALUE, -3e38f};
    Scaling scaling = scaling(factor);
    ArrowShard bytes = ArrowShard.of(5, write(w -> w.add(row, 1, 2), 5));
    ArrowShard floats = ArrowShard.of(5, write(w -> w.add(broken, 1, 2), 5));
    ArrowShard sparse =
        ArrowShard.of(5, writeSparse(w -> w.addSparse(new int[] {3}, new double[] {9}, 1, 2), 5));
    for (ArrowShard shard : List.of(bytes, floats, sparse)) {
      float[] expected = gather(shard, 0);
      for (int i = 0; i < expected.length; i++) {
        expected[i] = factor * expected[i];
      }
      float[] target = {8, 8, 8, 8, 8, 8, 8};
      shard.gather(new int[] {5, 0}, 1, 1, scaling, target, 1);
      assertArrayEquals(expected, Arrays.copyOfRange(target, 1, 6));
      assertEquals(8, target[0]);
      assertEquals(8, target[6]);
      assertOutOfBounds(
          "Index 1 out of bounds for length 1",
          () -> shard.gather(new int[] {1}, 0, 1, scaling, target, 0));
      assertOutOfBounds(
          "Range [3, 3 + 5) out of bounds for length 7",
          () -> shard.gather(new int[] {0}, 0, 1, scaling, target, 3));
    }
  }

  private static void assertOutOfBounds(String message, Executable gathering) {
    assertEquals(message, assertThrows(IndexOutOfBoundsException.class, gathering).getMessage());
  }

  private static Scaling scaling(float factor) {
    return new Scaling() {
      @Override
      public void scale(int n, float[] values, int offset) {
        for (int i = offset; i < offset + n; i++) {
          values[i] *= factor;
        }
      }

      @Override
      public void scaleBytes(
          int n, byte[] bytes, int bytesOffset, float[] target, int targetOffset) {
        for (int i = 0; i < n; i++) {
          target[targetOffset + i] = factor * (bytes[bytesOffset + i] & 0xff);
        }
      }
    };
  }

  @Test
  void aShardWithoutRowsHasNoBlocks() {
    List<byte[]> blocks = write(w -> {}, 4);
    assertEquals(List.of(), blocks);
    ArrowShard shard = ArrowShard.of(4, blocks);
    assertEquals(0, shard.rows());
    assertEquals(0, shard.weightSum());
    shard.gather(new int[0], 0, 0, new float[0], 0);
    assertEquals(0, shard.storedValues(new int[0], 0, 0));
    assertOutOfBounds(
        "Index 0 out of bounds for length 0",
        () -> shard.gather(new int[] {0}, 0, 1, new float[4], 0));
  }

  @Test
  void weightsOfOneAreNotStored() {
    int plain = write(w -> w.add(new float[] {1.5f}, 0, 1), 1).get(0).length;
    int weighted = write(w -> w.add(new float[] {1.5f}, 0, 0.5f), 1).get(0).length;
    assertTrue(plain < weighted);
  }

  @Test
  void rowsOutsideTheShardAreRefused() {
    ArrowShard shard = ArrowShard.of(2, write(w -> w.add(new float[] {1, 2}, 0, 1), 2));
    float[] target = new float[2];
    assertOutOfBounds(
        "Index 1 out of bounds for length 1", () -> shard.gather(new int[] {1}, 0, 1, target, 0));
    assertOutOfBounds(
        "Index -1 out of bounds for length 1", () -> shard.gather(new int[] {-1}, 0, 1, target, 0));
    assertOutOfBounds(
        "Range [1, 1 + 2) out of bounds for length 2",
        () -> shard.gather(new int[] {0}, 0, 1, target, 1));
    assertEquals(
        "the shard is dense; use gather()",
        assertThrows(IllegalStateException.class, () -> shard.storedValues(new int[] {0}, 0, 1))
            .getMessage());
  }

  @Test
  void badRowsAreRefusedAndLeaveTheOthers() {
    List<byte[]> blocks = new ArrayList<>();
    ShardWriter writer = ShardWriter.sparse(3, blocks::add);
    writer.add(new float[] {1, 2, 3}, 0, 1);
    assertRefused("expected 3 features, found 2", () -> writer.add(new float[2], 0, 1));
    assertRefused(
        "features must be finite float32 numbers, found NaN at index 1",
        () -> writer.add(new double[] {1, Double.NaN, 0}, 0, 1));
    assertRefused(
        "features must be finite float32 numbers, found Infinity at index 2",
        () -> writer.add(new double[] {1, 0, 1e300}, 0, 1));
    assertRefused("labels must be at least 0, found -1", () -> writer.add(new float[3], -1, 1));
    assertRefused(
        "weights must be finite and at least 0, found NaN",
        () -> writer.add(new float[3], 0, Float.NaN));
    assertRefused(
        "weights must be finite and at least 0, found Infinity",
        () -> writer.add(new float[3], 0, Float.POSITIVE_INFINITY));
    assertRefused(
        "indices must ascend in [0, 3), found 0 after 2",
        () -> writer.addSparse(new int[] {2, 0}, new double[] {1, 1}, 0, 1));
    assertRefused(
        "indices must ascend in [0, 3), found 3 after -1",
        () -> writer.addSparse(new int[] {3}, new double[] {1}, 0, 1));
    assertRefused(
        "expected as many values as indices, found 2 and 1",
        () -> writer.addSparse(new int[] {1}, new double[2], 0, 1));
    writer.add(new float[] {4, 5, 6}, 1, 1);
    writer.finish();
    assertEquals(
        "the writer is finished",
        assertThrows(IllegalStateException.class, () -> writer.add(new float[3], 0, 1))
            .getMessage());
    ArrowShard shard = ArrowShard.of(3, blocks);
    assertEquals(2, shard.rows());
    assertEquals(2, writer.rows());
    assertArrayEquals(new float[] {4, 5, 6}, gather(shard, 1));
  }

  private static void assertRefused(String message, Runnable action) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, action::run).getMessage());
  }

  private static float[] gather(Shard shard, int row) {
    float[] target = new float[shard.width()];
    shard.gather(new int[] {row}, 0, 1, target, 0);
    return target;
  }

  private static List<byte[]> write(Consumer<ShardWriter> rows, int width) {
    List<byte[]> blocks = new ArrayList<>();
    ShardWriter writer = ShardWriter.dense(width, blocks::add);
    rows.accept(writer);
    writer.finish();
    return blocks;
  }

  private static List<byte[]> writeSparse(Consumer<ShardWriter> rows, int width) {
    List<byte[]> blocks = new ArrayList<>();
    ShardWriter writer = ShardWriter.sparse(width, blocks::add);
    rows.accept(writer);
    writer.finish();
    return blocks;
  }
}
