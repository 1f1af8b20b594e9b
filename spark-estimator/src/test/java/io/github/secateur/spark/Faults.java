package io.github.secateur.spark;

import io.github.secateur.train.StepRecord;
import io.github.secateur.train.TrainingListener;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.RDDInfo;

/** What goes wrong on a cluster, made to happen in the middle of a fit. */
final class Faults {
  /** The partition whose tasks are made to fail or to be slow. */
  private static final int PARTITION = 2;

  private Faults() {}

  /** Returns a listener that does something once, before the given step of an epoch. */
  static TrainingListener at(int epoch, int step, Runnable fault) {
    return new TrainingListener() {
      @Override
      public void step(StepRecord record) {
        if (record.step().epoch() == epoch && record.step().index() == step - 1) {
          fault.run();
        }
      }
    };
  }

  /** Throws away all cached blocks, on all executors. */
  static void loseCachedBlocks(SparkContext context) {
    RDDInfo[] cached = context.getRDDStorageInfo();
    if (cached.length == 0) {
      throw new AssertionError("nothing is cached");
    }
    for (RDDInfo rdd : cached) {
      SparkEnv.get().blockManager().master().removeRdd(rdd.id(), true);
    }
  }

  /**
   * Returns rows of which a partition cannot be computed at the first two attempts once the folder
   * has a file "fail", and takes two minutes at the first attempt once it has a file "slow". Each
   * such attempt leaves a file.
   */
  static Dataset<Row> fragile(SparkSession session, List<List<Row>> partitions, Path folder) {
    String path = folder.toString();
    JavaRDD<Row> rows =
        JavaSparkContext.fromSparkContext(session.sparkContext())
            .parallelize(partitions, partitions.size())
            .flatMap(
                partition -> {
                  mayFail(Path.of(path));
                  return List.copyOf(partition).iterator();
                });
    return session.createDataFrame(rows, TestData.SCHEMA);
  }

  private static void mayFail(Path folder) throws InterruptedException {
    TaskContext task = TaskContext.get();
    if (task.partitionId() != PARTITION) {
      return;
    }
    if (Files.exists(folder.resolve("fail")) && task.attemptNumber() < 2) {
      mark(folder, "failed-" + task.attemptNumber());
      throw new IllegalStateException("a task that fails twice");
    }
    if (Files.exists(folder.resolve("slow"))) {
      mark(folder, "slow-" + task.attemptNumber());
      if (task.attemptNumber() == 0) {
        Thread.sleep(120_000); // Spark interrupts it when the second copy has ended
        mark(folder, "slow-end");
      }
    }
  }

  static void mark(Path folder, String name) {
    try {
      Files.createFile(folder.resolve(name));
    } catch (FileAlreadyExistsException e) {
      // another task was here
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
