package io.github.secateur.kernel.choice;

import static org.junit.jupiter.api.Assertions.assertEquals;
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
  void aJvmWithoutTheFlagRunsScalarKernelsAndSaysSoOnce() throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                PrintKernels.class.getName())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), output);
    assertTrue(output.contains("kernels: scalar scalar"), output);
    assertEquals(2, output.split("--add-modules jdk.incubator.vector", -1).length, output);
  }

  /** What the other JVM runs. */
  static final class PrintKernels {
    public static void main(String[] arguments) {
      System.out.println(
          "kernels: " + KernelProvider.create().name() + " " + KernelProvider.create().name());
    }
  }
}
