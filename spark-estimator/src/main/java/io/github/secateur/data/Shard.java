package io.github.secateur.data;

/**
 * The rows of one partition of a training set: read-only, and safe to read from many threads at
 * once. Rows are numbered from 0 in the order in which they were written. No method allocates.
 *
 * <p>The gather methods take the rows {@code rowIds[from] … rowIds[from + count - 1]}, in that
 * order, and throw {@link IndexOutOfBoundsException} if one of them is not in [0, rows()).
 */
public interface Shard {

  /** Returns the number of rows; may be 0. */
  int rows();

  /** Returns the number of features of each row. */
  int width();

  /**
   * Returns whether rows are stored as indices and values, so that {@link #gatherSparse} may be
   * called.
   */
  boolean isSparse();

  /** Returns the bytes that the rows take as they are stored. */
  long storedBytes();

  /** Returns the sum of the weights of all rows, added in double in the order of the rows. */
  double weightSum();

  /**
   * Writes the features of the given rows as a matrix [count × width()], row-major; sparse rows are
   * filled up with zeros.
   *
   * @param target where the matrix begins at {@code targetOffset}
   */
  default void gather(int[] rowIds, int from, int count, float[] target, int targetOffset) {
    gather(rowIds, from, count, Scaling.NONE, target, targetOffset);
  }

  /** Writes the features as {@link #gather(int[], int, int, float[], int)}, times a factor. */
  void gather(int[] rowIds, int from, int count, Scaling scaling, float[] target, int targetOffset);

  /**
   * Returns the number of values that {@link #gatherSparse} would write for the same rows.
   *
   * @throws IllegalStateException if the shard is not sparse
   */
  int storedValues(int[] rowIds, int from, int count);

  /**
   * Writes the features of the given rows in compressed rows: row i of the result holds the values
   * {@code values[p]} in columns {@code columns[p]}, ascending, for p in [rowStart[i], rowStart[i +
   * 1]); {@code rowStart[0]} is 0.
   *
   * @param rowStart at least count + 1 long
   * @param columns at least {@link #storedValues} long, like {@code values}
   * @throws IllegalStateException if the shard is not sparse
   */
  void gatherSparse(
      int[] rowIds, int from, int count, int[] rowStart, int[] columns, float[] values);

  /**
   * Writes the labels and the weights of the given rows to the first {@code count} places of the
   * two arrays.
   */
  void gatherLabels(int[] rowIds, int from, int count, int[] labels, float[] weights);
}
