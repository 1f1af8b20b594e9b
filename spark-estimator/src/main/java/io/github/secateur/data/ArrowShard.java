package io.github.secateur.data;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * A shard over the blocks that {@link ShardWriter} wrote. The metadata is read once, by {@link
 * #of}; rows are then copied straight out of the blocks' bytes, which must not be changed
 * meanwhile.
 */
public final class ArrowShard implements Shard {
  private final int width;
  private final Block[] blocks;
  private final int rowsPerBlock;
  private final int rows;
  private final boolean sparse;
  private final double weightSum;
  private final int largestLabel;
  private final long storedBytes;

  private ArrowShard(int width, Block[] blocks, long storedBytes) {
    this.width = width;
    this.blocks = blocks;
    this.storedBytes = storedBytes;
    this.rowsPerBlock = blocks.length == 0 ? 1 : blocks[0].rows();
    long count = 0;
    double sum = 0;
    int largest = -1;
    for (int b = 0; b < blocks.length; b++) {
      int blockRows = blocks[b].rows();
      if (b < blocks.length - 1 ? blockRows != rowsPerBlock : blockRows > rowsPerBlock) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "expected blocks of %d rows, the last one at most, found %d rows in block %d of %d",
                rowsPerBlock,
                blockRows,
                b,
                blocks.length));
      }
      count += blockRows;
      for (int row = 0; row < blockRows; row++) {
        sum += blocks[b].weight(row);
        largest = Math.max(largest, blocks[b].label(row));
      }
    }
    if (count > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "a shard holds at most 2^31 - 1 rows, found %d; use more partitions",
              count));
    }
    this.rows = (int) count;
    this.weightSum = sum;
    this.largestLabel = largest;
    this.sparse = blocks.length > 0 && blocks[0] instanceof Block.Sparse;
    for (Block block : blocks) {
      if (block instanceof Block.Sparse != sparse) {
        throw new IllegalArgumentException(
            "expected sparse blocks or dense ones, found both in one shard");
      }
    }
  }

  /**
   * Returns the rows of the given blocks.
   *
   * @param width features of each row
   * @param blocks in the order in which they were written; none makes a shard without rows
   * @throws IllegalArgumentException if a block is damaged, has another width, or was written by
   *     something else
   */
  public static ArrowShard of(int width, List<byte[]> blocks) {
    List<Block> decoded = new ArrayList<>(blocks.size());
    for (byte[] block : blocks) {
      decoded.add(BlockDecoder.decode(block, width));
    }
    long bytes = blocks.stream().mapToLong(block -> block.length).sum();
    return new ArrowShard(width, decoded.toArray(Block[]::new), bytes);
  }

  @Override
  public int rows() {
    return rows;
  }

  @Override
  public int width() {
    return width;
  }

  @Override
  public boolean isSparse() {
    return sparse;
  }

  @Override
  public long storedBytes() {
    return storedBytes;
  }

  @Override
  public double weightSum() {
    return weightSum;
  }

  /** Returns the largest label, or -1 if there are no rows. */
  public int largestLabel() {
    return largestLabel;
  }

  @Override
  public void gather(
      int[] rowIds, int from, int count, Scaling scaling, float[] target, int targetOffset) {
    Objects.checkFromIndexSize((long) targetOffset, (long) count * width, target.length);
    int offset = targetOffset;
    for (int i = from; i < from + count; i++) {
      int row = Objects.checkIndex(rowIds[i], rows);
      int block = row / rowsPerBlock;
      blocks[block].gather(row - block * rowsPerBlock, scaling, target, offset);
      offset += width;
    }
  }

  @Override
  public int storedValues(int[] rowIds, int from, int count) {
    checkSparse();
    int stored = 0;
    for (int i = from; i < from + count; i++) {
      int row = Objects.checkIndex(rowIds[i], rows);
      int block = row / rowsPerBlock;
      stored =
          Math.addExact(
              stored, ((Block.Sparse) blocks[block]).storedValues(row - block * rowsPerBlock));
    }
    return stored;
  }

  @Override
  public void gatherSparse(
      int[] rowIds, int from, int count, int[] rowStart, int[] columns, float[] values) {
    checkSparse();
    int end = 0;
    rowStart[0] = 0;
    for (int i = 0; i < count; i++) {
      int row = Objects.checkIndex(rowIds[from + i], rows);
      int block = row / rowsPerBlock;
      end +=
          ((Block.Sparse) blocks[block])
              .gatherSparse(row - block * rowsPerBlock, columns, values, end);
      rowStart[i + 1] = end;
    }
  }

  @Override
  public void gatherLabels(int[] rowIds, int from, int count, int[] labels, float[] weights) {
    for (int i = 0; i < count; i++) {
      int row = Objects.checkIndex(rowIds[from + i], rows);
      Block block = blocks[row / rowsPerBlock];
      int rowOfBlock = row % rowsPerBlock;
      labels[i] = block.label(rowOfBlock);
      weights[i] = block.weight(rowOfBlock);
    }
  }

  private void checkSparse() {
    if (!sparse && rows > 0) {
      throw new IllegalStateException("the shard is dense; use gather()");
    }
  }
}
