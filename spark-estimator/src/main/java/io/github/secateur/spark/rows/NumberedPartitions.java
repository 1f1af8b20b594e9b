package io.github.secateur.spark.rows;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.spark.Dependency;
import org.apache.spark.Partition;
import org.apache.spark.SparkContext;
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
 * An RDD with the rows of another, whose partitions are mere numbers, and which is sent without the
 * other. Spark sends an RDD with all that it is made from with each job, and a partition with each
 * task; a partition of a local collection holds all its rows, and one job for each step would send
 * the dataset at each step. Here the parent and its partitions travel once, in broadcasts, and are
 * looked at only when rows have to be computed.
 */
final class NumberedPartitions<T> extends RDD<T> {
  private static final long serialVersionUID = 1L;

  private final transient AsSent<T> asSent;

  private NumberedPartitions(RDD<T> parent, ClassTag<T> tag) {
    super(parent, tag);
    this.asSent = AsSent.of(parent, tag);
  }

  /** Returns the rows of an RDD; {@link #release} must be called at the end. */
  static <T> NumberedPartitions<T> of(RDD<T> parent) {
    return new NumberedPartitions<>(parent, parent.elementClassTag());
  }

  /** Frees the broadcasts. */
  void release() {
    asSent.parent.destroy();
    asSent.parentPartitions.destroy();
  }

  private Object writeReplace() {
    return asSent;
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
    return asSent.compute(partition, context);
  }

  /** The same rows where tasks run: an RDD with no parent, as Spark sees it. */
  private static final class AsSent<T> extends RDD<T> {
    private static final long serialVersionUID = 1L;

    private static final ClassTag<Object> ANY = ClassTag$.MODULE$.apply(Object.class);

    private final Broadcast<byte[]> parent;
    private final Broadcast<byte[][]> parentPartitions;

    private AsSent(
        SparkContext context,
        ClassTag<T> tag,
        Broadcast<byte[]> parent,
        Broadcast<byte[][]> parentPartitions) {
      super(context, CollectionConverters.asScala(List.<Dependency<?>>of()).toSeq(), tag);
      this.parent = parent;
      this.parentPartitions = parentPartitions;
    }

    static <T> AsSent<T> of(RDD<T> parent, ClassTag<T> tag) {
      byte[][] partitions =
          Arrays.stream(parent.partitions()).map(AsSent::serialize).toArray(byte[][]::new);
      findDependencies(parent);
      SparkContext context = parent.sparkContext();
      return new AsSent<>(
          context,
          tag,
          context.broadcast(serialize(parent), ClassTag$.MODULE$.apply(byte[].class)),
          context.broadcast(partitions, ClassTag$.MODULE$.apply(byte[][].class)));
    }

    /**
     * RDDs find out what they are made from when they are asked first, and some cannot any more
     * where they were sent.
     */
    private static void findDependencies(RDD<?> rdd) {
      Set<Integer> seen = new HashSet<>();
      Deque<RDD<?>> open = new ArrayDeque<>(List.of(rdd));
      while (!open.isEmpty()) {
        for (Dependency<?> dependency : CollectionConverters.asJava(open.pop().dependencies())) {
          if (seen.add(dependency.rdd().id())) {
            open.push(dependency.rdd());
          }
        }
      }
    }

    @Override
    public Partition[] getPartitions() {
      throw new UnsupportedOperationException(); // tasks do not ask
    }

    @Override
    public Iterator<T> compute(Partition partition, TaskContext context) {
      RDD<T> rows = deserialize(parent.value());
      return rows.iterator(deserialize(parentPartitions.value()[partition.index()]), context);
    }

    private static byte[] serialize(Object object) {
      ByteBuffer buffer = serializer().serialize(object, ANY);
      byte[] bytes = new byte[buffer.remaining()];
      buffer.get(bytes);
      return bytes;
    }

    private static <U> U deserialize(byte[] bytes) {
      return serializer()
          .deserialize(
              ByteBuffer.wrap(bytes),
              Thread.currentThread().getContextClassLoader(),
              AsSent.<U>any());
    }

    @SuppressWarnings("unchecked") // serializers do not look at it
    private static <U> ClassTag<U> any() {
      return (ClassTag<U>) ANY;
    }

    private static SerializerInstance serializer() {
      return SparkEnv.get().closureSerializer().newInstance();
    }
  }
}
