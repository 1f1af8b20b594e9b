package io.github.secateur.spark.internal;

import io.github.secateur.train.GradientSum;
import io.github.secateur.train.TreeSum.Node;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A gradient sum and its place in the tree as one array of bytes, little-endian: what tasks return.
 * Every serializer writes it at the speed of a copy, and the array it was made from is free at
 * once.
 *
 * <p>Layout: from and to (int32), rows (int64), loss sum and weight sum (float64), then the values
 * (float32).
 */
final class GradientBytes {
  private static final int HEADER_BYTES = 2 * Integer.BYTES + Long.BYTES + 2 * Double.BYTES;

  private GradientBytes() {}

  static byte[] encode(Node<GradientSum> node) {
    GradientSum sum = node.sum();
    float[] values = sum.isEmpty() ? new float[0] : sum.values();
    byte[] bytes = new byte[HEADER_BYTES + Float.BYTES * values.length];
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    buffer.putInt(node.from()).putInt(node.to());
    buffer.putLong(sum.rows()).putDouble(sum.lossSum()).putDouble(sum.weightSum());
    buffer.asFloatBuffer().put(values);
    return bytes;
  }

  /** Returns the index of the first shard, without decoding the rest. */
  static int from(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt();
  }

  static Node<GradientSum> decode(byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int from = buffer.getInt();
    int to = buffer.getInt();
    long rows = buffer.getLong();
    double lossSum = buffer.getDouble();
    double weightSum = buffer.getDouble();
    float[] values = new float[(bytes.length - HEADER_BYTES) / Float.BYTES];
    buffer.asFloatBuffer().get(values);
    return new Node<>(from, to, new GradientSum(values, lossSum, weightSum, rows));
  }
}
