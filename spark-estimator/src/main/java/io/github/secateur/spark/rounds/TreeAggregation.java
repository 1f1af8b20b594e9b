package io.github.secateur.spark.rounds;

import io.github.secateur.train.TreeSum;
import io.github.secateur.train.TreeSum.Node;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.spark.HashPartitioner;
import org.apache.spark.TaskContext;
import org.apache.spark.rdd.RDD;
import scala.Function2;
import scala.Tuple2;
import scala.reflect.ClassTag$;
import scala.runtime.AbstractFunction2;
import scala.runtime.BoxedUnit;

/**
 * Adds the sums of all shards along the fixed tree of {@link TreeSum}, in one of three ways with
 * the same bits. A few bytes go to the driver, which adds them. Many small sums are added in stages
 * in between, whole subtrees first. Large sums are cut into slices: each slice is added by a task
 * of its own, so that nobody holds as many whole sums as there are shards.
 *
 * @param depth the largest number of levels at which sums are added, the driver's included; at
 *     least 2
 * @param directBytes the driver adds up to so many bytes without help: a stage costs more than it
 *     saves
 * @param sliceBytes what a slice may take; sums of two and more slices are sliced
 */
record TreeAggregation(int depth, long directBytes, int sliceBytes) {
  static final long DIRECT_BYTES = 64L << 20;
  static final int SLICE_BYTES = 20 << 20;

  TreeAggregation(int depth) {
    this(depth, DIRECT_BYTES, SLICE_BYTES);
  }

  /**
   * A sum over all shards.
   *
   * @param sum the sum
   * @param computeNanos the time that the slowest task computed
   * @param bytes what came to the driver
   */
  record Total<T>(T sum, long computeNanos, long bytes) {}

  /**
   * Runs the job that computes the sums, and adds them.
   *
   * @param leaves the encoded sums of all shards, each alone or as part of a subtree
   * @param shards the number of leaves of the tree
   * @param length the number of values of a sum
   */
  <T> Total<T> sum(RDD<byte[]> leaves, SumFormat<T> format, int shards, int length) {
    long bytesOfSum = (long) Float.BYTES * length;
    if (bytesOfSum * shards <= directBytes) {
      return addHere(leaves, format, shards);
    }
    int slices = (int) ((bytesOfSum + sliceBytes - 1) / sliceBytes);
    return slices > 1
        ? addSlices(leaves, format, shards, slices)
        : addHere(addSubtrees(leaves, format, shards), format, shards);
  }

  private static <T> Total<T> addHere(RDD<byte[]> nodes, SumFormat<T> format, int shards) {
    TreeSum<T> tree = new TreeSum<>(shards, format::plus);
    long[] nanosAndBytes = new long[2];
    forEach(
        nodes,
        bytes -> {
          count(bytes, nanosAndBytes);
          tree.add(format.decode(bytes));
        });
    return new Total<>(tree.total(), nanosAndBytes[0], nanosAndBytes[1]);
  }

  private static void count(byte[] bytes, long[] nanosAndBytes) {
    nanosAndBytes[0] = Math.max(nanosAndBytes[0], SumFormat.nanos(bytes));
    nanosAndBytes[1] += bytes.length;
  }

  /** Adds slice by slice; the driver gets one sum, in pieces. */
  private static <T> Total<T> addSlices(
      RDD<byte[]> leaves, SumFormat<T> format, int shards, int slices) {
    RDD<byte[]> added =
        leaves
            .toJavaRDD()
            .flatMapToPair(
                bytes ->
                    IntStream.range(0, slices)
                        .mapToObj(
                            slice -> new Tuple2<>(slice, SumFormat.slice(bytes, slice, slices)))
                        .iterator())
            .partitionBy(new HashPartitioner(slices))
            .mapPartitions(children -> addChildren(children, format, shards))
            .rdd();
    byte[][] pieces = new byte[slices][];
    long[] nanosAndBytes = new long[2];
    forEachPartition(
        added,
        (slice, sum) -> {
          count(sum.get(0), nanosAndBytes);
          pieces[slice] = sum.get(0);
        });
    return new Total<>(join(pieces, format), nanosAndBytes[0], nanosAndBytes[1]);
  }

