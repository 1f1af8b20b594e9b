package io.github.secateur.notebooks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.spark.launcher.JavaModuleOptions;

/**
 * A Zeppelin server in a process of its own, reached by its REST interface on loopback. Its
 * interpreters run in further processes, on the class path of this JVM.
 */
final class ZeppelinServer implements AutoCloseable {
  /** Written by the module zeppelin-server. */
  private static final Path CLASS_PATH = Path.of("zeppelin-server", "target", "classpath.txt");

  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient client = HttpClient.newHttpClient();
  private final Path home;
  private final String address;
  private final Process process;

  /**
   * Starts a server, and waits until it answers.
   *
   * @param home an empty folder
   * @throws IllegalStateException if it ends or does not answer in time; its output is in
   *     server.log
   */
  ZeppelinServer(Path home, Duration limit) throws IOException, InterruptedException {
    this.home = home.toAbsolutePath();
    int port = freePort();
    address = "http://127.0.0.1:" + port + "/api/";
    writeHome(port);
    process = start();
    long end = System.nanoTime() + limit.toNanos();
    while (!answers()) {
      if (!process.isAlive() || System.nanoTime() > end) {
        close();
        throw new IllegalStateException(
            "Zeppelin does not answer:\n" + Files.readString(this.home.resolve("server.log")));
      }
      Thread.sleep(200);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  // ---- the folder of an installation
  // ------------------------------------------------------------------------------------------

  private void writeHome(int port) throws IOException {
    for (String folder : List.of("notebook", "web", "interpreter/spark/scala-2.12", "local-repo")) {
      Files.createDirectories(home.resolve(folder));
    }
    write("web/index.html", "<html></html>");
    write("conf/zeppelin-site.xml", site(port));
    write(
        "conf/log4j.properties",
        """
        log4j.rootLogger=WARN, out
        log4j.appender.out=org.apache.log4j.ConsoleAppender
        log4j.appender.out.layout=org.apache.log4j.PatternLayout
        log4j.appender.out.layout.ConversionPattern=%d{HH:mm:ss} %p %c{1}: %m%n
        """);
    write(
        "interpreter/spark/interpreter-setting.json",
        setting("spark", "org.apache.zeppelin.spark.SparkInterpreter", ""));
    write(
        "interpreter/md/interpreter-setting.json",
        setting(
            "md",
            "org.apache.zeppelin.markdown.Markdown",
            "\"markdown.parser.type\": {\"defaultValue\": \"flexmark\", \"type\": \"string\"}"));
    write(
        "interpreter.args",
        String.join("\n", JavaModuleOptions.defaultModuleOptionArray())
            + "\n"
            + "-Xmx1500m\n"
            + "-Dfile.encoding=UTF-8\n"
            + "-Djava.awt.headless=true\n"
            + "-Dspark.ui.enabled=false\n"
            + "-Dspark.driver.host=127.0.0.1\n"
            + "-Dspark.driver.bindAddress=127.0.0.1\n"
            + "-Dspark.sql.shuffle.partitions=4\n"
            + "-cp\n"
            + "\""
            + System.getProperty("java.class.path").replace("\\", "\\\\")
            + "\"\n");
    // what the script of this name in a distribution does, with a class path of our own
    script(
        "bin/interpreter.sh",
        String.format(
            Locale.ROOT,
            """
            while getopts "d:c:p:r:i:l:g:u:" option; do
              case $option in
                c) host=$OPTARG ;;
                p) port=$OPTARG ;;
                r) range=$OPTARG ;;
                i) group=$OPTARG ;;
              esac
            done
            exec "%s" @"%s" org.apache.zeppelin.interpreter.remote.RemoteInterpreterServer \\
              "$host" "$port" "$group" "$range" >> "%s" 2>&1
            """,
            java(),
            home.resolve("interpreter.args"),
            home.resolve("interpreter.log")));
  }

  private String site(int port) {
    Map<String, Object> properties =
        Map.ofEntries(
            Map.entry("zeppelin.server.addr", "127.0.0.1"),
            Map.entry("zeppelin.server.port", port),
            Map.entry("zeppelin.war", home.resolve("web")),
            Map.entry("zeppelin.notebook.dir", home.resolve("notebook")),
            Map.entry(
                "zeppelin.notebook.storage", "org.apache.zeppelin.notebook.repo.VFSNotebookRepo"),
            Map.entry("zeppelin.search.enable", false),
            Map.entry("zeppelin.helium.registry", "helium"), // none of the network
            Map.entry("zeppelin.interpreter.dir", home.resolve("interpreter")),
            Map.entry("zeppelin.interpreter.localRepo", home.resolve("local-repo")),
            Map.entry("zeppelin.interpreter.remoterunner", home.resolve("bin/interpreter.sh")),
            Map.entry("zeppelin.interpreter.connect.timeout", 300_000));
    StringBuilder xml = new StringBuilder("<?xml version=\"1.0\"?>\n<configuration>\n");
    properties.forEach(
        (name, value) ->
            xml.append(
                String.format(
                    Locale.ROOT,
                    "<property><name>%s</name><value>%s</value></property>\n",
                    name,
                    value)));
    return xml.append("</configuration>\n").toString();
  }

  private static String setting(String name, String className, String properties) {
    return String.format(
        Locale.ROOT,
        """
        [{"group": "%s", "name": "%s", "className": "%s", "defaultInterpreter": true,
          "properties": {%s}, "editor": {"language": "text"}}]
        """,
        name,
        name,
        className,
        properties);
  }

  private void script(String name, String text) throws IOException {
    write(name, "#!/usr/bin/env bash\n" + text);
    if (!home.resolve(name).toFile().setExecutable(true)) {
      throw new IOException(name + " cannot be made executable");
    }
  }

  private void write(String name, String text) throws IOException {
    Files.createDirectories(home.resolve(name).getParent());
    Files.writeString(home.resolve(name), text);
  }

  private static Path java() {
    return Path.of(System.getProperty("java.home"), "bin", "java");
  }

  private Process start() throws IOException {
    List<String> command = new ArrayList<>(List.of(java().toString()));
    for (String opened :
        List.of("lang", "lang.reflect", "io", "net", "util", "util.concurrent", "nio.file")) {
      command.add("--add-opens=java.base/java." + opened + "=ALL-UNNAMED");
    }
    command.addAll(
        List.of(
            "-Xmx512m",
            "-Dfile.encoding=UTF-8",
            "-cp",
            home.resolve("conf") + ":" + Files.readString(CLASS_PATH).strip(),
            "org.apache.zeppelin.server.ZeppelinServer"));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(home.toFile())
            .redirectErrorStream(true)
            .redirectOutput(home.resolve("server.log").toFile());
    Map<String, String> environment = builder.environment();
    environment.put("ZEPPELIN_HOME", home.toString());
    environment.put("ZEPPELIN_CONF_DIR", home.resolve("conf").toString());
    environment.put("ZEPPELIN_LOCAL_IP", "127.0.0.1"); // or it listens on the first interface
    environment.put("ZEPPELIN_IDENT_STRING", "test"); // or it ends when standard input does
    return builder.start();
  }

  // ---- REST
  // ----------------------------------------------------------------------------------------------------

  private boolean answers() throws InterruptedException {
    try {
      return call("GET", "version", "", Duration.ofSeconds(5)).path("status").asText().equals("OK");
    } catch (IOException e) {
      return false; // not yet
    }
  }

  /** Changes the setting of an interpreter. */
  void putInterpreter(String name, ImportedSettings settings)
      throws IOException, InterruptedException {
    call("PUT", "interpreter/setting/" + name, settings.json().toString(), Duration.ofMinutes(1));
  }

  /** Imports a note, and returns its id. */
  String importNote(Note note) throws IOException, InterruptedException {
    return call("POST", "notebook/import", note.json().toString(), Duration.ofMinutes(1))
        .path("body")
        .asText();
  }

  /** Runs the paragraphs of an imported note, one after the other. */
  List<Output> run(String id, Note note, Duration limitForEach)
      throws IOException, InterruptedException {
    JsonNode imported = call("GET", "notebook/" + id, "", Duration.ofMinutes(1)).path("body");
    List<Output> outputs = new ArrayList<>();
    for (Note.Paragraph paragraph : note.paragraphs()) {
      String paragraphId =
          imported.path("paragraphs").path(outputs.size()).path("id").asText(); // a new one
      JsonNode result =
          call("POST", "notebook/run/" + id + "/" + paragraphId, "", limitForEach).path("body");
      List<Output.Part> parts = new ArrayList<>();
      for (JsonNode message : result.path("msg")) {
        if (!message.path("data").asText().isBlank()) {
          parts.add(new Output.Part(message.path("type").asText(), message.path("data").asText()));
        }
      }
      outputs.add(new Output(paragraph, result.path("code").asText(), parts));
    }
    return outputs;
  }

  /** Returns the states of all paragraphs of a note. */
  List<String> states(String id) throws IOException, InterruptedException {
    List<String> states = new ArrayList<>();
    JsonNode job = call("GET", "notebook/job/" + id, "", Duration.ofMinutes(1)).path("body");
    JsonNode paragraphs = job.isArray() ? job : job.path("paragraphs");
    paragraphs.forEach(paragraph -> states.add(paragraph.path("status").asText()));
    return states;
  }

  private JsonNode call(String method, String path, String body, Duration limit)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(address + path))
            .timeout(limit)
            .header("Content-Type", "application/json")
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build();
    HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
    if (response.statusCode() >= 300) {
      throw new IOException(method + " " + path + ": " + response.body());
    }
    return JSON.readTree(response.body());
  }

  /** Ends the server and its interpreters. */
  @Override
  public void close() {
    List<ProcessHandle> interpreters = process.descendants().toList();
    process.destroy();
    interpreters.forEach(ProcessHandle::destroy);
    try {
      process.waitFor(20, TimeUnit.SECONDS);
      for (ProcessHandle interpreter : interpreters) {
        interpreter.onExit().completeOnTimeout(null, 20, TimeUnit.SECONDS).join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    process.destroyForcibly();
    interpreters.forEach(ProcessHandle::destroyForcibly);
  }
}
