package io.github.secateur.graph;

/**
 * What a computation costs for a batch: {@code flopsPerRow · rows} floating-point operations, and
 * {@code bytesPerRow · rows + bytesPerBatch} bytes read and written, each array counted once. The
 * second term is the weights, which a batch reads once.
 *
 * @param flopsPerRow floating-point operations; a fused multiply-add counts as 2, a function of one
 *     value as 1
 * @param bytesPerRow bytes for each row
 * @param bytesPerBatch bytes for each batch
 */
public record Cost(long flopsPerRow, long bytesPerRow, long bytesPerBatch) {
  /** Costs nothing. */
  public static final Cost ZERO = new Cost(0, 0, 0);

  /** Returns the cost of both. */
  public Cost plus(Cost other) {
    return new Cost(
        flopsPerRow + other.flopsPerRow,
        bytesPerRow + other.bytesPerRow,
        bytesPerBatch + other.bytesPerBatch);
  }

  /** Returns the operations for a batch of {@code rows} rows. */
  public long flops(long rows) {
    return flopsPerRow * rows;
  }

  /** Returns the bytes for a batch of {@code rows} rows. */
  public long bytes(long rows) {
    return bytesPerRow * rows + bytesPerBatch;
  }
}