  private static <T> T join(byte[][] pieces, SumFormat<T> format) {
    int length = 0;
    for (byte[] piece : pieces) {
      length += SumFormat.floats(piece).remaining();
    }
    float[] values = new float[length];
    int at = 0;
    for (byte[] piece : pieces) {
      int count = SumFormat.floats(piece).remaining();
      SumFormat.floats(piece).get(values, at, count);
      at += count;
    }
    return format.decode(pieces[0], values).sum();
  }

  /** Returns fewer partitions, each with the sum of a whole subtree. */
  <T> RDD<byte[]> addSubtrees(RDD<byte[]> leaves, SumFormat<T> format, int shards) {
    RDD<byte[]> nodes = leaves;
    int fanIn = fanIn(shards);
    int shardsOfNode = 1;
    int count = shards;
    // as in Spark's treeAggregate: a level that leaves the driver as much to do is not worth its
    // stage
    while (count > fanIn + ceilDiv(count, fanIn)) {
      shardsOfNode *= fanIn;
      count = ceilDiv(shards, shardsOfNode);
      int divisor = shardsOfNode;
      nodes =
          nodes
              .toJavaRDD()
              .mapToPair(bytes -> new Tuple2<>(SumFormat.from(bytes) / divisor, bytes))
              .partitionBy(new HashPartitioner(count))
              .mapPartitions(children -> addChildren(children, format, shards))
              .rdd();
    }
    return nodes;
  }

  /**
   * Returns the number of children of an inner node: a power of two, so that children make whole
   * subtrees.
   */
  private int fanIn(int shards) {
    int needed = (int) Math.ceil(Math.pow(shards, 1.0 / depth));
    return Math.max(2, Integer.highestOneBit(2 * needed - 1));
  }

  private static int ceilDiv(int a, int b) {
    return (a + b - 1) / b;
  }

  private static <T> Iterator<byte[]> addChildren(
      Iterator<Tuple2<Integer, byte[]>> children, SumFormat<T> format, int shards) {
    TreeSum<T> tree = new TreeSum<>(shards, format::plus);
    long[] nanosAndBytes = new long[2];
    while (children.hasNext()) {
      byte[] bytes = children.next()._2();
      count(bytes, nanosAndBytes);
      Node<T> node = format.decode(bytes);
      tree.add(node);
    }
    return tree.nodes().stream().map(node -> format.encode(node, nanosAndBytes[0])).iterator();
  }

  private static void forEach(RDD<byte[]> results, Consumer<byte[]> consumer) {
    forEachPartition(results, (partition, nodes) -> nodes.forEach(consumer));
  }

  /** What is done with the results of a partition. */
  private interface PartitionConsumer {
    void accept(int partition, List<byte[]> results);
  }

  /** Runs a job and hands the results of each partition over as they come. */
  private static void forEachPartition(RDD<byte[]> results, PartitionConsumer consumer) {
    Function2<Object, byte[][], BoxedUnit> handler =
        (partition, nodes) -> {
          consumer.accept((int) partition, List.of(nodes));
          return BoxedUnit.UNIT;
        };
    results
        .sparkContext()
        .runJob(results, new ToArray(), handler, ClassTag$.MODULE$.<byte[][]>apply(byte[][].class));
  }

  /**
   * Collects a partition; a class, since Spark reads the byte code of closures in Scala again for
   * each job.
   */
  private static final class ToArray
      extends AbstractFunction2<TaskContext, scala.collection.Iterator<byte[]>, byte[][]>
      implements Serializable {
    private static final long serialVersionUID = 1L;

    @Override
    public byte[][] apply(TaskContext context, scala.collection.Iterator<byte[]> elements) {
      List<byte[]> all = new ArrayList<>();
      elements.foreach(all::add);
      return all.toArray(new byte[0][]);
    }
  }
}
