package io.github.secateur.spark.internal;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.spark.Partition;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.rdd.RDD;
import org.apache.spark.serializer.SerializerInstance;
import org.apache.spark.storage.BlockManagerId;
import scala.collection.Iterator;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/**
 * An RDD with the rows of another, whose partitions are mere numbers. Spark sends a partition with
 * each task; a partition of a local collection holds all its rows, and one job for each step would
 * send the dataset at each step. Here the partitions of the parent travel once, in a broadcast, and
 * are looked at only when rows have to be computed.
 */
final class NumberedPartitions<T> extends RDD<T> {
  private static final long serialVersionUID = 1L;

  private final Broadcast<byte[][]> parentPartitions;

  private NumberedPartitions(RDD<T> parent, ClassTag<T> tag, Broadcast<byte[][]> partitions) {
    super(parent, tag);
    this.parentPartitions = partitions;
  }

  /** Returns the rows of an RDD; {@link #release} must be called at the end. */
  static <T> NumberedPartitions<T> of(RDD<T> parent) {
    SerializerInstance serializer = serializer();
    Partition[] partitions = parent.partitions();
    byte[][] bytes = new byte[partitions.length][];
    for (int i = 0; i < partitions.length; i++) {
      ByteBuffer buffer =
          serializer.serialize(partitions[i], ClassTag$.MODULE$.apply(Object.class));
      bytes[i] = new byte[buffer.remaining()];
      buffer.get(bytes[i]);
    }
    ClassTag<byte[][]> bytesTag = ClassTag$.MODULE$.apply(byte[][].class);
    return new NumberedPartitions<>(
        parent, parent.elementClassTag(), parent.sparkContext().broadcast(bytes, bytesTag));
  }

  private static SerializerInstance serializer() {
    return SparkEnv.get().closureSerializer().newInstance();
  }

  /** Frees the broadcast. */
  void release() {
    parentPartitions.destroy();
  }

  /** A partition that knows its number only. */
  private record Numbered(int index) implements Partition, Serializable {}

  @Override
  public Partition[] getPartitions() {
    Partition[] partitions = new Partition[firstParent(elementClassTag()).getNumPartitions()];
    for (int i = 0; i < partitions.length; i++) {
      partitions[i] = new Numbered(i);
    }
    return partitions;
  }

  @Override
  public Seq<String> getPreferredLocations(Partition partition) {
    RDD<T> parent = firstParent(elementClassTag());
    Seq<String> wanted = parent.preferredLocations(parent.partitions()[partition.index()]);
    return wanted.isEmpty() ? executorOf(partition.index()) : wanted;
  }

  /**
   * Rows that may be computed anywhere go to executors by their number, neighbours to the same one:
   * it can then add them without sending them. Nothing is said if executors come and go.
   */
  private Seq<String> executorOf(int index) {
    SparkEnv environment = SparkEnv.get();
    List<BlockManagerId> executors =
        new ArrayList<>(
            CollectionConverters.asJava(
                environment
                    .blockManager()
                    .master()
                    .getPeers(environment.blockManager().blockManagerId())));
    if (executors.size() < 2
        || environment.conf().getBoolean("spark.dynamicAllocation.enabled", false)) {
      return CollectionConverters.asScala(List.<String>of()).toSeq();
    }
    executors.sort(Comparator.comparing(BlockManagerId::executorId));
    int partitions = firstParent(elementClassTag()).getNumPartitions();
    BlockManagerId executor = executors.get((int) ((long) index * executors.size() / partitions));
    return CollectionConverters.asScala(
            List.of("executor_" + executor.host() + "_" + executor.executorId()))
        .toSeq();
  }

  @Override
  public Iterator<T> compute(Partition partition, TaskContext context) {
    ByteBuffer bytes = ByteBuffer.wrap(parentPartitions.value()[partition.index()]);
    Partition parentPartition =
        serializer()
            .deserialize(
                bytes,
                Thread.currentThread().getContextClassLoader(),
                ClassTag$.MODULE$.apply(Object.class));
    RDD<T> parent = firstParent(elementClassTag());
    return parent.iterator(parentPartition, context);
  }
}
