package io.github.secateur.kernel.choice;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ResourceBundle;
import org.junit.jupiter.api.Test;

class KernelProviderTest {

  /** Keeps what is logged. */
  private static final class RecordingLogger implements System.Logger {
    final List<String> messages = new ArrayList<>();

    @Override
    public String getName() {
      return "test";
    }

    @Override
    public boolean isLoggable(Level level) {
      return true;
    }

    @Override
    public void log(Level level, ResourceBundle bundle, String message, Throwable thrown) {
      messages.add(level + " " + message);
    }

    @Override
    public void log(Level level, ResourceBundle bundle, String format, Object... parameters) {
      messages.add(level + " " + format);
    }
  }

  private final RecordingLogger log = new RecordingLogger();

  @Test
  void vectorKernelsAreChosenIfTheModuleIsThere() {
    assertEquals(KernelChoice.VECTOR, KernelProvider.choose(null, true, log));
    assertTrue(log.messages.isEmpty());
  }

  @Test
  void withoutTheModuleScalarKernelsAreChosenAndTheFlagIsNamed() {
    assertEquals(KernelChoice.SCALAR, KernelProvider.choose(null, false, log));
    assertEquals(1, log.messages.size());
    assertTrue(log.messages.get(0).startsWith("INFO"), log.messages.get(0));
    assertTrue(
        log.messages.get(0).contains("--add-modules jdk.incubator.vector"), log.messages.get(0));
  }

  @Test
  void thePropertyOverrules() {
    assertEquals(KernelChoice.SCALAR, KernelProvider.choose("scalar", true, log));
    assertEquals(KernelChoice.VECTOR, KernelProvider.choose("Vector", true, log));
    assertTrue(log.messages.isEmpty());
    assertEquals(
        "system property secateur.kernels must be scalar or vector, found \"gpu\"",
        assertThrows(IllegalArgumentException.class, () -> KernelProvider.choose("gpu", true, log))
            .getMessage());
    assertEquals(
        "system property secateur.kernels asks for vector kernels, but the module is missing; add"
            + " --add-modules jdk.incubator.vector",
        assertThrows(IllegalStateException.class, () -> KernelProvider.choose("vector", false, log))
            .getMessage());
  }

  @Test
  void thisJvmHasTheModuleAndItsKernelsSayTheirVectorLength() {
    assertTrue(KernelProvider.vectorModulePresent());
    assertEquals("scalar", KernelProvider.create(KernelChoice.SCALAR).name());
    assertTrue(KernelProvider.create(KernelChoice.VECTOR).name().startsWith("vector ("));
  }

  @Test
  void vectorKernelsWithoutTheirCompilerAreWarnedOf() {
    KernelProvider.warnIfSlow(KernelChoice.VECTOR, null, log);
    KernelProvider.warnIfSlow(KernelChoice.SCALAR, "this JVM only interprets", log);
    assertTrue(log.messages.isEmpty());
    KernelProvider.warnIfSlow(KernelChoice.VECTOR, "this JVM only interprets", log);
    assertEquals(
        List.of(
            "WARNING vector kernels are many times slower without the JIT compiler C2 (this JVM"
                + " only interprets); let the JVM use it, or set the system property"
                + " secateur.kernels to scalar"),
        log.messages);
  }

  @Test
  void onlyTheLastTierOfTheCompilersKeepsVectorsInRegisters() {
    assertNull(Compilation.withoutVectors("mixed mode, sharing", List.of("-Xmx3g")));
    assertNull(Compilation.withoutVectors("mixed mode", List.of("-XX:TieredStopAtLevel=4")));
    assertEquals(
        "-XX:TieredStopAtLevel=3",
        Compilation.withoutVectors(
            "mixed mode", List.of("-XX:TieredStopAtLevel=4", "-XX:TieredStopAtLevel=3")));
    assertEquals(
        "this JVM runs as a client",
        Compilation.withoutVectors("mixed mode, emulated-client, sharing", List.of()));
    assertEquals(
        "this JVM only interprets", Compilation.withoutVectors("interpreted mode", List.of()));
  }

  @Test
  void aJvmWithoutTheFlagRunsScalarKernelsAndSaysSoOnce() throws IOException, InterruptedException {
    String output = printKernels();
    assertTrue(output.contains("kernels: scalar scalar"), output);
    assertEquals(2, output.split("--add-modules jdk.incubator.vector", -1).length, output);
  }

  @Test
  void aJvmThatStopsBeforeTheLastTierSaysSoOnce() throws IOException, InterruptedException {
    String output =
        printKernels(
            "--add-modules", "jdk.incubator.vector",
            "-XX:TieredStopAtLevel=1", "-Dsecateur.vectorBits=128");
    assertTrue(output.contains("kernels: vector (128 bit) vector (128 bit)"), output);
    assertEquals(2, output.split("without the JIT compiler C2", -1).length, output);
  }

  private static String printKernels(String... options) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(options));
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), PrintKernels.class.getName()));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), output);
    return output;
  }

  /** What the other JVM runs. */
  static final class PrintKernels {
    public static void main(String[] arguments) {
      System.out.println(
          "kernels: " + KernelProvider.create().name() + " " + KernelProvider.create().name());
    }
  }
}
