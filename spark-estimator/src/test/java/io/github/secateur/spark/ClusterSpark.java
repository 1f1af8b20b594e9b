package io.github.secateur.spark;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.SparkSession;

/**
 * Spark sessions whose executors are JVMs of their own, for tests with the tag "cluster". Maven
 * gives them a Spark home, which is made here. Executors get this JVM's class path.
 */
final class ClusterSpark {
  private static final String EXECUTOR = "CoarseGrainedExecutorBackend";

  private ClusterSpark() {}

  /** Returns a session with executors of 1 GB. */
  static SparkSession session(int executors, int cores, Map<String, String> extraSettings) {
    String master = String.format(Locale.ROOT, "local-cluster[%d,%d,2048]", executors, cores);
    return LocalSpark.session(master, settings(extraSettings));
  }

  /** Adds what executors of these tests need. */
  static Map<String, String> settings(Map<String, String> extraSettings) {
    Map<String, String> settings = new TreeMap<>();
    settings.put("spark.executor.extraClassPath", makeSparkHome());
    settings.put("spark.scheduler.minRegisteredResourcesRatio", "1.0");
    settings.put("spark.executor.memory", "1g");
    // or a cluster gives an application up after some executors have been killed
    settings.put("spark.deploy.maxExecutorRetries", "-1");
    settings.putAll(extraSettings);
    return settings;
  }

  /** Links this JVM's jars into the Spark home, and returns its class folders. */
  private static String makeSparkHome() {
    Path jars = Path.of(System.getenv("SPARK_HOME"), "jars");
    List<String> folders = new ArrayList<>();
    try {
      Files.createDirectories(jars);
      for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
        Path path = Path.of(entry);
        if (Files.isDirectory(path)) {
          folders.add(entry);
        } else {
          Path link = jars.resolve(path.getFileName());
          Files.deleteIfExists(link);
          Files.createSymbolicLink(link, path);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return String.join(File.pathSeparator, folders);
  }

  /** Returns the running executors that descend from this JVM. */
  static List<ProcessHandle> executors() {
    return ProcessHandle.current()
        .descendants()
        .filter(process -> process.info().commandLine().orElse("").contains(EXECUTOR))
        .filter(ProcessHandle::isAlive)
        .toList();
  }
}
