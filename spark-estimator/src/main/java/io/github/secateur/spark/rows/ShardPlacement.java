package io.github.secateur.spark.rows;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.resource.ResourceProfile;
import org.apache.spark.resource.ResourceProfileBuilder;
import org.apache.spark.resource.TaskResourceRequests;
import org.apache.spark.storage.BlockId;
import org.apache.spark.storage.BlockManagerId;
import org.apache.spark.storage.RDDBlockId;
import org.apache.spark.storage.RDDInfo;
import scala.Option;
import scala.collection.Seq;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Decides which task of a round takes which shards. Shards that one executor caches go together, so
 * that neighbours are added where they are and fewer tasks start: one task for each of its cores,
 * or, where each executor has a known number of cores and nobody else uses them, one task with as
 * many threads. The bits of a sum do not depend on it.
 */
public final class ShardPlacement {
  /** Set to false to never ask for all cores of an executor at once. */
  static final String SETTING = "spark.secateur.taskPerExecutor";

  /** Set to false for one task for each shard, to compare. */
  static final String GROUP_SETTING = "spark.secateur.groupShards";

  private final JavaSparkContext context;
  private final TrainingCache cache;
  private final int taskCpus;
  private final Map<String, Integer> coresByExecutor = new TreeMap<>();
  private ResourceProfile wholeExecutor;

  public ShardPlacement(JavaSparkContext context, TrainingCache cache) {
    this.context = context;
    this.cache = cache;
    this.taskCpus = context.getConf().getInt("spark.task.cpus", 1);
  }

  /**
   * The tasks of a round.
   *
   * @param groups their shards and where these are cached; empty for one task for each shard
   * @param threads the threads of each task
   * @param profile what a task asks of an executor, or null
   * @param spilled whether shards are on disk, so that a task must not hold all of its own at once
   */
  public record Tasks(
      List<ShardGroups.Group> groups, int threads, ResourceProfile profile, boolean spilled) {
    boolean areGrouped() {
      return !groups.isEmpty();
    }
  }

  /** Looks where the shards are now. */
  public Tasks tasks() {
    if (context.isLocal()
        || cache.shards() == 1
        || !context.getConf().getBoolean(GROUP_SETTING, true)) {
      return oneForEachShard();
    }
    Map<BlockManagerId, List<Integer>> shardsByExecutor = new TreeMap<>(ShardPlacement::compare);
    List<ShardGroups.Group> groups = new ArrayList<>();
    locate(shardsByExecutor, groups);
    learnCores(shardsByExecutor);
    boolean whole = mayTakeWholeExecutors(shardsByExecutor);
    shardsByExecutor.forEach(
        (executor, shards) -> {
          int tasks = whole ? 1 : Math.max(1, cores(executor) / taskCpus);
          groups.addAll(
              split(shards, tasks, "executor_" + executor.host() + "_" + executor.executorId()));
        });
    if (groups.size() == cache.shards()) {
      return oneForEachShard();
    }
    int threads = whole ? wholeCores() : taskCpus;
    return new Tasks(groups, threads, whole ? wholeExecutor() : null, isSpilled());
  }

  private Tasks oneForEachShard() {
    return new Tasks(List.of(), taskCpus, null, false);
  }

  private static int compare(BlockManagerId a, BlockManagerId b) {
    return a.executorId().compareTo(b.executorId());
  }

  /** Shards that nobody caches any more get a task each: they have to be made again. */
  private void locate(
      Map<BlockManagerId, List<Integer>> shardsByExecutor, List<ShardGroups.Group> groups) {
    BlockId[] blocks = new BlockId[cache.shards()];
    for (int shard = 0; shard < blocks.length; shard++) {
      blocks[shard] = new RDDBlockId(cache.id(), shard);
    }
    Seq<? extends Seq<BlockManagerId>> found =
        SparkEnv.get().blockManager().master().getLocations(blocks);
    for (int shard = 0; shard < blocks.length; shard++) {
      BlockManagerId first =
          CollectionConverters.asJava(found.apply(shard)).stream()
              .filter(holder -> !holder.isDriver())
              .min(ShardPlacement::compare)
              .orElse(null);
      if (first == null) {
        groups.add(new ShardGroups.Group(List.of(shard), null));
      } else {
        shardsByExecutor.computeIfAbsent(first, executor -> new ArrayList<>()).add(shard);
      }
    }
  }

  private void learnCores(Map<BlockManagerId, List<Integer>> shardsByExecutor) {
    if (shardsByExecutor.keySet().stream()
        .allMatch(executor -> coresByExecutor.containsKey(executor.executorId()))) {
      return;
    }
    CollectionConverters.asJava(context.sc().statusStore().executorList(true))
        .forEach(executor -> coresByExecutor.put(executor.id(), executor.totalCores()));
  }

  private int cores(BlockManagerId executor) {
    return coresByExecutor.getOrDefault(executor.executorId(), 1);
  }

  private int wholeCores() {
    return context.getConf().getInt("spark.executor.cores", 1);
  }

  /**
   * A task that needs all cores of an executor could wait for ever for one that has fewer, or whose
   * cores are never all free: each must have the number of cores that is configured, and nobody
   * else may be running jobs now.
   */
  private boolean mayTakeWholeExecutors(Map<BlockManagerId, List<Integer>> shardsByExecutor) {
    SparkConf conf = context.getConf();
    String master = conf.get("spark.master", "");
    return conf.getBoolean(SETTING, true)
        && conf.contains("spark.executor.cores")
        && wholeCores() > taskCpus
        && !conf.getBoolean("spark.dynamicAllocation.enabled", false)
        && (master.startsWith("spark://")
            || master.startsWith("yarn")
            || master.startsWith("k8s://")
            || master.startsWith("local-cluster["))
        && shardsByExecutor.values().stream().anyMatch(shards -> shards.size() > 1)
        && shardsByExecutor.keySet().stream().allMatch(executor -> cores(executor) == wholeCores())
        && context.statusTracker().getActiveJobIds().length == 0;
  }

  private ResourceProfile wholeExecutor() {
    if (wholeExecutor == null) {
      ResourceProfile wanted =
          new ResourceProfileBuilder()
              .require(new TaskResourceRequests().cpus(wholeCores()))
              .build();
      Option<ResourceProfile> known =
          context.sc().resourceProfileManager().getEquivalentProfile(wanted);
      wholeExecutor = known.isDefined() ? known.get() : wanted;
    }
    return wholeExecutor;
  }

  private boolean isSpilled() {
    for (RDDInfo cached : context.sc().getRDDStorageInfo()) {
      if (cached.id() == cache.id()) {
        return cached.diskSize() > 0;
      }
    }
    return false;
  }

  /** Cuts the shards of an executor into runs with about as many rows each. */
  private List<ShardGroups.Group> split(List<Integer> shards, int tasks, String location) {
    long all = shards.stream().mapToLong(cache::rowsOf).sum() + shards.size();
    List<List<Integer>> runs = new ArrayList<>();
    for (int i = 0; i < tasks; i++) {
      runs.add(new ArrayList<>());
    }
    long before = 0;
    for (int shard : shards) {
      long size = cache.rowsOf(shard) + 1;
      int run = (int) Math.min(tasks - 1, (2 * before + size) * tasks / (2 * all));
      runs.get(run).add(shard);
      before += size;
    }
    return runs.stream()
        .filter(run -> !run.isEmpty())
        .map(run -> new ShardGroups.Group(run, location))
        .toList();
  }
}
