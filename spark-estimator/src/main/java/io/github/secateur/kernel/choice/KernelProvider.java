package io.github.secateur.kernel.choice;

import io.github.secateur.kernel.Kernels;
import io.github.secateur.kernel.scalar.ScalarKernels;
import io.github.secateur.kernel.vector.lanes.VectorBits;
import java.util.Locale;

/**
 * The one place that chooses between the kernels: vector kernels if the module {@code
 * jdk.incubator.vector} is there, otherwise scalar ones, with one message at INFO that names the
 * missing flag. The system property {@code secateur.kernels}, {@code scalar} or {@code vector},
 * overrules; {@code secateur.vectorBits} bounds the length of vectors. All give the same bits. What
 * is chosen is warned of if it is slow: vector kernels without the JIT compiler that they need.
 */
public final class KernelProvider {

  /** The system property that forces a choice. */
  public static final String PROPERTY = "secateur.kernels";

  /** The flag for {@code java} that makes the Vector API available. */
  public static final String FLAG = "--add-modules jdk.incubator.vector";

  private static final System.Logger LOG = System.getLogger(KernelProvider.class.getName());

  private static KernelChoice chosen;

  private KernelProvider() {}

  /** Returns new kernels, for one thread at a time. */
  public static Kernels create() {
    return create(chosen());
  }

  /**
   * Returns new kernels of the given kind.
   *
   * @throws IllegalStateException if vector kernels are asked for and the module is missing
   * @throws IllegalArgumentException if the system property {@code secateur.vectorBits} is none of
   *     its values
   */
  public static Kernels create(KernelChoice choice) {
    return switch (choice) {
      case SCALAR -> new ScalarKernels();
      case VECTOR -> {
        requireVectorModule();
        VectorBits.most(); // here, or the failure would be that of a class to be initialized
        // by its full name: javadoc follows imports, and cannot read the incubating module
        yield new io.github.secateur.kernel.vector.VectorKernels();
      }
    };
  }

  /** Returns what {@link #create()} gives. */
  public static synchronized KernelChoice chosen() {
    if (chosen == null) {
      chosen = choose(System.getProperty(PROPERTY), vectorModulePresent(), LOG);
      warnIfSlow(chosen, Compilation.withoutVectors(), LOG);
    }
    return chosen;
  }

  /** Returns whether this JVM runs with the module {@code jdk.incubator.vector}. */
  public static boolean vectorModulePresent() {
    return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
  }

  /**
   * Returns the choice for a value of the property and the presence of the module.
   *
   * @param property null if unset
   * @throws IllegalArgumentException if the property is neither null nor a choice
   * @throws IllegalStateException if it asks for the missing module
   */
  static KernelChoice choose(String property, boolean modulePresent, System.Logger log) {
    if (property == null) {
      if (!modulePresent) {
        log.log(
            System.Logger.Level.INFO,
            "scalar kernels, because this JVM runs without the Vector API; for faster training add "
                + FLAG);
      }
      return modulePresent ? KernelChoice.VECTOR : KernelChoice.SCALAR;
    }
    KernelChoice choice =
        switch (property.toLowerCase(Locale.ROOT)) {
          case "scalar" -> KernelChoice.SCALAR;
          case "vector" -> KernelChoice.VECTOR;
          default ->
              throw new IllegalArgumentException(
                  "system property "
                      + PROPERTY
                      + " must be scalar or vector, found \""
                      + property
                      + "\"");
        };
    if (choice == KernelChoice.VECTOR && !modulePresent) {
      throw new IllegalStateException(
          "system property "
              + PROPERTY
              + " asks for vector kernels, but the module is missing; add "
              + FLAG);
    }
    return choice;
  }

  /**
   * Warns of vector kernels in a JVM that makes an object of each vector.
   *
   * @param withoutVectors why it does, or null
   */
  static void warnIfSlow(KernelChoice choice, String withoutVectors, System.Logger log) {
    if (choice == KernelChoice.VECTOR && withoutVectors != null) {
      log.log(
          System.Logger.Level.WARNING,
          "vector kernels are many times slower without the JIT compiler C2 ("
              + withoutVectors
              + "); let the JVM use it, or set the system property "
              + PROPERTY
              + " to scalar");
    }
  }

  private static void requireVectorModule() {
    if (!vectorModulePresent()) {
      throw new IllegalStateException("vector kernels need the Vector API; add " + FLAG);
    }
  }
}
