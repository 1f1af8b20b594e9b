package io.github.secateur.examples;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.spark.launcher.JavaModuleOptions;

/**
 * Runs a main class in a new JVM with the options that spark-submit would pass, for a machine
 * without a Spark distribution: {@code java -cp … LocalJvm io.github.secateur.examples.TrainImages
 * --epochs 3}. The new JVM has this one's class path, input and output, and ends with the same exit
 * code.
 */
public final class LocalJvm {
  // the JVM says so at every start, and has no option to be silent
  private static final String INCUBATOR_NOTICE = "WARNING: Using incubator modules: ";

  private LocalJvm() {}

  /** Runs the main class named by the first argument with the other arguments. */
  public static void main(String[] args) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command(List.of(args)));
    Map<String, String> environment = builder.environment();
    environment.put("CLASSPATH", System.getProperty("java.class.path"));
    environment.putIfAbsent("SPARK_LOCAL_IP", "127.0.0.1");
    Process jvm =
        builder
            .redirectInput(ProcessBuilder.Redirect.INHERIT)
            .redirectOutput(ProcessBuilder.Redirect.INHERIT)
            .start();
    Runtime.getRuntime().addShutdownHook(new Thread(jvm::destroy));
    Thread errors = new Thread(() -> passOn(jvm, System.err), "standard error");
    errors.start();
    int exitCode = jvm.waitFor();
    errors.join();
    System.exit(exitCode);
  }

  private static List<String> command(List<String> mainAndArguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(JavaModuleOptions.defaultModuleOptionArray()));
    command.addAll(
        List.of("-Dfile.encoding=UTF-8", "-Djava.awt.headless=true", "-Dspark.ui.enabled=false"));
    command.addAll(mainAndArguments);
    return command;
  }

  private static void passOn(Process jvm, PrintStream errors) {
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(jvm.getErrorStream(), Charset.defaultCharset()))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!line.startsWith(INCUBATOR_NOTICE)) {
          errors.println(line);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
