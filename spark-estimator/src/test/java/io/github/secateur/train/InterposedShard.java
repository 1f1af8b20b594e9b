package io.github.secateur.train;

import io.github.secateur.data.Scaling;
import io.github.secateur.data.Shard;

/** A shard that runs an action before its rows are read. */
record InterposedShard(Shard inner, Runnable action) implements Shard {

  @Override
  public int rows() {
    return inner.rows();
  }

  @Override
  public int width() {
    return inner.width();
  }

  @Override
  public boolean isSparse() {
    return inner.isSparse();
  }

  @Override
  public long storedBytes() {
    return inner.storedBytes();
  }

  @Override
  public double weightSum() {
    return inner.weightSum();
  }

  @Override
  public void gather(
      int[] rowIds, int from, int count, Scaling scaling, float[] target, int targetOffset) {
    action.run();
    inner.gather(rowIds, from, count, scaling, target, targetOffset);
  }

  @Override
  public int storedValues(int[] rowIds, int from, int count) {
    return inner.storedValues(rowIds, from, count);
  }

  @Override
  public void gatherSparse(
      int[] rowIds, int from, int count, int[] rowStart, int[] columns, float[] values) {
    action.run();
    inner.gatherSparse(rowIds, from, count, rowStart, columns, values);
  }

  @Override
  public void gatherLabels(int[] rowIds, int from, int count, int[] labels, float[] weights) {
    inner.gatherLabels(rowIds, from, count, labels, weights);
  }
}
