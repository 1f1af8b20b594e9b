package io.github.secateur.spark.rounds;

import io.github.secateur.train.EvaluationSum;
import io.github.secateur.train.GradientSum;
import io.github.secateur.train.StateMean;
import io.github.secateur.train.TreeSum.Node;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;

/**
 * A sum and its place in the tree as one array of bytes, little-endian: what tasks return. Every
 * serializer writes it at the speed of a copy, and the arrays it was made from are free at once.
 *
 * <p>Layout: from and to (int32), nanoseconds of computing (int64), the number of doubles in the
 * head (int32), the head (float64), then the values (float32). Sums that are added value by value
 * may be cut into slices, each with the whole head.
 *
 * @param <T> the type of the sums
 */
abstract class SumFormat<T> implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final int FIXED_BYTES = 3 * Integer.BYTES + Long.BYTES;

  /** Gradient sums. */
  static final SumFormat<GradientSum> GRADIENT = new GradientFormat();

  /** Means of training states after local steps. */
  static final SumFormat<StateMean> STATE_MEAN = new StateMeanFormat();

  /** How well a network does; nothing to slice. */
  static final SumFormat<EvaluationSum> EVALUATION = new EvaluationFormat();

  /** Returns all of a sum that is not in {@link #values}. */
  abstract double[] head(T sum);

  /** Returns what may be sliced; nothing for a sum that adds nothing. */
  abstract float[] values(T sum);

  /** Makes a sum of its parts. */
  abstract T of(double[] head, float[] values);

  /** Adds a left and a right sum; may change and return one of them. */
  abstract T plus(T left, T right);

  /**
   * Writes a node.
   *
   * @param nanos how long it was computed
   */
  final byte[] encode(Node<T> node, long nanos) {
    double[] head = head(node.sum());
    float[] values = values(node.sum());
    int headEnd = FIXED_BYTES + Double.BYTES * head.length;
    byte[] bytes = new byte[headEnd + Float.BYTES * values.length];
    ByteBuffer buffer = buffer(bytes);
    buffer.putInt(node.from()).putInt(node.to()).putLong(nanos).putInt(head.length);
    for (double value : head) {
      buffer.putDouble(value);
    }
    buffer.asFloatBuffer().put(values);
    return bytes;
  }

  /** Writes nodes that have been computed since a moment of {@link System#nanoTime}. */
  final List<byte[]> encode(List<Node<T>> nodes, long start) {
    long nanos = System.nanoTime() - start;
    return nodes.stream().map(node -> encode(node, nanos)).toList();
  }

  /** Reads a node. */
  final Node<T> decode(byte[] bytes) {
    FloatBuffer floats = floats(bytes);
    float[] values = new float[floats.remaining()];
    floats.get(values);
    return decode(bytes, values);
  }

  /** Reads a node, with other values than its own. */
  final Node<T> decode(byte[] bytes, float[] values) {
    ByteBuffer buffer = buffer(bytes);
    int from = buffer.getInt();
    int to = buffer.getInt();
    buffer.getLong();
    double[] head = new double[buffer.getInt()];
    for (int i = 0; i < head.length; i++) {
      head[i] = buffer.getDouble();
    }
    return new Node<>(from, to, of(head, values));
  }

  /** Returns the index of the first shard of a node. */
  static int from(byte[] bytes) {
    return buffer(bytes).getInt();
  }

  /** Returns how long a node was computed. */
  static long nanos(byte[] bytes) {
    return buffer(bytes).getLong(2 * Integer.BYTES);
  }

  /** Returns the values of a node, without copying them. */
  static FloatBuffer floats(byte[] bytes) {
    return buffer(bytes).position(headEnd(bytes)).asFloatBuffer();
  }

  /** Returns the node with one of several equal parts of its values. */
  static byte[] slice(byte[] bytes, int slice, int slices) {
    int headEnd = headEnd(bytes);
    long length = (bytes.length - headEnd) / Float.BYTES;
    int from = headEnd + Float.BYTES * (int) (length * slice / slices);
    int to = headEnd + Float.BYTES * (int) (length * (slice + 1) / slices);
    byte[] sliced = new byte[headEnd + to - from];
    System.arraycopy(bytes, 0, sliced, 0, headEnd);
    System.arraycopy(bytes, from, sliced, headEnd, to - from);
    return sliced;
  }

  private static int headEnd(byte[] bytes) {
    return FIXED_BYTES + Double.BYTES * buffer(bytes).getInt(2 * Integer.BYTES + Long.BYTES);
  }

  private static ByteBuffer buffer(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static final class GradientFormat extends SumFormat<GradientSum> {
    private static final long serialVersionUID = 1L;

    @Override
    double[] head(GradientSum sum) {
      return new double[] {sum.lossSum(), sum.weightSum(), sum.rows()};
    }

    @Override
    float[] values(GradientSum sum) {
      return sum.isEmpty() ? new float[0] : sum.values();
    }

    @Override
    GradientSum of(double[] head, float[] values) {
      return new GradientSum(values, head[0], head[1], (long) head[2]);
    }

    @Override
    GradientSum plus(GradientSum left, GradientSum right) {
      return left.plus(right);
    }
  }

  private static final class StateMeanFormat extends SumFormat<StateMean> {
    private static final long serialVersionUID = 1L;

    @Override
    double[] head(StateMean mean) {
      double[] head = new double[2 + mean.counts().length];
      head[0] = mean.weightSum();
      head[1] = mean.optimizerSteps();
      System.arraycopy(mean.counts(), 0, head, 2, mean.counts().length);
      return head;
    }

    @Override
    float[] values(StateMean mean) {
      return mean.weightSum() > 0 ? mean.values() : new float[0];
    }

    @Override
    StateMean of(double[] head, float[] values) {
      double[] counts = new double[head.length - 2];
      System.arraycopy(head, 2, counts, 0, counts.length);
      return new StateMean(values, head[0], (long) head[1], counts);
    }

    @Override
    StateMean plus(StateMean left, StateMean right) {
      return left.plus(right);
    }
  }

  private static final class EvaluationFormat extends SumFormat<EvaluationSum> {
    private static final long serialVersionUID = 1L;

    @Override
    double[] head(EvaluationSum sum) {
      return new double[] {sum.lossSum(), sum.weightSum(), sum.correctWeight(), sum.rows()};
    }

    @Override
    float[] values(EvaluationSum sum) {
      return new float[0];
    }

    @Override
    EvaluationSum of(double[] head, float[] values) {
      return new EvaluationSum(head[0], head[1], head[2], (long) head[3]);
    }

    @Override
    EvaluationSum plus(EvaluationSum left, EvaluationSum right) {
      return left.plus(right);
    }
  }
}
