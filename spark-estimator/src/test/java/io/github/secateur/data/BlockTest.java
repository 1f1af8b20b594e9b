package io.github.secateur.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.secateur.data.BlockLayout.Encoding;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class BlockTest {

  @ParameterizedTest
  @EnumSource(Encoding.class)
  void arrowsOwnReaderReadsABlock(Encoding encoding) throws IOException {
    byte[] block = block(encoding, 3);
    String expected =
        switch (encoding) {
          case FLOAT32 -> "[features: [0.5,1.0,2.0], label: 0, weight: 1.0]";
          case UINT8 -> "[features: [0,1,2], label: 0, weight: 1.0]";
          case SPARSE -> "[indices: [0,2], values: [1.0,2.0], label: 0, weight: 1.0]";
        };
    try (BufferAllocator allocator = new RootAllocator()) {
      try (ArrowStreamReader reader =
          new ArrowStreamReader(new ByteArrayInputStream(block), allocator)) {
        assertTrue(reader.loadNextBatch());
        VectorSchemaRoot root = reader.getVectorSchemaRoot();
        assertEquals(3, root.getRowCount());
        List<String> cells = new ArrayList<>();
        root.getFieldVectors().forEach(v -> cells.add(v.getName() + ": " + v.getObject(0)));
        assertEquals(expected, cells.toString());
        assertFalse(reader.loadNextBatch());
      }
    } // closing the allocator fails if a buffer leaks
  }

  @Test
  void encodingFreesWhatItAllocates() {
    try (BufferAllocator allocator = new RootAllocator()) {
      try (BlockEncoder encoder = new BlockEncoder(allocator, 2)) {
        encoder.addFloatRows(new float[] {1, 2, 3, 4}, 4);
        encoder.addInts(new int[] {0, 1}, 2);
        encoder.encode(Encoding.FLOAT32, 2, false);
      }
      BlockEncoder unfinished = new BlockEncoder(allocator, 2);
      unfinished.addFloatRows(new float[] {1, 2, 3, 4}, 4);
      unfinished.close();
    } // closing the allocator fails if a buffer leaks
  }

  @ParameterizedTest
  @EnumSource(Encoding.class)
  void everyTruncatedBlockIsRefused(Encoding encoding) {
    byte[] block = block(encoding, 40);
    int endOfStream = 8;
    for (int length = 0; length < block.length - endOfStream; length++) {
      byte[] truncated = Arrays.copyOf(block, length);
      try {
        readAll(truncated);
        assertTrue(
            length > block.length - endOfStream - 8,
            "only padding may be missing, found " + length);
      } catch (IllegalArgumentException e) {
        assertTrue(
            e.getMessage().startsWith("not a block of rows of 3 features: "), e.getMessage());
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Encoding.class)
  void noDamagedByteLeadsOutsideTheBlock(Encoding encoding) {
    byte[] block = block(encoding, 40);
    int refused = 0;
    for (int i = 0; i < block.length; i++) {
      for (int flip : new int[] {1, 0x10, 0x80, 0xff}) {
        byte[] damaged = block.clone();
        damaged[i] ^= (byte) flip;
        refused += isRefused(damaged) ? 1 : 0;
      }
    }
    assertTrue(refused > 0);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void noCombinationOfDamageLeadsOutsideTheBlock(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (Encoding encoding : Encoding.values()) {
      byte[] block = block(encoding, 5);
      for (int trial = 0; trial < 5000; trial++) {
        byte[] damaged = block.clone();
        for (int i = random.nextInt(8); i >= 0; i--) {
          damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
        }
        isRefused(damaged);
      }
    }
  }

  /**
   * Reads all rows if the block is accepted; any exception other than the refusal fails the test.
   */
  private static boolean isRefused(byte[] block) {
    Block decoded;
    try {
      decoded = BlockDecoder.decode(block, 3);
    } catch (IllegalArgumentException e) {
      return true;
    }
    float[] target = new float[3];
    for (int row = 0; row < decoded.rows(); row++) {
      decoded.gather(row, Scaling.NONE, target, 0);
      decoded.label(row);
      decoded.weight(row);
    }
    return false;
  }

  private static void readAll(byte[] block) {
    ArrowShard shard = ArrowShard.of(3, List.of(block));
    float[] target = new float[3];
    for (int row = 0; row < shard.rows(); row++) {
      shard.gather(new int[] {row}, 0, 1, target, 0);
    }
  }

  @Test
  void foreignBytesAreRefusedWithAReason() {
    assertRefused("not a block of rows of 3 features: found no Arrow schema", new byte[0]);
    assertRefused(
        "not a block of rows of 3 features: found no Arrow schema",
        "hello, world".getBytes(StandardCharsets.UTF_8));
    byte[] endless = new byte[100];
    Arrays.fill(endless, (byte) 0xff);
    assertRefused("not a block of rows of 3 features: found truncated schema", endless);
    assertRefused("not a block of rows of 3 features: found width 4", width4());
  }

  @Test
  void blocksOfDifferentWritersAreRefused() {
    byte[] dense = block(Encoding.FLOAT32, 3);
    byte[] shorter = block(Encoding.FLOAT32, 2);
    byte[] sparse = block(Encoding.SPARSE, 3);
    assertEquals(
        "expected blocks of 2 rows, the last one at most, found 3 rows in block 1 of 2",
        assertThrows(
                IllegalArgumentException.class, () -> ArrowShard.of(3, List.of(shorter, dense)))
            .getMessage());
    assertEquals(
        "expected sparse blocks or dense ones, found both in one shard",
        assertThrows(IllegalArgumentException.class, () -> ArrowShard.of(3, List.of(dense, sparse)))
            .getMessage());
    assertEquals(5, ArrowShard.of(3, List.of(dense, shorter)).rows());
  }

  private static void assertRefused(String message, byte[] block) {
    assertEquals(
        message,
        assertThrows(IllegalArgumentException.class, () -> BlockDecoder.decode(block, 3))
            .getMessage());
  }

  private static byte[] width4() {
    List<byte[]> blocks = new ArrayList<>();
    ShardWriter writer = ShardWriter.dense(4, blocks::add);
    writer.add(new float[4], 0, 1);
    writer.finish();
    return blocks.get(0);
  }

  private static byte[] block(Encoding encoding, int rows) {
    List<byte[]> blocks = new ArrayList<>();
    ShardWriter writer =
        encoding == Encoding.SPARSE
            ? ShardWriter.sparse(3, blocks::add)
            : ShardWriter.dense(3, blocks::add);
    for (int row = 0; row < rows; row++) {
      float[] features =
          switch (encoding) {
            case FLOAT32 -> new float[] {0.5f, 1, 2};
            case UINT8 -> new float[] {0, 1, 2};
            case SPARSE -> new float[] {1, 0, 2};
          };
      writer.add(features, row, 1 + row);
    }
    writer.finish();
    return blocks.get(0);
  }
}
