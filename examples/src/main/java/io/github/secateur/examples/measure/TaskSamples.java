package io.github.secateur.examples.measure;

import io.github.secateur.plan.print.TextTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordingFile;

/**
 * Samples of what the threads of Spark's tasks were doing, by the JVM's flight recorder. A sample
 * counts for the innermost of our packages on its stack.
 */
final class TaskSamples {
  private static final String OURS = "io.github.secateur.";
  private static final String OTHERS = "Spark, Scala and the JVM";

  private final Map<String, Long> byPackage = new LinkedHashMap<>();

  private TaskSamples() {
    for (String name : List.of("kernel", "engine", "train", "optim", "data", "spark")) {
      byPackage.put(name, 0L);
    }
    byPackage.put(OTHERS, 0L);
  }

  /** Runs some work and samples it. */
  static TaskSamples during(Runnable work) throws IOException {
    Path file = Files.createTempFile("samples", ".jfr");
    try (Recording recording = new Recording()) {
      recording.enable("jdk.ExecutionSample").withPeriod(Duration.ofMillis(10)).withStackTrace();
      recording.start();
      work.run();
      recording.stop();
      recording.dump(file);
      TaskSamples samples = new TaskSamples();
      RecordingFile.readAllEvents(file).forEach(samples::add);
      return samples;
    } finally {
      Files.delete(file);
    }
  }

  private void add(RecordedEvent event) {
    if (!event.getEventType().getName().equals("jdk.ExecutionSample")
        || event.getStackTrace() == null
        || event.getThread("sampledThread") == null) {
      return;
    }
    String thread = String.valueOf(event.getThread("sampledThread").getJavaName());
    if (!thread.startsWith("Executor task launch worker")
        && !thread.startsWith("secateur-worker")) {
      return;
    }
    byPackage.merge(place(event.getStackTrace().getFrames()), 1L, Long::sum);
  }

  private static String place(List<RecordedFrame> innermostFirst) {
    for (RecordedFrame frame : innermostFirst) {
      String type = frame.getMethod().getType().getName();
      if (type.startsWith(OURS)) {
        String rest = type.substring(OURS.length());
        return rest.substring(0, rest.indexOf('.'));
      }
    }
    return OTHERS;
  }

  /** Returns the number of samples of task threads. */
  long all() {
    return byPackage.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Returns the part of each package, as a table. */
  TextTable table() {
    TextTable table = new TextTable(false, true);
    table.add("in", "part");
    byPackage.forEach(
        (name, count) ->
            table.add(name, String.format(Locale.ROOT, "%.1f %%", 100.0 * count / all())));
    return table;
  }
}
