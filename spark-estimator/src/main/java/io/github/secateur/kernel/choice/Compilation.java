package io.github.secateur.kernel.choice;

import java.lang.management.ManagementFactory;
import java.util.List;

/**
 * How this JVM compiles: only the last tier of its JIT compilers, C2, keeps vectors in registers.
 * To the others each vector is an object.
 */
final class Compilation {

  private static final String TIER = "-XX:TieredStopAtLevel=";

  private Compilation() {}

  /** Returns why the vectors of this JVM stay objects, or null if they do not. */
  static String withoutVectors() {
    return withoutVectors(
        System.getProperty("java.vm.info", ""),
        ManagementFactory.getRuntimeMXBean().getInputArguments());
  }

  /**
   * Returns why vectors stay objects, or null if they do not.
   *
   * @param vmInfo the system property {@code java.vm.info}
   * @param arguments the arguments of the JVM, of which a later one overrules
   */
  static String withoutVectors(String vmInfo, List<String> arguments) {
    if (vmInfo.startsWith("interpreted")) {
      return "this JVM only interprets";
    }
    String tier = null;
    for (String argument : arguments) {
      tier = argument.startsWith(TIER) ? argument : tier;
    }
    if (tier != null && !tier.equals(TIER + 4)) {
      return tier;
    }
    return vmInfo.contains("emulated-client") ? "this JVM runs as a client" : null;
  }
}
