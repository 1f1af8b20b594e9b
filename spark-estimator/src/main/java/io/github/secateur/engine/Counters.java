package io.github.secateur.engine;

/** What the kernels of one engine have done so far, from the sizes that they were really given. */
public final class Counters {
  private long flops;
  private long bytes;

  Counters() {}

  void add(long moreFlops, long floats) {
    flops += moreFlops;
    bytes += floats * Float.BYTES;
  }

  /**
   * Returns the floating-point operations; a fused multiply-add counts as 2, a function of one
   * value as 1.
   */
  public long flops() {
    return flops;
  }

  /** Returns the bytes of all arrays read and written, each counted once for each kernel call. */
  public long bytes() {
    return bytes;
  }

  /** Sets both to zero. */
  public void reset() {
    flops = 0;
    bytes = 0;
  }
}
