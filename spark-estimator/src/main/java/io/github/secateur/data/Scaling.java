package io.github.secateur.data;

/** Multiplies features by a factor while they are gathered; see {@link Shard}. */
public interface Scaling {

  /** Multiplies n values in place. */
  void scale(int n, float[] values, int offset);

  /** Writes the products of n unsigned bytes. */
  void scaleBytes(int n, byte[] bytes, int bytesOffset, float[] target, int targetOffset);
}
