package io.github.secateur.spark.files;

import java.nio.file.Path;

/**
 * Where Spark wants files of a model. Spark 4.1's Connect server moves models out of its memory, to
 * its own disk, through the same writers and readers that save them for users; a path is then one
 * of the local disk, whatever the default file system is.
 */
public final class SavingPlace {
  private static final ThreadLocal<?> LOCAL = localMode();

  private SavingPlace() {}

  /** Returns the path with the scheme of the local disk if Spark wants it there, else unchanged. */
  public static String of(String path) {
    return isLocal() ? Path.of(path).toUri().toString() : path;
  }

  /** Returns whether a Connect server is moving a model to or from its disk in this thread. */
  public static boolean isLocal() {
    return LOCAL != null && Boolean.TRUE.equals(LOCAL.get());
  }

  /** Returns Spark's own note for the current thread, or null before Spark 4.1. */
  private static ThreadLocal<?> localMode() {
    try {
      Class<?> utilities = Class.forName("org.apache.spark.ml.util.ReadWriteUtils$");
      Object module = utilities.getField("MODULE$").get(null);
      return (ThreadLocal<?>) utilities.getMethod("localSavingModeState").invoke(module);
    } catch (ReflectiveOperationException e) {
      return null; // Spark 4.0
    }
  }
}
