package io.github.secateur.spark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.spark.launcher.JavaModuleOptions;

/**
 * A standalone cluster on this machine: a master and workers, each a process of its own, reachable
 * on loopback addresses alone. {@link #close} ends them with all that they started.
 */
final class StandaloneCluster implements AutoCloseable {
  private static final long START_NANOS = 60_000_000_000L;
  private static final String HOST = "127.0.0.1";

  private final int port = freePort();
  private final int webPort = freePort();
  private final Path folder;
  private final List<Process> processes = new ArrayList<>();

  /**
   * Starts a cluster and waits for it.
   *
   * @param workers the number of workers
   * @param cores the cores of each
   * @param folder where they log and work
   */
  StandaloneCluster(int workers, int cores, Path folder) {
    this.folder = folder;
    try {
      start("master.Master", HOST, "--port", "" + port, "--webui-port", "" + webPort);
      for (int i = 0; i < workers; i++) {
        String work = folder.resolve("work-" + i).toString();
        // Spark starts no second copy of a task on the same host
        String host = "127.0.0." + (1 + i);
        start(
            "worker.Worker",
            host,
            "--cores",
            "" + cores,
            "--memory",
            "1g",
            "--work-dir",
            work,
            master());
      }
      awaitWorkers(workers);
    } catch (Throwable e) {
      close();
      throw e;
    }
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(HOST))) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the URL of the master. */
  String master() {
    return "spark://" + HOST + ":" + port;
  }

  private void start(String main, String host, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(JavaModuleOptions.defaultModuleOptionArray()));
    command.addAll(List.of("-Xmx256m", "org.apache.spark.deploy." + main, "--host", host));
    command.addAll(Arrays.asList(arguments));
    Path log = folder.resolve("process-" + processes.size() + ".log");
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
    builder.environment().remove("SPARK_LOCAL_IP");
    try {
      processes.add(builder.redirectErrorStream(true).redirectOutput(log.toFile()).start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void awaitWorkers(int workers) {
    long until = System.nanoTime() + START_NANOS;
    while (aliveWorkers() < workers) {
      if (System.nanoTime() > until) {
        throw new IllegalStateException("no cluster after a minute: " + log());
      }
      Pause.millis(200);
    }
  }

  private int aliveWorkers() {
    URI state = URI.create(String.format(Locale.ROOT, "http://%s:%d/json/", HOST, webPort));
    try {
      String json =
          HttpClient.newHttpClient()
              .send(HttpRequest.newBuilder(state).build(), HttpResponse.BodyHandlers.ofString())
              .body();
      return json.split("\"state\"\\s*:\\s*\"ALIVE\"").length - 1;
    } catch (IOException e) {
      return 0; // not yet
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private String log() {
    StringBuilder log = new StringBuilder();
    for (int i = 0; i < processes.size(); i++) {
      try {
        log.append(Files.readString(folder.resolve("process-" + i + ".log")));
      } catch (IOException e) {
        log.append(e);
      }
    }
    return log.toString();
  }

  /** Kills a worker; its executor follows. */
  void killWorker(int index) {
    processes.get(index + 1).destroyForcibly();
  }

  @Override
  public void close() {
    for (Process process : processes) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }
}
