package io.github.secateur.spark;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeoutException;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * The Spark session of the tests, in local mode; one at a time, shared by all that ask for the same
 * one.
 */
public final class LocalSpark {
  private static SparkSession session;
  private static Map<String, String> settings;

  private LocalSpark() {}

  /** Returns a session with two threads. */
  public static SparkSession session() {
    return session(2);
  }

  /** Returns a session with the given number of threads, new if the last one had another. */
  public static SparkSession session(int threads) {
    return session(threads, Map.of());
  }

  /**
   * Returns a session with the given number of threads and settings, new if the last one had
   * others.
   */
  public static SparkSession session(int threads, Map<String, String> extraSettings) {
    return session("local[" + threads + "]", extraSettings);
  }

  /** Returns a session at a master with the given settings, new if the last one had others. */
  static synchronized SparkSession session(String master, Map<String, String> extraSettings) {
    Map<String, String> wanted = new TreeMap<>(extraSettings);
    wanted.put("spark.master", master);
    if (session == null || !wanted.equals(settings) || session.sparkContext().isStopped()) {
      stop();
      SparkSession.Builder builder =
          SparkSession.builder()
              .appName("secateur-tests")
              .config("spark.ui.enabled", false)
              .config("spark.driver.host", "127.0.0.1")
              .config("spark.driver.bindAddress", "127.0.0.1")
              .config("spark.sql.shuffle.partitions", 4);
      wanted.forEach(builder::config);
      session = builder.getOrCreate();
      settings = wanted;
    }
    return session;
  }

  /** Stops the session, if there is one. */
  static synchronized void stop() {
    if (session != null) {
      session.stop();
      session = null;
    }
  }

  /** Returns when all listeners have been told of all that has happened. */
  public static void awaitListeners() {
    try {
      session.sparkContext().listenerBus().waitUntilEmpty();
    } catch (TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  /** Returns a dataset whose partitions hold the given rows; some may be empty. */
  public static Dataset<Row> partitions(StructType schema, List<List<Row>> partitions) {
    JavaSparkContext context = JavaSparkContext.fromSparkContext(session.sparkContext());
    JavaRDD<Row> rows =
        context
            .parallelize(partitions, partitions.size())
            .flatMap(partition -> List.copyOf(partition).iterator());
    return session.createDataFrame(rows, schema);
  }
}
