package io.github.secateur.data;

/** Multiplies features by a factor while they are gathered; see {@link Shard}. */
public interface Scaling {

  /** Leaves features as they are. */
  Scaling NONE =
      new Scaling() {
        @Override
        public void scale(int n, float[] values, int offset) {}

        @Override
        public void scaleBytes(
            int n, byte[] bytes, int bytesOffset, float[] target, int targetOffset) {
          for (int i = 0; i < n; i++) {
            target[targetOffset + i] = bytes[bytesOffset + i] & 0xff;
          }
        }
      };

  /** Multiplies n values in place. */
  void scale(int n, float[] values, int offset);

  /** Writes the products of n unsigned bytes. */
  void scaleBytes(int n, byte[] bytes, int bytesOffset, float[] target, int targetOffset);
}
