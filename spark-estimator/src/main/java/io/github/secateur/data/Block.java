package io.github.secateur.data;

import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.util.Arrays;

/**
 * The rows of one block, read where they are in the IPC bytes. Reads are absolute and so change no
 * position: a block serves any number of threads.
 */
abstract class Block {
  private final int rows;
  private final IntBuffer labels;
  private final FloatBuffer weights; // null: all are 1

  private Block(int rows, IntBuffer labels, FloatBuffer weights) {
    this.rows = rows;
    this.labels = labels;
    this.weights = weights;
  }

  final int rows() {
    return rows;
  }

  final int label(int row) {
    return labels.get(row);
  }

  final float weight(int row) {
    return weights == null ? 1 : weights.get(row);
  }

  /** Writes the features of a row, times a factor, to target[offset …]. */
  abstract void gather(int row, Scaling scaling, float[] target, int offset);

  /** Rows of float32. */
  static final class Floats extends Block {
    private final int width;
    private final FloatBuffer features;

    Floats(int rows, IntBuffer labels, FloatBuffer weights, int width, FloatBuffer features) {
      super(rows, labels, weights);
      this.width = width;
      this.features = features;
    }

    @Override
    void gather(int row, Scaling scaling, float[] target, int offset) {
      features.get(row * width, target, offset, width);
      scaling.scale(width, target, offset);
    }
  }

  /** Rows of unsigned bytes. */
  static final class Bytes extends Block {
    private final int width;
    private final byte[] bytes;
    private final int start;

    Bytes(int rows, IntBuffer labels, FloatBuffer weights, int width, byte[] bytes, int start) {
      super(rows, labels, weights);
      this.width = width;
      this.bytes = bytes;
      this.start = start;
    }

    @Override
    void gather(int row, Scaling scaling, float[] target, int offset) {
      scaling.scaleBytes(width, bytes, start + row * width, target, offset);
    }
  }

  /** Rows of indices and values. */
  static final class Sparse extends Block {
    private final int width;
    private final IntBuffer rowStart;
    private final IntBuffer columns;
    private final FloatBuffer values;

    Sparse(
        int rows,
        IntBuffer labels,
        FloatBuffer weights,
        int width,
        IntBuffer rowStart,
        IntBuffer columns,
        FloatBuffer values) {
      super(rows, labels, weights);
      this.width = width;
      this.rowStart = rowStart;
      this.columns = columns;
      this.values = values;
    }

    int storedValues(int row) {
      return rowStart.get(row + 1) - rowStart.get(row);
    }

    /**
     * Copies the indices and values of a row to targets[offset …] and returns how many there are.
     */
    int gatherSparse(int row, int[] targetColumns, float[] targetValues, int offset) {
      int start = rowStart.get(row);
      int count = rowStart.get(row + 1) - start;
      columns.get(start, targetColumns, offset, count);
      values.get(start, targetValues, offset, count);
      return count;
    }

    @Override
    void gather(int row, Scaling scaling, float[] target, int offset) {
      Arrays.fill(target, offset, offset + width, 0);
      int end = rowStart.get(row + 1);
      for (int i = rowStart.get(row); i < end; i++) {
        target[offset + columns.get(i)] = values.get(i);
      }
      scaling.scale(width, target, offset);
    }
  }
}
