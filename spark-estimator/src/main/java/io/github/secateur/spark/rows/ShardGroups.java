package io.github.secateur.spark.rows;

import java.io.Serializable;
import java.util.List;
import org.apache.spark.Partition;
import org.apache.spark.rdd.PartitionCoalescer;
import org.apache.spark.rdd.PartitionGroup;
import org.apache.spark.rdd.RDD;
import scala.Option;

/** Puts the partitions of an RDD together as it is told. */
final class ShardGroups implements PartitionCoalescer, Serializable {
  private static final long serialVersionUID = 1L;

  /**
   * The shards of a task.
   *
   * @param shards ascending
   * @param location the executor that caches them, as Spark spells it; null for any
   */
  record Group(List<Integer> shards, String location) implements Serializable {}

  // only the driver asks: partitions know their parents
  private final transient List<Group> groups;

  ShardGroups(List<Group> groups) {
    this.groups = groups;
  }

  @Override
  public PartitionGroup[] coalesce(int maxPartitions, RDD<?> parent) {
    Partition[] partitions = parent.partitions();
    return groups.stream()
        .map(
            group -> {
              PartitionGroup together = new PartitionGroup(Option.apply(group.location));
              for (int shard : group.shards) {
                together.partitions().addOne(partitions[shard]);
              }
              return together;
            })
        .toArray(PartitionGroup[]::new);
  }
}
